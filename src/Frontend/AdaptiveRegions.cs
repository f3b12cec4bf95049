using System.Collections.Immutable;
using LanguageExt;
using MiniTorch.Ir;

namespace MiniTorch.Frontend;

/// <summary>Regions whose number is given: windows where they come out alike, else a table of places.</summary>
internal static class AdaptiveRegions
{
    internal static Either<IrError, Laid> Over(Expr x, Extent outputs) =>
        from o in outputs.Along(x.Type.Rank - 2, "outputs")
        from fits in Fits(x, o)
        from laid in Of(x, o)
        select laid;

    private static Either<IrError, Dims> Fits(Expr x, Dims o) =>
        o.All(n => n > 0) && x.Shape.Slice(2, o.Count).All(n => n > 0) ? o
            : new IrError("pool.P4",
                $"{o} regions of {x.Type}: each axis needs at least one region and one cell", x.Describe());

    private static Either<IrError, Laid> Of(Expr x, Dims o)
    {
        var axes = o.Select((outputs, i) => new AdaptiveAxis(x.Shape[2 + i], outputs)).ToImmutableArray();
        return axes.All(a => a.Cells % a.Outputs == 0)
            ? SlidingWindows.Of(x, Dims.Of(axes.Select(a => a.Longest)),
                [.. axes.Select(a => new SlidingWindow(a.Cells, 0, new Window(a.Longest)))])
            : Table(x, axes);
    }

    /// <summary>
    /// The places of each region in x flattened; where a region is shorter, the place of a cell put behind the last.
    /// </summary>
    private static Laid Table(Expr x, ImmutableArray<AdaptiveAxis> axes)
    {
        var (outputs, size) = (Dims.Of(axes.Select(a => a.Outputs)), Dims.Of(axes.Select(a => a.Longest)));
        var table = outputs.Then(size);
        var index = Prim.Constant(Tensor.Of<int>(ElementType.I32[[.. table]], Places(axes, table)));
        var count = Prim.Constant(Tensor.FromDoubles(x.Type.With(outputs), Counts(axes, outputs)));
        return new(x, x.Shape.Slice(0, 2).Then(outputs), outside => Taken(x, index, outside), _ => new(0, count));
    }

    private static Expr Taken(Expr x, Expr index, double outside)
    {
        var lead = x.Shape.Slice(0, 2);
        var flat = Prim.Reshape(x, lead.Then([(int)x.Shape.Slice(2, x.Type.Rank - 2).Product]));
        var longer = Prim.Pad(flat, Prim.Like(x, outside), [0, 0, 0], [0, 0, 1], [0, 0, 0]);
        return Prim.Gather(longer, Prim.Broadcast(index, lead.Then(index.Shape), Dims.Range(2, index.Type.Rank)), 2);
    }

    private static int[] Places(ImmutableArray<AdaptiveAxis> axes, Dims table)
    {
        var (places, strides) = (new int[table.Product], table.Strides());
        for (var i = 0; i < places.Length; i++)
        {
            var (at, rank, flat) = (i, axes.Length, 0);
            for (var a = 0; a < rank && flat >= 0; a++)
            {
                var cell = axes[a].Start(Digit(a)) + Digit(rank + a);
                flat = cell < axes[a].End(Digit(a)) ? flat * axes[a].Cells + cell : -1;
            }
            places[i] = flat < 0 ? axes.Aggregate(1, (n, a) => n * a.Cells) : flat;
            int Digit(int axis) => (int)(at / strides[axis] % table[axis]);
        }
        return places;
    }

    private static double[] Counts(ImmutableArray<AdaptiveAxis> axes, Dims outputs) =>
        [.. Enumerable.Range(0, (int)outputs.Product).Select(i => axes.Select((a, axis) =>
            (double)a.Length((int)(i / outputs.Strides()[axis] % outputs[axis]))).Aggregate(1.0, (x, y) => x * y))];
}

/// <summary>So many regions of so many cells along one axis.</summary>
internal readonly record struct AdaptiveAxis(int Cells, int Outputs)
{
    /// <summary>Cells of the longest region.</summary>
    internal int Longest
    {
        get
        {
            var axis = this;
            return Enumerable.Range(0, Outputs).Max(axis.Length);
        }
    }

    /// <summary>⌊i·n/o⌋.</summary>
    internal int Start(int i) => (int)((long)i * Cells / Outputs);

    /// <summary>⌈(i+1)·n/o⌉.</summary>
    internal int End(int i) => (int)(((i + 1L) * Cells + Outputs - 1) / Outputs);

    /// <summary>How many cells region i has.</summary>
    internal int Length(int i) => End(i) - Start(i);
}
