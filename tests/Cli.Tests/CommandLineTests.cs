using FsCheck.Fluent;
using Xunit;
using Check = MiniTorch.Generators.Check;

namespace MiniTorch.Cli.Tests;

public class CommandLineTests
{
    public static TheoryData<string> Commands => [.. Tool.Names];

    [Theory, MemberData(nameof(Commands))]
    public void The_help_of_every_command_ends_with_an_example_of_it(string name)
    {
        var ran = Ran.Of(name, "--help");
        Assert.Equal((0, ""), (ran.Code, ran.Error));
        Assert.StartsWith($"  minitorch {name}", ran.Lines[^1], StringComparison.Ordinal);
        Assert.Equal("Example:", ran.Lines[^2]);
    }

    [Fact]
    public void The_help_lists_every_command() =>
        Assert.All(Tool.Names, name => Assert.Contains($"  {name} ", Ran.Of("--help").Out, StringComparison.Ordinal));

    private static readonly string[] Words =
    [
        "run", "grad", "bench", "convert", "devices", "train", "lecture", "no.ir", "no.onnx", "--input", "-i", "x=no.npy", "x=", "=",
        "--shape", "x=1,", "--random", "1", "-1", "--device", "cpu", "tpu", "--threads", "--out", "--json", "--wrt", "a,,b",
        "--seconds", "NaN", "", " ", "-", "--", "---", "@no", "[suggest]", "[diagram]", "--help", "-h", "--version",
        "two\nlines", "é", "\0", "{0}", "[red]",
    ];

    [Fact]
    public void Whatever_is_typed_is_no_defect_and_at_most_one_sentence() => Check.Holds(
        Arb.From(Gen.ListOf(Gen.Elements(Words))), typed =>
        {
            var ran = Ran.Of([.. typed]);
            return ran.Code is Exit.Success or Exit.Mistake
                && ran.Error.Count(c => c == '\n') == (ran.Code == Exit.Mistake ? 1 : 0);
        }, 1000);

    [Theory]
    [InlineData("cli.C1: give a command: ")]
    [InlineData("cli.C1: there is no command 'frob'; see minitorch --help", "frob")]
    [InlineData("cli.C1: there is no option '--frob'; see minitorch run --help", "run", "m.ir", "--frob")]
    [InlineData("cli.C1: 'n.ir' is one argument too many; see minitorch run --help", "run", "m.ir", "n.ir")]
    [InlineData("cli.C1: Required argument 'MODEL' missing for command: 'run'; see minitorch run --help", "run")]
    [InlineData("cli.C1: --threads takes a whole number, given 'many'; see minitorch", "run", "m.ir", "--threads", "many")]
    [InlineData("cli.C1: --seconds takes a number, given 'x'; see minitorch bench", "bench", "m.ir", "--seconds", "x")]
    [InlineData("cli.C1: Required argument missing for option: '--out'; see minitorch run --help", "run", "m.ir", "--out")]
    public void A_wrong_command_line_is_one_sentence_that_names_the_help(string sentence, params string[] args)
    {
        var ran = Ran.Of(args);
        Assert.Equal((1, ""), (ran.Code, ran.Out));
        Assert.StartsWith(sentence, ran.Error, StringComparison.Ordinal);
        Assert.Single(ran.Error.TrimEnd('\n').Split('\n'));
    }

    [Fact]
    public void Every_command_takes_a_device_and_a_number_of_threads() => Assert.All(Tool.Names, name =>
    {
        var help = Ran.Of(name, "--help").Out;
        Assert.Contains("--device <cpu|reference|cuda>", help, StringComparison.Ordinal);
        Assert.Contains("--threads <N>", help, StringComparison.Ordinal);
    });
}
