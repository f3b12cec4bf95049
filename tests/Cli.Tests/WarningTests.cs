using System.Text.Json.Nodes;
using MiniTorch.Cli.Trainings;
using MiniTorch.Examples.Trainings;
using MiniTorch.Frontend;
using MiniTorch.Ir;
using MiniTorch.Passes.Planning;
using Xunit;

namespace MiniTorch.Cli.Tests;

/// <summary>What the commands say of a stride that skips cells: a line on standard error; nothing else changes.</summary>
public sealed class WarningTests : IDisposable
{
    private const string Text = """
        graph net(x: f32[1,1,5,5], w: f32[1,1,3,3])
          %conv.0 = conv x w {window=[s3 s3]} : f32[1,1,1,1]
          return y=%conv.0

        """;

    private const string What = "stride 3 over 5 cells with kernel 3 never reads rows 3, 4 and columns 3, 4; "
        + "pad 1 or take stride 2";

    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    [Theory]
    [InlineData("explain")]
    [InlineData("dump")]
    [InlineData("run", "--random", "1")]
    public void It_is_one_line_on_standard_error_and_the_command_succeeds(string command, params string[] options)
    {
        var ran = Ran.Of([command, scratch.Text("net.ir", Text), .. options]);
        Assert.Equal((0, $"warning: stride.S1: {What} (at %conv.0){Environment.NewLine}"), (ran.Code, ran.Error));
        var two = Text.Replace("s3", "s2", StringComparison.Ordinal).Replace("1,1,1,1", "1,1,2,2", StringComparison.Ordinal);
        var sound = Ran.Of([command, scratch.Text("net.ir", two), .. options]);
        Assert.Equal((0, ""), (sound.Code, sound.Error));
    }

    [Fact]
    public void Dump_prints_the_same_graph() =>
        Assert.Equal(Text.TrimEnd(), Ran.Of("dump", scratch.Text("net.ir", Text)).Out.TrimEnd());

    [Fact]
    public void Explain_has_a_section_of_them()
    {
        var lines = Ran.Of("explain", scratch.Text("net.ir", Text)).Lines;
        Assert.Equal(["warning\tnode\twhat", $"stride.S1\t%conv.0\t{What}"], lines[^2..]);
        Assert.Contains($"stride.S1\t{What}", Ran.Of("explain", scratch.Text("net.ir", Text), "--node", "conv.0").Lines);
        var json = JsonNode.Parse(Ran.Of("explain", scratch.Text("net.ir", Text), "--json").Out)!;
        Assert.Equal(What, (string?)Assert.Single(json["warnings"]!.AsArray())!["message"]);
    }

    [Fact]
    public void A_training_tells_it_before_it_starts()
    {
        using var error = new StringWriter();
        var started = new Started();
        var screen = new Screen(TextWriter.Null, error, Terminal: false, Colour: false, CancellationToken.None);
        new Cautious(screen, started).Start(null!, Of(stride: 3), null!);
        Assert.Equal($"warning: stride.S1: {What} (at conv1.conv){Environment.NewLine}", error.ToString());
        new Cautious(screen, started).Start(null!, Of(stride: 2), null!);
        Assert.Equal((2, 1), (started.Times, error.ToString().Split(Environment.NewLine).Length - 1));
    }

    private static Training Of(int stride) => new(Layers.Conv(1, 3, stride: stride), ElementType.F32[8, 1, 5, 5],
        Loss.MeanSquaredError, Optimiser.Sgd(0.1), 1, 0);

    private sealed class Started : IAudience
    {
        internal int Times { get; private set; }

        public void Start(Study study, Training training, Plan plan) => Times++;

        public void Epochs(Study study, Training training, IEnumerable<Progress> batches) { }

        public void End(Study study, Outcome outcome) { }
    }
}
