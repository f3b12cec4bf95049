using MiniTorch.Ir;
using MiniTorch.Ir.Text;
using Xunit;

namespace MiniTorch.Cli.Tests;

public sealed class DumpTests : IDisposable
{
    private const string Text = """
        graph net("in:0": f32[2,3], w: f32[3,4])
          %dot.0 = dot "in:0" w {contract=[1:0]} : f32[2,4]
          %add.0 = add %dot.0 0.0 : f32[2,4]
          %tanh.0 = tanh %add.0 : f32[2,4]
          return y=%tanh.0

        """;

    private readonly Scratch scratch = new();

    private string Model(string text = Text) => scratch.Text("net.ir", text);

    public void Dispose() => scratch.Dispose();

    private static Graph Parsed(string text) => Parser.Parse(text).Match(g => g, e => throw new IrException(e));

    [Fact]
    public void The_text_is_the_models_own() => Assert.Equal(new Ran(0, Text, ""), Ran.Of("dump", Model()));

    [Fact]
    public void The_gradient_has_a_cotangent_input_for_a_result_that_is_no_scalar_and_a_result_for_each_input_asked_for()
    {
        var graph = Parsed(Ran.Of("dump", Model(), "--grad", "--wrt", "w").Out);
        Assert.Equal(["in:0", "w", "cotangent_y"], graph.Inputs.Select(i => ((Input)i.Op).Name));
        Assert.Equal(["y", "grad_w"], graph.Outputs.Select(o => o.Name));
    }

    [Fact]
    public void A_scalar_result_has_the_cotangent_1()
    {
        var model = Model("graph f(x: f32[3])\n %s = reduce_sum x {axes=[0]} : f32[]\n return loss=%s\n");
        var graph = Parsed(Ran.Of("dump", model, "--grad").Out);
        Assert.Equal(["x"], graph.Inputs.Select(i => ((Input)i.Op).Name));
        Assert.Equal(["loss", "grad_x"], graph.Outputs.Select(o => o.Name));
    }

    [Fact]
    public void Passes_run_by_name() =>
        Assert.DoesNotContain("add", Ran.Of("dump", Model(), "--passes", "algebra,dead-code").Out);

    [Fact]
    public void A_convolution_is_shown_in_vector_form()
    {
        var model = Model("graph f(x: f32[1,2,6], w: f32[3,2,3])\n %y = conv x w {window=[p0:2]} : f32[1,3,6]\n return %y\n");
        Assert.Equal(["pad", "iota", "iota", "add", "broadcast", "gather", "dot", "transpose"],
            Parsed(Ran.Of("dump", model, "--passes", "im2col").Out).Nodes.Where(n => n.Op is not (Input or Constant))
                .Select(n => n.Op.Mnemonic));
    }

    [Fact]
    public void After_each_pass_there_is_a_file_that_parses()
    {
        var to = scratch["each"];
        var ran = Ran.Of("dump", Model(), "--grad", "--after-each", to);
        var files = Directory.GetFiles(to).Select(Path.GetFileName).Order().ToList();
        Assert.Equal((0, ""), (ran.Code, ran.Error));
        Assert.Equal(["00-input.ir", "01-backward.ir", "02-stable.ir"], files.Take(3));
        Assert.Equal(files.Select(f => Path.Combine(to, f!)), ran.Lines.Skip(1).Select(l => l.Split('\t')[0]));
        Assert.Equal(Parsed(Text), Parsed(File.ReadAllText(Path.Combine(to, "00-input.ir"))));
        Assert.All(files, f => Parsed(File.ReadAllText(Path.Combine(to, f!))));
    }

    [Theory]
    [InlineData("text", "graph net(")]
    [InlineData("dot", "digraph {\n  label=\"net\";")]
    [InlineData("mermaid", "flowchart TD\n")]
    [InlineData("json", "{\n  \"format\": \"minitorch graph 1\"")]
    public void Each_format_begins_as_its_readers_want(string format, string begin) =>
        Assert.StartsWith(begin, Ran.Of("dump", Model(), "--format", format).Out, StringComparison.Ordinal);

    [Fact]
    public void The_plan_has_a_line_for_each_step() =>
        Assert.Matches("^plan net: 1 steps, arena ", Ran.Of("dump", Model(), "--plan", "cpu", "--threads", "1").Out);

    [Fact]
    public void A_plan_for_a_CUDA_device_needs_none() =>
        Assert.Matches("^plan net: 2 steps, arena ", Ran.Of("dump", Model(), "--plan", "cuda").Out);

    [Theory]
    [InlineData("cli.C2: there is no plan for 'tpu'; take cpu", "--plan", "tpu")]
    [InlineData("cli.C15: there is no format 'svg'; ", "--format", "svg")]
    [InlineData("cli.C15: a plan is printed as text", "--plan", "cpu", "--format", "dot")]
    [InlineData("cli.C15: a plan is printed as text", "--plan", "cuda", "--format", "json")]
    [InlineData("pipeline.P1: there is no pass 'fast'; ", "--passes", "fast")]
    [InlineData("cli.C6: the model has no input 'v'; ", "--wrt", "v")]
    public void A_mistake_is_one_sentence(string sentence, params string[] options)
    {
        var ran = Ran.Of(["dump", Model(), .. options]);
        Assert.Equal((1, ""), (ran.Code, ran.Out));
        Assert.StartsWith(sentence, ran.Error, StringComparison.Ordinal);
        Assert.Single(ran.Error.TrimEnd('\n').Split('\n'));
    }
}
