using MiniTorch.Ir;

namespace MiniTorch.Passes.Analysis;

/// <summary>Numbers between which every element of a value lies, whatever the inputs are, unless it is NaN or +∞.</summary>
/// <remarks>Single and double precision; for every other value, and where nothing is known, from −∞ to the greatest number.</remarks>
/// <param name="Low">None is less.</param>
/// <param name="High">None but +∞ is greater.</param>
internal readonly record struct Bounds(double Low, double High)
{
    private static readonly Bounds Unknown = new(double.NegativeInfinity, double.PositiveInfinity);

    /// <summary>How far a function may round, for its part: beyond any that a backend has.</summary>
    private const double Rounding = 1e-6;

    /// <summary>Larger constants are not read.</summary>
    private const int Few = 1 << 16;

    /// <summary>The bounds of each node of a graph.</summary>
    internal static Dictionary<Expr, Bounds> Of(Graph graph)
    {
        var known = new Dictionary<Expr, Bounds>();
        foreach (var node in graph.Nodes) known[node] = Finite(Within(node, known), node.Type.Element);
        return known;
    }

    /// <summary>Whether neither a number between them nor its reciprocal leaves the normal range of an element type.</summary>
    internal bool HasReciprocals(ElementType type) => Low >= Tiny(type) && High <= 1 / Tiny(type);

    private static Bounds Within(Expr node, Dictionary<Expr, Bounds> known)
    {
        if (node.Type.Element.Kind is not (ElementKind.F32 or ElementKind.F64) || node.Type.Count == 0) return Unknown;
        var args = node.Args.Select(a => a.Type.Element == node.Type.Element ? known[a] : Unknown).ToArray();
        return node.Op switch
        {
            Constant c when node.Type.Count <= Few => Rounded(Between(c.Value.ToDoubles()), node.Type.Element),
            Broadcast or Reshape or Transpose or Reverse or Slice or StopGradient or ReduceMax or ReduceMin
                when node.Args[0].Type.Count > 0 => args[0],
            Select => new(Math.Min(args[1].Low, args[2].Low), Math.Max(args[1].High, args[2].High)),
            Neg => new(double.NegativeInfinity, -args[0].Low),
            Abs => args[0].Low >= 0 ? args[0] : new(0, Math.Max(args[0].High, -args[0].Low)),
            Max => new(Math.Max(args[0].Low, args[1].Low), Math.Max(args[0].High, args[1].High)),
            Min => new(Math.Min(args[0].Low, args[1].Low), Math.Max(args[0].High, args[1].High)),
            var _ => Rounded(Computed(node, args), node.Type.Element),
        };
    }

    private static Bounds Computed(Expr node, Bounds[] x) => node.Op switch
    {
        Exp => new(Math.Exp(x[0].Low), Math.Exp(x[0].High)),
        Sqrt => new(Math.Sqrt(Math.Max(0, x[0].Low)), Math.Sqrt(Math.Max(0, x[0].High))),
        Add => new(x[0].Low + x[1].Low, x[0].High + x[1].High),
        Sub => new(double.NegativeInfinity, IsBelowMaximum(node) ? 0 : x[0].High - x[1].Low),
        Mul when ReferenceEquals(node.Args[0], node.Args[1]) && x[0].Low < 0 => new(0, double.PositiveInfinity),
        Mul when x[0].Low >= 0 && x[1].Low >= 0 => new(x[0].Low * x[1].Low, x[0].High * x[1].High),
        Div when x[0].Low >= 0 && x[1].Low > 0 => new(0, x[0].High / x[1].Low),
        ReduceSum when x[0].Low >= 0 && node.Args[0].Type.Count > 0 =>
            new(IsSoftmaxSum(node) ? 1 : x[0].Low, x[0].High * 2 * node.Args[0].Type.Count),
        var _ => Unknown,
    };

    /// <summary>Σ exp(x − max x) over the axes of the maximum: one of what is added is exp 0.</summary>
    private static bool IsSoftmaxSum(Expr node) => node is (ReduceSum sum, [(Exp, [{ Op: Sub } below])])
        && MaximaOf(below) is { } axes && axes == sum.Axes;

    private static bool IsBelowMaximum(Expr node) => MaximaOf(node) is not null;

    /// <summary>The axes of x − max x, the maximum repeated along them.</summary>
    private static Dims? MaximaOf(Expr node) => node is (Sub, [var x, (Broadcast spread, [var most])])
        && (most is (StopGradient, [var inner]) ? inner : most) is (ReduceMax max, [var y]) && ReferenceEquals(x, y)
        && spread.Axes == Dims.Range(0, x.Type.Rank).Without(max.Axes) ? max.Axes : null;

    private static Bounds Between(double[] values) =>
        values.Any(double.IsNaN) || values.Contains(double.PositiveInfinity) ? Unknown : new(values.Min(), values.Max());

    /// <summary>Wide enough for rounding: what is not normal may be 0, or the least number that is.</summary>
    private static Bounds Rounded(Bounds b, ElementType type)
    {
        var tiny = Tiny(type);
        var low = b.Low >= 2 * tiny ? b.Low * (1 - Rounding) : b.Low >= 0 ? 0 : (b.Low * (1 + Rounding)) - tiny;
        var high = b.High <= 0 ? b.High * (1 - Rounding) : (b.High * (1 + Rounding)) + tiny;
        return new(low, high);
    }

    private static Bounds Finite(Bounds b, ElementType type) =>
        b with { High = Math.Min(b.High, type.Kind == ElementKind.F32 ? float.MaxValue : double.MaxValue) };

    private static double Tiny(ElementType type) => type.Kind == ElementKind.F64 ? Math.ScaleB(1, -1022) : Math.ScaleB(1, -126);
}
