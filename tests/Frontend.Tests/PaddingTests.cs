using FsCheck;
using FsCheck.Fluent;
using MiniTorch.Ir;
using MiniTorch.Passes.Autodiff;
using Xunit;
using static MiniTorch.Frontend.Functional;
using static MiniTorch.Frontend.Tests.Given;
using Check = MiniTorch.Generators.Check;

namespace MiniTorch.Frontend.Tests;

public sealed class PaddingTests
{
    /// <summary>A random padding of [1, 2, n…]: sizes, counts before and after (crops among them), a mode.</summary>
    private sealed record Case(PaddingMode Mode, Dims Cells, Dims Lo, Dims Hi, int Seed)
    {
        internal TensorType X => new(ElementType.F64, Dims.Create([1, 2]).Then(Cells));

        internal static Arbitrary<Case> All => Seeds.Generator.Select(Of).ToArbitrary();

        internal static Case Of(int seed)
        {
            var random = new Random(seed);
            var mode = (PaddingMode)random.Next(4);
            var cells = Dims.Of(Enumerable.Range(0, random.Next(1, 4)).Select(_ => random.Next(2, 6)));
            int Count(int n)
            {
                var crop = random.Next(4) == 0;
                var most = mode switch { PaddingMode.Reflect => n - 2, PaddingMode.Circular => n - 1, _ => 7 };
                return crop && n > 2 ? -1 : random.Next(Math.Max(0, most) + 1);
            }
            return new(mode, cells, cells.Map((n, _) => Count(n)), cells.Map((n, _) => Count(n)), seed);
        }
    }

    // where cell i of the padded axis comes from, counted from the first cell that is kept; −1 is a zero
    private static int From(PaddingMode mode, int i, int n)
    {
        if (i >= 0 && i < n) return i;
        return mode switch
        {
            PaddingMode.Reflect => i < 0 ? -i : 2 * (n - 1) - i,
            PaddingMode.Replicate => i < 0 ? 0 : n - 1,
            PaddingMode.Circular => i < 0 ? i + n : i - n,
            _ => -1,
        };
    }

    // the source of cell i of an axis of n, which is cropped first and then padded
    private static int Source(PaddingMode mode, int i, int n, int lo, int hi)
    {
        var (first, kept) = (Math.Max(0, -lo), n + Math.Min(0, lo) + Math.Min(0, hi));
        var from = From(mode, i - Math.Max(lo, 0), kept);
        return from < 0 ? -1 : first + from;
    }

    private static IEnumerable<int[]> Places(Dims shape) =>
        shape.Aggregate<int, IEnumerable<int[]>>([[]],
            (all, n) => all.SelectMany(p => Enumerable.Range(0, n).Select(i => (int[])[.. p, i])));

    private static int Flat(IReadOnlyList<int> place, Dims shape) =>
        place.Zip(shape, (i, n) => (i, n)).Aggregate(0, (at, p) => at * p.n + p.i);

    /// <summary>For each cell of the padded value the flat place in x that it is read from, −1 for a zero.</summary>
    private static (Dims Shape, int[] Reads) Loops(Case c)
    {
        var x = c.X.Shape;
        var shape = x.Map((n, a) => a < 2 ? n : n + c.Lo[a - 2] + c.Hi[a - 2]);
        return (shape, [.. Places(shape).Select(place =>
        {
            var from = place.Select((i, a) => a < 2 ? i : Source(c.Mode, i, x[a], c.Lo[a - 2], c.Hi[a - 2])).ToArray();
            return from.Contains(-1) ? -1 : Flat(from, x);
        })]);
    }

    [Fact]
    public void Padding_reads_what_index_loops_read() => Check.Holds(Case.All, c =>
    {
        var (x, (shape, reads)) = (Random(c.X, c.Seed), Loops(c));
        var y = Value(Pad(Input("x", c.X), c.Lo, c.Hi, c.Mode), ("x", x));
        var cells = x.ToDoubles();
        return y.Type.Shape == shape && reads.Select(r => r < 0 ? 0 : cells[r]).SequenceEqual(y.ToDoubles());
    }, 300);

    [Fact]
    public void Its_gradient_adds_what_was_copied_to_where_it_came_from() => Check.Holds(Case.All, c =>
    {
        var (x, (shape, reads)) = (Input("x", c.X), Loops(c));
        var dy = Random(new TensorType(ElementType.F64, shape), c.Seed);
        var dx = Grad(Sum(Pad(x, c.Lo, c.Hi, c.Mode) * Input("dy", dy.Type)), x)[0];
        var expected = new double[c.X.Count];
        foreach (var (from, d) in reads.Zip(dy.ToDoubles()))
            if (from >= 0) expected[from] += d;
        var values = Value(dx, ("x", Random(c.X, c.Seed)), ("dy", dy)).ToDoubles();
        return expected.Zip(values).All(p => Near(p.Item1, p.Item2, 1e-12));
    }, 300);

    [Theory]
    [InlineData(PaddingMode.Zeros), InlineData(PaddingMode.Reflect)]
    [InlineData(PaddingMode.Replicate), InlineData(PaddingMode.Circular)]
    public void Gradients_of_first_and_second_order_are_those_of_finite_differences(PaddingMode mode)
    {
        var type = ElementType.F64[1, 2, 4, 5];
        var (x, w) = (Input("x", type), Input("w", ElementType.F64[3, 2, 3, 3]));
        Expr Loss(Expr x) => Sum(Prim.Tanh(Conv(x, w, (2, 1), paddingMode: mode)));
        var first = Grad(Loss(x), x)[0];
        var at = new Dictionary<string, Tensor> { ["x"] = Random(type, 3), ["w"] = Random(w.Type, 4), ["v"] = Random(type, 5) };
        foreach (var of in new[] { Loss(x), Sum(first * Input("v", type)) })
        {
            var check = Ok(GradCheck.Of(Graph.Of([of]), at));
            Assert.True(check.Passes, $"{check}");
        }
    }

