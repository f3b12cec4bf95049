using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Vec = System.Runtime.Intrinsics.Vector512<float>;

namespace MiniTorch.Backends.Cpu.Kernels;

/// <summary>Register tiles of a direct convolution: pixels broadcast against vectors of output channels.</summary>
internal static unsafe partial class DirectTiles
{
    /// <summary>Sums over channels, rows and columns of taps, from what the pixels begin with.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Sum<TShape>(float* x, float* w, in DirectTile t, float* from, long next, float* y)
        where TShape : struct, IDirectShape
    {
        long channels = t.Channels, plane = t.Plane, row = t.Row, rows = t.Rows, columns = t.Columns;
        long column = t.Column, skip = t.Skip;
        Vec c0 = Vec.Zero, c1 = Vec.Zero, c2 = Vec.Zero, c3 = Vec.Zero, c4 = Vec.Zero, c5 = Vec.Zero, c6 = Vec.Zero,
            c7 = Vec.Zero, c8 = Vec.Zero, c9 = Vec.Zero, c10 = Vec.Zero, c11 = Vec.Zero, c12 = Vec.Zero, c13 = Vec.Zero;
        Vec d0 = Vec.Zero, d1 = Vec.Zero, d2 = Vec.Zero, d3 = Vec.Zero, d4 = Vec.Zero, d5 = Vec.Zero, d6 = Vec.Zero,
            d7 = Vec.Zero, d8 = Vec.Zero, d9 = Vec.Zero, d10 = Vec.Zero, d11 = Vec.Zero, d12 = Vec.Zero, d13 = Vec.Zero;
        Load<TShape>(ref from, next, out c0, out d0);
        Load<TShape>(ref from, next, out c1, out d1);
        Load<TShape>(ref from, next, out c2, out d2);
        Load<TShape>(ref from, next, out c3, out d3);
        Load<TShape>(ref from, next, out c4, out d4);
        Load<TShape>(ref from, next, out c5, out d5);
        Load<TShape>(ref from, next, out c6, out d6);
        if (TShape.Pixels > 7)
        {
            Load<TShape>(ref from, next, out c7, out d7);
            Load<TShape>(ref from, next, out c8, out d8);
            Load<TShape>(ref from, next, out c9, out d9);
            Load<TShape>(ref from, next, out c10, out d10);
            Load<TShape>(ref from, next, out c11, out d11);
        }

        if (TShape.Pixels > 12)
        {
            Load<TShape>(ref from, next, out c12, out d12);
            Load<TShape>(ref from, next, out c13, out d13);
        }

        for (; channels > 0; channels--, x += plane, w += skip)
        {
            float* line = x;
            for (long r = rows; r > 0; r--, line += row)
            {
                float* p = line;
                for (long q = columns; q > 0; q--, p += column, w += 16 * TShape.Vectors)
                {
                    Vec b = Vector512.Load(w), e = TShape.Vectors > 1 ? Vector512.Load(w + 16) : b;
                    Add<TShape>(p + (0 * TShape.Along), b, e, ref c0, ref d0);
                    Add<TShape>(p + (1 * TShape.Along), b, e, ref c1, ref d1);
                    Add<TShape>(p + (2 * TShape.Along), b, e, ref c2, ref d2);
                    Add<TShape>(p + (3 * TShape.Along), b, e, ref c3, ref d3);
                    Add<TShape>(p + (4 * TShape.Along), b, e, ref c4, ref d4);
                    Add<TShape>(p + (5 * TShape.Along), b, e, ref c5, ref d5);
                    Add<TShape>(p + (6 * TShape.Along), b, e, ref c6, ref d6);
                    if (TShape.Pixels > 7)
                    {
                        Add<TShape>(p + (7 * TShape.Along), b, e, ref c7, ref d7);
                        Add<TShape>(p + (8 * TShape.Along), b, e, ref c8, ref d8);
                        Add<TShape>(p + (9 * TShape.Along), b, e, ref c9, ref d9);
                        Add<TShape>(p + (10 * TShape.Along), b, e, ref c10, ref d10);
                        Add<TShape>(p + (11 * TShape.Along), b, e, ref c11, ref d11);
                    }

                    if (TShape.Pixels > 12)
                    {
                        Add<TShape>(p + (12 * TShape.Along), b, e, ref c12, ref d12);
                        Add<TShape>(p + (13 * TShape.Along), b, e, ref c13, ref d13);
                    }
                }
            }
        }

        Store<TShape>(ref y, c0, d0);
        Store<TShape>(ref y, c1, d1);
        Store<TShape>(ref y, c2, d2);
        Store<TShape>(ref y, c3, d3);
        Store<TShape>(ref y, c4, d4);
        Store<TShape>(ref y, c5, d5);
        Store<TShape>(ref y, c6, d6);
        if (TShape.Pixels > 7)
        {
            Store<TShape>(ref y, c7, d7);
            Store<TShape>(ref y, c8, d8);
            Store<TShape>(ref y, c9, d9);
            Store<TShape>(ref y, c10, d10);
            Store<TShape>(ref y, c11, d11);
        }

        if (TShape.Pixels > 12)
        {
            Store<TShape>(ref y, c12, d12);
            Store<TShape>(ref y, c13, d13);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Load<TShape>(ref float* from, long next, out Vec low, out Vec high)
        where TShape : struct, IDirectShape
    {
        low = Vector512.Load(from);
        high = TShape.Vectors > 1 ? Vector512.Load(from + 16) : low;
        from += next;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add<TShape>(float* cell, Vec low, Vec high, ref Vec c, ref Vec d)
        where TShape : struct, IDirectShape
    {
        Vec a = Vector512.Create(*cell);
        c = Vector512.FusedMultiplyAdd(a, low, c);
        if (TShape.Vectors > 1) d = Vector512.FusedMultiplyAdd(a, high, d);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<TShape>(ref float* y, Vec low, Vec high)
        where TShape : struct, IDirectShape
    {
        low.Store(y);
        if (TShape.Vectors > 1) high.Store(y + 16);
        y += 16 * TShape.Vectors;
    }
}
