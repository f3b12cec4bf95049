using MiniTorch.Generators;
using MiniTorch.Ir;
using MiniTorch.Passes.Analysis;
using Xunit;
using static MiniTorch.Ir.Prim;

namespace MiniTorch.Passes.Tests;

public class FormulaTests
{
    private static readonly Expr X = Input("x", ElementType.F32[8, 3, 28, 28]);
    private static readonly Expr M = Input("m", ElementType.F32[5, 7]);

    [Fact]
    public void A_convolution_names_its_sums_strides_and_padding()
    {
        var w = Input("w", ElementType.F32[16, 3, 5, 1]);
        var conv = Conv(X, w, [new(2, 1, 2), Window.Unit]);
        Assert.Equal("y[n,o,p,q] = Σ_{i<3,k<5} x[n,i,2p+k−1,q] · w[o,i,k,0]", Formula.Of(conv));
        Assert.Equal("batch 8, 16 kernels; axis 2: ⌊(28+1+2−5)/2⌋+1 = 14; axis 3: ⌊(28+0+0−1)/1⌋+1 = 28", Sizing.Of(conv));
        Assert.Equal("conv[n,o,p,q] = Σ_{i<3,k<5} x[n,i,2p+k−1,q] · w[o,i,k,0]",
            Formula.Of(conv, e => e.Op is Input i ? i.Name : e.Op.Mnemonic));
    }

    [Fact]
    public void Groups_spread_inputs_and_dilation_stand_in_the_formula()
    {
        var x = Input("x", ElementType.F32[1, 4, 9]);
        Assert.Equal("y[n,o,p] = Σ_{k<3} x[n,o,(p+2k−2)/3] · w[o,0,k], where the places are whole",
            Formula.Of(Conv(x, Input("w", ElementType.F32[4, 1, 3]), [new(1, 2, 2, 3, 2)], 4)));
        Assert.Equal("y[n,o,p] = Σ_{i<2,k<3} x[n,2⌊o/3⌋+i,p+k] · w[o,i,k]",
            Formula.Of(Conv(x, Input("w", ElementType.F32[6, 2, 3]), [Window.Unit], 2)));
    }

    [Fact]
    public void Each_kind_of_op_reads_as_mathematics()
    {
        var index = Input("i", ElementType.I32[4]);
        (Expr Node, string Formula, string Sizing)[] cases =
        [
            (M + 1.0, "y = x + 1.0", "as the operands' [5 7]; scalars repeat"),
            (Exp(M), "y = exp(x)", "as the operands' [5 7]"),
            (Max(M, Exp(M)), "y = max(x, w)", "as the operands' [5 7]"),
            (M > 0.5, "y = (x > 0.5)", "as the operands' [5 7]; scalars repeat, pred"),
            (Sum(M, [1]), "y[i] = Σ_{j<7} x[i,j]", "[5 7] without axis 1 (7)"),
            (ReduceMax(M, [1]), "y[i] = max_{j<7} x[i,j]", "[5 7] without axis 1 (7)"),
            (ReduceMax(M, [1], Ties.Split), "y[i] = max_{j<7} x[i,j], equals share the gradient", "[5 7] without axis 1 (7)"),
            (ReduceMin(M, [1], Ties.All), "y[i] = min_{j<7} x[i,j], each of equals takes the gradient", "[5 7] without axis 1 (7)"),
            (ArgMax(M, 0), "y[j] = argmax_{i<5} x[i,j]", "[5 7] without axis 0 (5), i32"),
            (Transpose(M, [1, 0]), "y[i,j] = x[j,i]", "[5 7] in the order [1 0]"),
            (Reverse(M, [1]), "y[i,j] = x[i,6−j]", "as the operands' [5 7]"),
            (Slice(M, [1, 0], [5, 7], [2, 1]), "y[i,j] = x[2i+1,j]", "axis 0: ⌈(5−1)/2⌉ = 2"),
            (Pad(M, Scalar(ElementType.F32, 0), [1, -1], [0, 0], [1, 0]),
                "y[i,j] = x[(i−1)/2,j+1], 0.0 outside and between", "axis 0: 1+((5−1)·2+1)+0 = 10; axis 1: −1+7+0 = 6"),
            (Broadcast(M, [2, 5, 7], [1, 2]), "y[i,j,k] = x[j,k]", "[5 7] on axes [1 2] of [2 5 7]; the rest repeats"),
            (Reshape(M, [35]), "y = x in row-major order", "5·7 = 35 = 35 elements"),
            (MatMul(M, Input("w", ElementType.F32[7, 2])), "y[i,j] = Σ_{k<7} x[i,k] · w[k,j]",
                "batch [], left's [5], right's [2]; summed over [7]"),
            (Concat(0, M, M), "y = x then w, along axis 0", "axis 0: 5+5 = 10"),
            (Gather(M, index), "y[p,r] = x[w[p],r], 0 outside", "index [4], then the rest [7] of [5 7]"),
            (ScatterAdd(Input("u", ElementType.F32[4, 7]), index, 9), "y[w[p],r] += x[p,r], from 0",
                "batch [], size [9], then the rest [7] of [4 7]"),
            (WindowSum(M, [2], [new(2)]), "y[n,p] = Σ_{k<2} x[n,2p+k]", "axis 1: ⌊(7+0+0−2)/2⌋+1 = 3"),
            (Iota(ElementType.I32[2, 3], 1), "y[i,j] = j", "as written"),
            (M, "y is given", "as declared"),
        ];
        Assert.All(cases, c => Assert.Equal((c.Formula, c.Sizing), (Formula.Of(c.Node), Sizing.Of(c.Node))));
    }

    [Fact]
    public void Every_node_of_a_random_graph_has_a_formula_and_a_sizing_of_one_line() => Check.Holds(Graphs.Any(), g =>
        g.Nodes.All(n => IsLine(Formula.Of(n)) && IsLine(Sizing.Of(n))));

    private static bool IsLine(string text) => text.Length > 0 && !text.Contains('\n');

    [Fact]
    public void Each_parameter_counts_once_where_it_is_first_computed_with()
    {
        var (x, w) = (Input("x", ElementType.F32[2, 3]), Input("w", ElementType.F32[4, 3]));
        var b = Input("b", ElementType.F32[4]);
        var product = MatMul(x, Transpose(w, [1, 0]));
        var sum = product + Broadcast(b, [2, 4], [1]);
        var graph = Graph.Of([sum * Broadcast(b, [2, 4], [1])], [x, w, b, Input("unused", ElementType.F32[7])]);
        var counts = Parameters.Count(graph, Parameters.Guess(graph)).ToDictionary(c => c.Key.Op.Mnemonic, c => c.Value);
        Assert.Equal(new Dictionary<string, long> { ["dot"] = 12, ["add"] = 4, ["input"] = 7 }, counts);
    }

    [Fact]
    public void Inputs_that_a_step_updates_are_its_parameters() => Assert.Equal(["w"], Parameters.Guess(
        Graph.Of([new Output("w", Input("w", M.Type) - M), new Output("loss", Sum(M, [0, 1]))],
            [M, Input("w", M.Type), Input("z", M.Type)])));
}