    [Theory]
    [InlineData(PaddingMode.Reflect), InlineData(PaddingMode.Replicate), InlineData(PaddingMode.Circular)]
    public void A_convolution_under_a_mode_is_the_valid_one_of_the_padded_input(PaddingMode mode)
    {
        var (x, w) = (Input("x", ElementType.F64[2, 4, 7, 6]), Input("w", ElementType.F64[6, 2, 3, 2]));
        var values = new[] { ("x", Random(x.Type, 1)), ("w", Random(w.Type, 2)) };
        var padded = Conv(x, w, Same, (2, 1), (1, 2), 2, mode);
        var valid = Conv(Pad(x, 0, (2, 2), mode), w, Valid, (2, 1), (1, 2), 2);
        Assert.Equal(Value(valid, values).ToDoubles(), Value(padded, values).ToDoubles());
        Assert.Equal(ElementType.F64[2, 6, 4, 6], padded.Type);
    }

    [Fact]
    public void Zeros_stay_in_the_window()
    {
        var (x, w) = (Input("x", ElementType.F32[1, 1, 5, 5]), Input("w", ElementType.F32[1, 1, 3, 3]));
        Assert.Equal(
            Graph.Of([Prim.Conv(x, w, [new Window(1, 1, 1), new Window(1, 2, 2)])]), Graph.Of([Conv(x, w, (1, 2))]));
    }

    // torch.nn.functional.pad(torch.arange(1., 5)[None, None], (2, 1), mode)
    [Theory]
    [InlineData(PaddingMode.Zeros, "0 0 1 2 3 4 0"), InlineData(PaddingMode.Reflect, "3 2 1 2 3 4 3")]
    [InlineData(PaddingMode.Replicate, "1 1 1 2 3 4 4"), InlineData(PaddingMode.Circular, "3 4 1 2 3 4 1")]
    public void A_mode_is_as_PyTorch_has_it(PaddingMode mode, string expected)
    {
        var x = Tensor.Of([1, 1, 4], 1, 2, 3, 4);
        Assert.Equal(expected, string.Join(' ', Value(Pad(Input("x", x.Type), 2, 1, mode), ("x", x)).ToDoubles()));
    }

    // torch.nn.functional.pad(torch.arange(1., 7).view(1, 1, 2, 3), (2, 1, 1, 0), mode)
    [Theory]
    [InlineData(PaddingMode.Reflect, "6 5 4 5 6 5 3 2 1 2 3 2 6 5 4 5 6 5")]
    [InlineData(PaddingMode.Replicate, "1 1 1 2 3 3 1 1 1 2 3 3 4 4 4 5 6 6")]
    [InlineData(PaddingMode.Circular, "5 6 4 5 6 4 2 3 1 2 3 1 5 6 4 5 6 4")]
    public void Its_corners_too(PaddingMode mode, string expected)
    {
        var x = Tensor.Of([1, 1, 2, 3], 1, 2, 3, 4, 5, 6);
        Assert.Equal(expected, string.Join(' ', Value(Pad(Input("x", x.Type), (1, 2), (0, 1), mode), ("x", x)).ToDoubles()));
    }

    [Fact]
    public void A_mirror_and_a_ring_have_only_so_many_cells()
    {
        var x = Input("x", ElementType.F32[1, 2, 4]);
        Assert.Equal("padding.P1: reflect padding of 4 takes more cells than axis 2 of f32[1,2,4] has; "
            + "pad 3 at most, or replicate (at pad)", Mistake(Pad(x, 4, 0, PaddingMode.Reflect)));
        Assert.Equal("padding.P1: circular padding of 5 takes more cells than axis 2 of f32[1,2,4] has; "
            + "pad 4 at most, or replicate (at pad)", Mistake(Pad(x, 0, 5, PaddingMode.Circular)));
        Assert.Equal(ElementType.F32[1, 2, 10], Pad(x, 3, 3, PaddingMode.Reflect).Type);
        Assert.Equal(ElementType.F32[1, 2, 12], Pad(x, 4, 4, PaddingMode.Circular).Type);
    }

    [Fact]
    public void No_cell_cannot_be_repeated() => Assert.Equal(
        "padding.P2: axis 2 of f32[1,2,0] has no cell to pad with; pad zeros (at pad)",
        Mistake(Pad(Input("x", ElementType.F32[1, 2, 0]), 1, 1, PaddingMode.Replicate)));

    [Fact]
    public void A_value_without_cells_is_not_padded() => Assert.Equal(
        "padding.P3: takes [batch, channels, cells…], input is f32[5,7]; reshape it (at pad)",
        Mistake(Pad(Input("x", ElementType.F32[5, 7]), 1, 1)));

    [Fact]
    public void Cropping_more_than_there_is_is_an_error() => Assert.StartsWith(
        "pad.P3: ", Mistake(Pad(Input("x", ElementType.F32[1, 1, 3]), -2, -2, PaddingMode.Circular)));

    private static string Mistake(Expr e) => Assert.Single(Errors(Graph.Check([e]))).ToString();
}
