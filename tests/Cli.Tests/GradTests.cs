using LanguageExt;
using MiniTorch.Cli.Models;
using MiniTorch.Generators;
using MiniTorch.Ir;
using MiniTorch.Passes.Autodiff;
using MiniTorch.Passes.Evaluation;
using Xunit;

namespace MiniTorch.Cli.Tests;

public class GradTests
{
    private const string Product = """
        graph m(x: f32[3], w: f32[3], n: i32[3])
          %mul.0 = mul x w : f32[3]
          %add.0 = add n n : i32[3]
          return y=%mul.0 k=%add.0 x

        """;

    private static readonly Tensor X = Tensor.Of([3], 1, 2, 3), W = Tensor.Of([3], 10, 20, 30);

    private static Ran Grad(Scratch scratch, params string[] more) => Ran.Of([
        "grad", scratch.Text("m.ir", Product),
        "--input", $"x={scratch.Array("x.npy", X)}", "--input", $"w={scratch.Array("w.npy", W)}",
        "--random", "1", "--out", scratch["out"], .. more]);

    [Fact]
    public void Without_cotangents_it_is_the_gradient_of_the_sum_of_all_float_results()
    {
        using var scratch = new Scratch();
        Assert.Equal(0, Grad(scratch).Code);
        Assert.Equal(Tensor.Of([3], 11, 21, 31), scratch.Read("out/grad_x.npy"));
        Assert.Equal(X, scratch.Read("out/grad_w.npy"));
        Assert.Equal(2, Directory.GetFiles(scratch["out"]).Length);
    }

    [Fact]
    public void Cotangents_weigh_the_results()
    {
        using var scratch = new Scratch();
        var (dy, dx) = (scratch.Array("dy.npy", Tensor.Of([3], 1, 0, -1)), scratch.Array("dx.npy", Tensor.Of([3], 0, 0, 5)));
        Assert.Equal(0, Grad(scratch, "--cotangent", $"y={dy}", $"out_2={dx}", "--wrt", "x").Code);
        Assert.Equal(Tensor.Of([3], 10, 0, -25), scratch.Read("out/grad_x.npy"));
        Assert.Single(Directory.GetFiles(scratch["out"]));
    }

    [Fact]
    public void It_agrees_with_the_gradient_that_the_library_builds() => Check.Holds(Graphs.Differentiable(8), graph =>
    {
        using var scratch = new Scratch();
        var model = scratch.Text("m.ir", graph.ToString());
        if (graph.Inputs.IsEmpty) return Ran.Of("grad", model).Error.StartsWith("cli.C12: ", StringComparison.Ordinal);
        var inputs = Inputs.For(graph, 1);
        var sum = graph.Outputs.Select(o => Prim.Sum(o.Value, Dims.Range(0, o.Value.Type.Rank))).Aggregate((a, b) => a + b);
        var expected = Evaluator.Run(Graph.Of(Backward.Grad(sum, graph.Inputs), graph.Inputs), inputs)
            .IfLeft(e => throw new IrException(Prelude.Seq1(e)));
        var ran = Ran.Of(["grad", model, "--device", "reference", "--out", scratch["out"], .. scratch.InputsOf(inputs)]);
        var files = Names.Files(graph.Inputs.Select(x => $"grad_{((Input)x.Op).Name}"));
        return ran.Code == 0 && files.Select((f, i) => Near.Are(scratch.Read($"out/{f}"), expected[i])).All(near => near);
    }, 30);
}
