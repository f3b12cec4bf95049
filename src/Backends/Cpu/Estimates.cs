using System.Collections.Immutable;
using MiniTorch.Ir;
using MiniTorch.Passes.Planning;

namespace MiniTorch.Backends.Cpu;

/// <summary>The algorithm of each kind of step and its seconds on one thread: the longer of its arithmetic and its traffic.</summary>
internal static class Estimates
{
    /// <summary>Seconds to add an element that is in a register or the first cache.</summary>
    private const double FoldedAtHand = 0.04e-9;

    /// <summary>Seconds to draw four random bytes.</summary>
    private const double Drawn = 0.7e-9;

    /// <summary>The estimate of a step; what finishes an anchor's result is added to the anchor.</summary>
    public static Estimate Of(ImmutableArray<Expr> body, ImmutableArray<Operand> operands)
    {
        var root = Step.AnchorOf(body) ?? body[^1];
        if (root.Type.Count == 0) return new("nothing", Rates.Region);
        if (Step.GoesByRows(body)) return new("by-rows", Rates.Region + Math.Max(
            body.Sum(n => n.Op is Reduction ? n.Args[0].Type.Count * FoldedAtHand : n.Op is Elementwise ? Lanes(n) : 0),
            Moving(root, operands)));
        if (Step.PartsOf(body) is { Count: > 1 } parts) return new("maps", Rates.Region + parts.Sum(p => Loop(p, operands)));
        var own = Anchored(root, i => operands.First(o => ReferenceEquals(o.Node, root.Args[i])), body, operands);
        var loops = body.Where(n => n.Op is Elementwise && (root != n || own is null)).Sum(Lanes);
        if (own is not { } anchor) return new("map", Rates.Region + Math.Max(Stretches(operands) + loops, Moving(root, operands)));
        return anchor with { Seconds = anchor.Seconds + loops };
    }

    /// <summary>A copy that makes an operand row-major.</summary>
    public static double Copying(Operand x) => Rates.Region + Elements(x.Node, x.View);

    /// <summary>Numbers other than single-precision floats, straight from the definition.</summary>
    public static Estimate Plain(string algorithm, double flops) => new(algorithm, Rates.Region + (flops / Rates.Cells));

    /// <summary>A name of the code as a word: KernelGradient is kernel-gradient.</summary>
    public static string Word(string name) =>
        string.Concat(name.Select((c, i) => char.IsUpper(c) ? $"{(i > 0 ? "-" : "")}{char.ToLowerInvariant(c)}" : $"{c}"));

    private static Estimate? Anchored(Expr root, Func<int, Operand> arg, ImmutableArray<Expr> body, ImmutableArray<Operand> operands) =>
        root.Op switch
        {
            Elementwise => null,
            Dot dot => Dots.Estimate(dot, root.Type, arg(0), arg(1)),
            Conv conv => Convs.Estimate(conv, root.Type, arg(0), arg(1), Step.StoresBlocks(body)),
            Reduction r when Folds(root, r.Axes) => new("rows", Rates.Region + Rows(root.Args[0], r.Axes) + Folding(root, operands)),
            Reduction => new("columns", Rates.Region + Folding(root, operands)),
            ArgMax => new("rows", Rates.Region + (root.Args[0].Type.Count / Rates.Cells)),
            WindowSum w when AreSpread(w) => new("windows", Rates.Region + (root.Type.Count / (16 * Rates.Cells)) + Moving(root, operands)),
            WindowSum w when !AreTiles(w) => new("windows", Rates.Region + Sliding(root, w) + Moving(root, operands)),
            Windowed w => new("windows", Rates.Region + Math.Max(Tiles(root, w), Moving(root, operands))),
            Gather when body.FirstOrDefault(n => n.Op is WindowArgMax)?.Op is WindowArgMax w =>
                new("windows", Rates.Region + Math.Max(Tiles(root, w), Moving(root, operands))),
            ScatterAdd when root.Args[1].Op is WindowArgMax =>
                new("windows", Rates.Region + (Vectors(root.Args[1].Args[0].Shape) * Rates.Stretch / 8) + Moving(root, operands)),
            Gather => new("rows", Rates.Region + Indexed(root, root.Args[1]) + Rates.Moving(root.Type.Bytes, root.Type.Bytes)),
            ScatterAdd => new("rows", Rates.Region + Indexed(root.Args[0], root.Args[1]) + Moving(root, operands)),
            RandomBits => new("philox", Rates.Region + (root.Type.Count * Drawn)),
            Movement or Concat or Pad => new("copy", Rates.Region + operands.Sum(o => Elements(o.Node, o.View))),
            _ => new(body[^1].Op.Mnemonic, Rates.Region + Moving(root, operands)),
        };

    private static bool Folds(Expr root, Dims axes) => axes.Count > 0 && axes.Contains(root.Args[0].Type.Rank - 1);

