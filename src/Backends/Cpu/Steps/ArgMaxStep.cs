using System.Numerics;
using System.Runtime.CompilerServices;
using MiniTorch.Backends.Cpu.Kernels;
using MiniTorch.Ir;

namespace MiniTorch.Backends.Cpu;

/// <summary>The position of the largest along the middle axis of [outer, n, inner].</summary>
internal sealed unsafe class ArgMaxStep<T> : Parted
    where T : unmanaged, INumber<T>
{
    private readonly nint x, y;
    private readonly ElementKind kind;
    private readonly long outer, n, inner;

    public ArgMaxStep(Ready r, ArgMax op)
    {
        var type = r.Root.Args[0].Type;
        (x, y, kind, n) = (r.Arg(0).Base, r.Result, type.Element.Kind, type[op.Axis]);
        outer = type.Shape.Slice(0, op.Axis).Product;
        inner = type.Shape.Slice(op.Axis + 1, type.Rank - op.Axis - 1).Product;
        Parts = PartsFor(type.Count, outer);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override void Part(int part)
    {
        var (from, until) = Share(outer, part);
        for (var o = from; o < until; o++)
            for (var i = Sixteens(o); i < inner; i++)
                ((int*)y)[(o * inner) + i] = (int)Position((o * n * inner) + i);
    }

    /// <summary>Does whole vectors of columns; how many columns those are.</summary>
    private long Sixteens(long o)
    {
        if (kind != ElementKind.F32) return 0;
        long i = 0;
        for (; i + 16 <= inner; i += 16) RowMaxima.Columns((float*)x + (o * n * inner) + i, inner, (int)n, (int*)y + (o * inner) + i);
        return i;
    }

    private long Position(long start)
    {
        var found = inner == 1 && kind == ElementKind.F32 ? RowMaxima.First((float*)x + start, n) : -1;
        return found < 0 ? First(start) : found;
    }

    private long First(long start)
    {
        var (best, largest) = (0L, Numbers.Read<T>(x, kind, start));
        for (long k = 1; k < n; k++)
        {
            var value = Numbers.Read<T>(x, kind, start + (k * inner));
            if (Numbers.Beats(value, largest)) (best, largest) = (k, value);
        }
        return best;
    }
}
