using System.Numerics;
using MiniTorch.Ir;

namespace MiniTorch.Backends.Cpu;

/// <summary>Readies reductions: orders the axes, assembles the body and chooses rows or columns.</summary>
internal static unsafe class Folds
{
    /// <summary>The step of a fold: sums, maxima, minima or products.</summary>
    public static IStep Of(Ready r, Dims axes, Fold fold)
    {
        var source = r.Root.Args[0];
        var shape = source.Shape;
        var order = Order(shape, axes, out var lead, out var kept);
        var program = r.Assemble([source], order, new int[order.Count], stored: false);
        long Product(IEnumerable<int> some) => some.Aggregate(1L, (p, i) => p * shape[i]);
        var sizes = new Sizes(Product(order.Slice(0, lead)), FoldPlan.Outside(shape, axes), Product(axes), kept);
        return CastLoop.Held(r.Root.Type.Element.Kind) switch
        {
            ElementKind.U8 => Of<byte>(r, program, sizes, fold),
            ElementKind.I32 => Of<int>(r, program, sizes, fold),
            ElementKind.I64 => Of<long>(r, program, sizes, fold),
            ElementKind.F32 => Of<float>(r, program, sizes, fold),
            ElementKind.F64 => Of<double>(r, program, sizes, fold),
            var other => throw new InvalidOperationException($"element kind {other}"),
        };
    }

    /// <summary>What a reduction goes over.</summary>
    /// <param name="Kept">Elements of the kept axes that are not innermost.</param>
    /// <param name="Outside">Of the reduced axes, those that lie outside all of these.</param>
    /// <param name="Length">Of all reduced axes.</param>
    /// <param name="Columns">Of the kept axes that are innermost; 0 where none is.</param>
    private readonly record struct Sizes(long Kept, long Outside, long Length, long Columns);

    // Kept axes, reduced axes, then the kept axes that are innermost in memory (none when the innermost goes).
    private static Dims Order(Dims shape, Dims axes, out int lead, out long columns)
    {
        var rank = shape.Count;
        var inner = rank;
        while (inner > 0 && (!axes.Contains(inner - 1) && shape[inner - 1] >= 0)) inner--;
        var tail = Dims.Range(inner, rank - inner);
        columns = tail.Aggregate(1L, (p, i) => p * shape[i]);
        if (columns == 1) (inner, tail) = (rank, Dims.Empty);
        var first = Dims.Of(Enumerable.Range(0, rank).Where(i => !axes.Contains(i) && !tail.Contains(i)));
        lead = first.Count;
        columns = tail.Count == 0 ? 0 : columns;
        return first.Then(Dims.Of(axes.Order())).Then(tail);
    }

    private static IStep Of<T>(Ready r, BlockProgram program, Sizes sizes, Fold fold)
        where T : unmanaged, INumber<T> => fold switch
    {
        Fold.Sum => Of<T, AddF<T>>(r, program, sizes),
        Fold.Product => Of<T, MulF<T>>(r, program, sizes),
        Fold.Max => Of<T, MaxF<T>>(r, program, sizes),
        Fold.Min => Of<T, MinF<T>>(r, program, sizes),
        var other => throw new InvalidOperationException($"fold {other}"),
    };

    private static IStep Of<T, F>(Ready r, BlockProgram program, Sizes sizes)
        where T : unmanaged
        where F : struct, IFold<T> => sizes.Columns == 0 && !r.Root.Type.Shape.Contains(0)
            ? new RowFoldStep<T, F>(program, sizes.Kept, sizes.Outside, sizes.Length, r.To, r.Root.Type.Element.Kind, r.Scratch)
            : new ColumnFoldStep<T, F>(program, sizes.Kept, sizes.Length, sizes.Columns, r.To, r.Root.Type.Element.Kind, r.Scratch);
}

/// <summary>The reductions.</summary>
internal enum Fold
{
    /// <summary>reduce_sum</summary>
    Sum,

    /// <summary>reduce_prod</summary>
    Product,

    /// <summary>reduce_max</summary>
    Max,

    /// <summary>reduce_min</summary>
    Min,
}