    private static double Folding(Expr root, ImmutableArray<Operand> operands) =>
        Math.Max(root.Args[0].Type.Count / Rates.Folds, Moving(root, operands));

    /// <summary>Each row of neighbours that are folded: short ones go side by side, the shortest in registers, far ones by fours.</summary>
    private static double Rows(Expr x, Dims axes)
    {
        var row = Enumerable.Range(0, x.Type.Rank).Reverse().TakeWhile(axes.Contains).Aggregate(1L, (n, i) => n * x.Shape[i]);
        var length = axes.Aggregate(1L, (n, i) => n * x.Shape[i]);
        var far = FoldPlan.SplitsOuter(x.Type.Count / Math.Max(1, length), FoldPlan.Outside(x.Shape, axes), length);
        var shortest = row == length && row <= Kernels.Turns.Few && x.Type.Element == ElementType.F32;
        return x.Type.Count / Math.Max(1, row)
            * (far ? Rates.Stretch / 8 : shortest ? Rates.Stretch / 48 : row < 16 ? Rates.Stretch / 3 : 2 * Rates.Stretch);
    }

    /// <summary>The cells of all windows, one by one; vectors take an eighth.</summary>
    private static double Sliding(Expr root, Windowed op) => root.Type.Count * (double)op.Size.Product / (4 * Rates.Cells);

    /// <summary>Windows by vectors: their cells, their rows, sixteen windows at a time, and their planes.</summary>
    private static double Tiles(Expr root, Windowed op)
    {
        var planes = root.Shape.Slice(0, Math.Max(0, root.Type.Rank - op.Size.Count)).Product;
        return (Sliding(root, op) / 8) + (Vectors(root.Shape) * Rates.Stretch / 2) + (planes * Rates.Stretch * 2);
    }

    /// <summary>The rows of a shape, sixteen cells at a time.</summary>
    private static double Vectors(Dims x) => x.Count == 0 ? 1 : x.Product / Math.Max(1, x[^1]) * Math.Ceiling(x[^1] / 16.0);

    private static bool AreTiles(Windowed op) =>
        op.Windows.Zip(op.Size, (w, k) => w.Stride == k && w is { Lo: 0, Base: 1, Dilation: 1 }).All(tile => tile);

    /// <summary>Tiles the other way: every cell of the result takes one.</summary>
    private static bool AreSpread(Windowed op) => op.Windows.Zip(op.Size, (w, k) => w.Base == k && w.Stride == 1).All(spread => spread);

    /// <summary>An index and what moves with it.</summary>
    private static double Indexed(Expr data, Expr index) => index.Type.Count / Rates.Cells + Rates.Moving(data.Type.Bytes, data.Type.Bytes);

    /// <summary>One of several loops.</summary>
    private static double Loop(IReadOnlyList<Expr> part, ImmutableArray<Operand> operands)
    {
        ImmutableArray<Operand> read = [.. operands.Where(o => part.Any(n => n.Args.Contains(o.Node)))];
        return Math.Max(Stretches(read) + part.Sum(Lanes), Moving(part[^1], read));
    }

    /// <summary>To begin each stretch along which an operand goes on by equal steps, as a row that one number is added to.</summary>
    private static double Stretches(ImmutableArray<Operand> operands) =>
        operands.Sum(o => (o.Node.Type.Count / Stretch(o.Node.Shape, o.View)) - 1) * Rates.Stretch;

    /// <summary>The cells of the last axes that are as one.</summary>
    private static long Stretch(Dims shape, View view)
    {
        var (run, step) = (1L, 0L);
        if (view.Lanes > 1 || shape.Product == 0) return Math.Max(1, shape.Product);
        for (var i = shape.Count - 1; i >= 0; i--)
        {
            if (shape[i] == 1) continue;
            if (run == 1) step = view.Strides[i];
            else if (view.Strides[i] != step * run) break;
            run *= shape[i];
        }
        return run;
    }

    private static double Moving(Expr root, ImmutableArray<Operand> operands)
    {
        var bytes = Cost.Bytes([root], operands);
        return Rates.Moving(bytes, bytes);
    }

    /// <summary>A view read element by element: neighbours stream, others are gathered.</summary>
    private static double Elements(Expr node, View view) =>
        node.Type.Rank == 0 || view.Strides[^1] is 0 or 1 || node.Shape[^1] == 1
            ? Rates.Moving(2 * node.Type.Bytes, 2 * node.Type.Bytes) : node.Type.Count / Rates.Cells;

    /// <summary>One op over its elements, in registers or the first cache.</summary>
    private static double Lanes(Expr node) => node.Type.Count * (node.Op switch
    {
        Exp or Log or Tanh or Sin or Cos or Erf => 0.09e-9,
        Pow => 0.3e-9,
        Div or Sqrt => 0.03e-9,
        _ => 0.01e-9,
    });
}
