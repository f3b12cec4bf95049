using MiniTorch.Ir;
using Xunit;

namespace MiniTorch.Cli.Tests;

public sealed class CnnPageTests : IDisposable
{
    private const string Text = """
        graph net(x: f32[2,3,8,8], w: f32[4,3,3,3], v: f32[4,2])
          %conv.0 = conv x w {window=[p1:1 p1:1]} : f32[2,4,8,8]
          %max.0 = max %conv.0 0.0 : f32[2,4,8,8]
          %reduce_sum.0 = reduce_sum %max.0 {axes=[2 3]} : f32[2,4]
          %dot.0 = dot %reduce_sum.0 v {contract=[1:0]} : f32[2,2]
          return scores=%dot.0

        """;

    private readonly Scratch scratch = new();

    private Ran Page(params string[] options) =>
        Ran.Of(["explain", scratch.Text("net.ir", Text), "--page", scratch["out.html"], .. options]);

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void The_page_is_written_and_its_file_told()
    {
        var x = scratch.Array("x.npy", Tensor.Zeros(ElementType.F32[2, 3, 8, 8]));
        var ran = Page("--input", $"x={x}", "--random", "1", "--classes", "cat, dog");
        Assert.Equal((0, "", $"wrote {scratch["out.html"]}\n"), (ran.Code, ran.Error, ran.Out.ReplaceLineEndings("\n")));
        var page = File.ReadAllText(scratch["out.html"]);
        Assert.All(["net.ir", "x: the input", "%conv.0: convolution, 2-D", "%max.0: ReLU", "%dot.0: dense layer", "cat",
            "dog", "Given: x.", "random, seed 1"], words => Assert.Contains(words, page));
    }

    [Fact]
    public void The_same_command_writes_the_same_page_on_any_device()
    {
        Assert.Equal(0, Page("--random", "3").Code);
        var first = File.ReadAllBytes(scratch["out.html"]);
        Assert.Equal(0, Page("--random", "3", "--threads", "1").Code);
        Assert.Equal(first, File.ReadAllBytes(scratch["out.html"]));
        Assert.Equal(0, Page("--random", "3", "--device", "reference").Code);
    }

    [Theory]
    [InlineData("cli.C8: input x has no value; give --input x=FILE of f32[2,3,8,8], or --random SEED")]
    [InlineData("cli.C19: --page is given alone; leave out --node and --json", "--random", "1", "--json")]
    [InlineData("cli.C19: --page is given alone; leave out --node and --json", "--random", "1", "--node", "conv.0")]
    [InlineData("cnn.E1: the model has no input to look at, all are parameters; name the parameters alone",
        "--random", "1", "--params", "x,w,v")]
    [InlineData("cnn.E2: 3 classes are named, the scores are 2; name as many", "--random", "1", "--classes", "a,b,c")]
    public void A_mistake_is_one_sentence_and_leaves_no_page(string sentence, params string[] options)
    {
        var ran = Page(options);
        Assert.Equal((1, "", sentence), (ran.Code, ran.Out, ran.Error.TrimEnd('\n', '\r')));
        Assert.Equal(["net.ir"], scratch.Everything);
    }

    [Fact]
    public void Inputs_without_a_page_are_a_mistake()
    {
        var ran = Ran.Of("explain", scratch.Text("net.ir", Text), "--random", "1");
        Assert.Equal((1, "cli.C19: --input, --random and --classes are for a page; add --page FILE"),
            (ran.Code, ran.Error.TrimEnd('\n', '\r')));
    }
}
