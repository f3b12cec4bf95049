using MiniTorch.Generators;
using MiniTorch.Ir;
using MiniTorch.Passes.Evaluation;
using MiniTorch.Passes.Rewrite;
using Xunit;

namespace MiniTorch.Passes.Tests;

/// <summary>A sigmoid that is written with tanh becomes a quotient with one exponential.</summary>
public sealed class LogisticTests
{
    private static readonly Expr X = Prim.Input("x", ElementType.F32[2, 9]);

    [Fact]
    public void A_sigmoid_means_the_same_as_a_quotient()
    {
        Expr[] forms = [0.5 * Prim.Tanh(0.5 * X) + 0.5, 0.5 + Prim.Tanh(X) * 0.5, X * (1 + Prim.Tanh(X)),
            0.5 * Prim.Tanh(0.5 * (0.5 * Prim.Tanh(0.5 * X) + 0.5)) + 0.5];
        Assert.All(forms, form =>
        {
            var (before, after) = (Graph.Of([form * 3]), Logistic.Of(Graph.Of([form * 3])));
            Assert.DoesNotContain(after.Nodes, n => n.Op is Tanh);
            Assert.Equal(Values(before), Values(after), (a, b) => Math.Abs(a - b) <= 1e-6);
        });
    }

    [Fact]
    public void What_multiplies_a_sigmoid_is_the_numerator()
    {
        Expr y = Prim.Input("y", X.Type), sigmoid = 0.5 * Prim.Tanh(0.5 * X) + 0.5, twice = Prim.Tanh(X * 0.7) + 1;
        (Expr Form, int Products)[] forms =
            [(y * sigmoid, 0), (sigmoid * y, 0), (0.5 * y * twice, 1), (twice * (y * 0.5), 1), (y * twice, 2), (sigmoid * y + sigmoid, 1)];
        Assert.All(forms, form =>
        {
            var (before, after) = (Graph.Of([form.Form]), Logistic.Of(Graph.Of([form.Form])));
            Assert.Equal(form.Products, after.Nodes.Count(n => n.Op is Mul));
            Assert.Single(after.Nodes, n => n.Op is Div);
            Assert.Equal(Values(before), Values(after), (a, b) => Math.Abs(a - b) <= 1e-6);
        });
    }

    [Fact]
    public void A_tanh_that_others_need_stays()
    {
        var tanh = Prim.Tanh(0.5 * X);
        var graph = Graph.Of([0.5 * tanh + 0.5, 1 - tanh * tanh]);
        Assert.Equal(graph, Logistic.Of(graph));
    }

    [Fact]
    public void Far_out_it_is_zero_and_one()
    {
        var x = Prim.Constant(Tensor.FromDoubles(ElementType.F32[4], [-1e30, -200, 200, 1e30]));
        Assert.Equal([0, 0, 1, 1], Values(Logistic.Of(Graph.Of([0.5 * Prim.Tanh(0.5 * x) + 0.5]))).Select(v => Math.Round(v, 6)));
    }

    private static double[] Values(Graph graph) =>
        Evaluator.Run(graph, Inputs.For(graph, 4)).Match(values => values[0].ToDoubles(), e => throw new InvalidOperationException($"{e}"));
}
