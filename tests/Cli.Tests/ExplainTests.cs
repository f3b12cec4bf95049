using System.Text.Json.Nodes;
using Xunit;

namespace MiniTorch.Cli.Tests;

public sealed class ExplainTests : IDisposable
{
    private const string Text = """
        graph net(x: f32[1,3,8,8], w: f32[4,3,3,3])
          %conv.0 = conv x w {window=[p1:1 p1:1]} : f32[1,4,8,8]
          %max.0 = max %conv.0 0.0 : f32[1,4,8,8]
          return %max.0

        """;

    private readonly Scratch scratch = new();

    private Ran Explain(params string[] options) => Ran.Of(["explain", scratch.Text("net.ir", Text), .. options]);

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void Every_node_has_a_row_with_formula_cost_parameters_and_field()
    {
        var ran = Explain();
        Assert.Equal((0, ""), (ran.Code, ran.Error));
        Assert.Equal("node\tformula\ttype\tflops\tbytes\tflops/byte\tparameters\treceptive field", ran.Lines[0]);
        Assert.Contains("%conv.0\t%conv.0[n,o,p,q] = Σ_{i<3,k<3,l<3} x[n,i,p+k−1,q+l−1] · w[o,i,k,l]\t"
            + "f32[1,4,8,8]\t13824\t2224\t6.22\t108\tx[1, all, 3, 3]", ran.Lines);
        Assert.Contains("%max.0\t%max.0 = max(%conv.0, 0.0)\tf32[1,4,8,8]\t256\t2052\t0.12\t0\tx[1, all, 3, 3]", ran.Lines);
    }

    [Fact]
    public void The_totals_are_those_of_a_model_summary()
    {
        var lines = Explain().Lines;
        Assert.All(["nodes\t2", "parameters\t108", "flops\t14080"], l => Assert.Contains(l, lines));
        Assert.Contains(lines, l => l.StartsWith("peak arena bytes\t", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("conv.0")]
    [InlineData("%conv.0")]
    public void One_node_is_told_in_depth(string name)
    {
        var ran = Explain("--node", name);
        Assert.Contains("shape rule\tbatch 1, 4 kernels; axis 2: ⌊(8+1+1−3)/1⌋+1 = 8; axis 3: ⌊(8+1+1−3)/1⌋+1 = 8",
            ran.Lines);
        Assert.Contains("operand 1\tw: f32[4,3,3,3]", ran.Lines);
        Assert.Contains("user\t%max.0: f32[1,4,8,8]", ran.Lines);
        Assert.Contains("reads of x\t[i,j,k,l] ← [0, all 3, k−1 … k+1, l−1 … l+1]", ran.Lines);
        Assert.Contains("reads of w\t[i,j,k,l] ← [j, all 3, all 3, all 3]", ran.Lines);
    }

    [Fact]
    public void Parameters_are_those_that_are_named() =>
        Assert.Contains("parameters\t300", Explain("--params", "x,w").Lines);

    [Fact]
    public void Json_is_one_line_with_nodes_and_totals()
    {
        var ran = Explain("--json");
        var json = JsonNode.Parse(Assert.Single(ran.Lines))!;
        Assert.Equal((4, 108), (json["nodes"]!.AsArray().Count, (int)json["totals"]!["parameters"]!));
        Assert.Equal("max", (string?)JsonNode.Parse(Explain("--node", "max.0", "--json").Out)!["op"]);
    }

    [Theory]
    [InlineData("cli.C16: there is no node 'conv.7'; take one as %conv.0", "--node", "conv.7")]
    [InlineData("cli.C6: the model has no input 'v'; --params takes some of x, w", "--params", "v")]
    public void A_mistake_is_one_sentence(string sentence, params string[] options)
    {
        var ran = Explain(options);
        Assert.Equal((1, "", sentence), (ran.Code, ran.Out, ran.Error.TrimEnd('\n')));
    }
}
