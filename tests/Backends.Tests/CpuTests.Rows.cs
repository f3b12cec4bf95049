using MiniTorch.Backends.Cpu;
using MiniTorch.Ir;
using MiniTorch.Passes;
using MiniTorch.Passes.Evaluation;
using Xunit;

namespace MiniTorch.Tests;

/// <content>Rows: where the largest of each stands, counting along them, and short ones.</content>
public sealed partial class CpuTests
{
    private static readonly float[] Few = [0, -0f, 1, 1, -1, 2, float.NegativeInfinity, float.PositiveInfinity, float.NaN];

    [Theory, InlineData(4), InlineData(7), InlineData(8), InlineData(9)]
    public void The_first_of_the_largest_in_a_row_is_found_among_equals_infinities_and_NaN(int kinds)
    {
        for (var n = 1; n <= 40; n++)
        {
            var random = new Random(n);
            var rows = Tensor.Of([50, n], [.. random.GetItems(Few[..kinds], 50 * n)]);
            var graph = Graph.Of([Prim.ArgMax(Prim.Input("x", rows.Type), 1)]);
            using var run = Cpu.Compile(graph, 1);
            run.Write("x", rows.Bytes);
            run.Run();
            var meant = Evaluator.Run(graph, new Dictionary<string, Tensor> { ["x"] = rows })
                .Match(r => r[0], e => throw new InvalidOperationException($"{e}"));
            Assert.Equal(meant.As<int>().ToArray(), run.Result(0).As<int>().ToArray());
        }
    }

    [Theory, InlineData(64, 520), InlineData(64, 1030), InlineData(130, 513), InlineData(33, 2000)]
    public void Columns_in_blocks_of_unequal_width_add_up(int rows, int columns) =>
        Agree(Graph.Of([Prim.Sum(Prim.Input("x", ElementType.F32[rows, columns]), [0])]));

    [Theory, MemberData(nameof(NumberTypes))]
    public void Counting_along_an_axis_is_what_it_means(string name)
    {
        foreach (var shape in new Dims[] { [7], [5, 7], [3, 5, 4], [1, 9], [9, 1], [0, 3], [3, 0] })
            Agree(Graph.Of(Enumerable.Range(0, shape.Count).Select(axis => Prim.Iota(new(Type(name), shape), axis)).ToArray()));
    }

    [Fact]
    public void A_short_row_has_the_same_bits_wherever_it_lies()
    {
        float[] some = [-0f, -0f, 1e-3f, float.NegativeInfinity, 3, -0f, 1e8f, 0.1f, -7, 2, float.NaN];
        for (var (length, turn) = (1, 0); length <= 9; turn++, length += turn % some.Length == 0 ? 1 : 0)
        {
            var x = F32("x", 37, length);
            Expr[] results = [Prim.Sum(x, [1]), Prim.ReduceMax(x, [1]), Prim.ReduceMin(x, [1]), Prim.ReduceProd(x, [1])];
            using var run = Cpu.Compile(Graph.Of(results), 1);
            var values = Enumerable.Range(0, 37 * length).Select(i => some[((i % length) + turn) % some.Length]).ToArray();
            run.Write("x", Tensor.Of<float>(x.Type, values).Bytes);
            run.Run();
            for (var i = 0; i < results.Length; i++)
                Assert.Single(run.Result(i).As<float>().ToArray().Select(BitConverter.SingleToInt32Bits).Distinct());
        }
    }
}
