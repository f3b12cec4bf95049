using FsCheck;
using FsCheck.Fluent;
using MiniTorch.Ir;

namespace MiniTorch.Generators;

/// <summary>Random well-typed graphs; a failing law prints the smallest found, which is a text that parses.</summary>
public static class Graphs
{
    private static readonly IReadOnlyList<Step> Linear =
    [
        .. Elementwise.Polynomial, .. Shaping.Movements, .. Shaping.Sums, .. Shaping.Leaves,
        .. Contracting.Products, .. Contracting.Indexing,
    ];

    private static readonly IReadOnlyList<Step> Corners =
        [.. Elementwise.Choices, .. Shaping.Extremes, .. Shaping.Products, .. Contracting.Choosing];

    private static readonly IReadOnlyList<Step> Smooth = [.. Linear, .. Elementwise.Smooth, .. Shaping.Products];

    private static readonly IReadOnlyList<Step> RationalSteps = [.. Linear, .. Corners];

    private static readonly IReadOnlyList<Step> All = [.. Linear, .. Corners, .. Elementwise.Wild, .. Shaping.Integers];

    private static readonly ElementType[] MostlyF32 =
    [
        ElementType.F32, ElementType.F32, ElementType.F32, ElementType.F32,
        ElementType.F64, ElementType.F64, ElementType.F16, ElementType.BF16,
    ];

    private static readonly ElementType[] NotFloats =
        [ElementType.I32, ElementType.I32, ElementType.I64, ElementType.U8, ElementType.Pred];

    /// <summary>Graphs of every op, over every element type, mostly f32 and f64.</summary>
    /// <param name="maxNodes">How many steps the largest graphs take.</param>
    public static Arbitrary<Graph> Any(int maxNodes = 20) => From(All, MostlyF32, NotFloats, maxNodes);

    /// <summary>Graphs of f64 inputs and results that are smooth everywhere: no corner, no jump, no pole.</summary>
    /// <param name="maxNodes">How many steps the largest graphs take.</param>
    public static Arbitrary<Graph> Differentiable(int maxNodes = 12) => From(Smooth, [ElementType.F64], [], maxNodes);

    /// <summary>Graphs of f64 inputs and results whose every value is rational when the inputs are; with corners.</summary>
    /// <param name="maxNodes">How many steps the largest graphs take.</param>
    public static Arbitrary<Graph> Rational(int maxNodes = 12) => From(RationalSteps, [ElementType.F64], [], maxNodes);

    private static Arbitrary<Graph> From(
        IReadOnlyList<Step> steps, IReadOnlyList<ElementType> floats, IReadOnlyList<ElementType> others, int maxNodes) =>
        Arb.From(Gen.Sized(size => Gen.Choose(0, int.MaxValue - 1)
            .Select(seed => Make(new Pool(new Draw(seed), floats, others), steps, 1 + size * maxNodes / 100))), Shrinking.Of);

    private static Graph Make(Pool pool, IReadOnlyList<Step> steps, int most)
    {
        pool.Open();
        for (var left = pool.Draw.Int((most + 1) / 2, most); left > 0; left--)
            if (pool.Draw.One(steps)(pool) is var (made, degree)) pool.Keep(made, degree);
        var results = Enumerable.Range(0, pool.Draw.Int(1, 3)).Select(_ => pool.Any()!).Distinct().ToList();
        var outputs = results.Select((r, i) => new Output(Name(pool, r, i), r))
            .DistinctBy(o => o.Name.Length > 0 ? (object)o.Name : o.Value);
        return Graph.Of(outputs, pool.Draw.Once(2) ? pool.Inputs : null);
    }

    private static string Name(Pool pool, Expr result, int i) => pool.Draw.Int(0, 5) switch
    {
        0 => pool.Draw.Once(4) ? pool.Draw.Name() + i : $"y{i}",
        1 when pool.Inputs.FirstOrDefault(x => x.Type == result.Type) is { Op: Input same } => same.Name,
        var _ => "",
    };
}
