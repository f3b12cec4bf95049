using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using MiniTorch.Backends.Cpu.Kernels;
using MiniTorch.Ir;

namespace MiniTorch.Backends.Cpu;

/// <content>Four vectors at a time; rows that lie far apart, several at once: memory gives more so; pieces of results.</content>
internal static unsafe partial class Folding
{
    /// <summary>Rows that are folded at once.</summary>
    public const int Ways = 4;

    /// <summary>Folds four rows of n elements to one: each into lanes as a row alone, then the lanes of all.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static T RowsTogether<T, F>(T* x, T* y, T* z, T* w, int n)
        where T : unmanaged
        where F : struct, IFold<T>
    {
        var width = Vector512<T>.Count;
        var none = Vector512.Create(F.Identity);
        Vector512<T> xa = none, xb = none, xc = none, xd = none, ya = none, yb = none, yc = none, yd = none;
        Vector512<T> za = none, zb = none, zc = none, zd = none, wa = none, wb = none, wc = none, wd = none;
        var i = 0;
        for (; i + (4 * width) <= n; i += 4 * width)
        {
            Next<T, F>(x + i, ref xa, ref xb, ref xc, ref xd);
            Next<T, F>(y + i, ref ya, ref yb, ref yc, ref yd);
            Next<T, F>(z + i, ref za, ref zb, ref zc, ref zd);
            Next<T, F>(w + i, ref wa, ref wb, ref wc, ref wd);
        }
        for (; i + width <= n; i += width)
        {
            (xa, ya) = (F.Apply(xa, Vector512.Load(x + i)), F.Apply(ya, Vector512.Load(y + i)));
            (za, wa) = (F.Apply(za, Vector512.Load(z + i)), F.Apply(wa, Vector512.Load(w + i)));
        }
        if (i < n)
        {
            (xb, yb) = (F.Apply(xb, First<T, F>(x + i, n - i)), F.Apply(yb, First<T, F>(y + i, n - i)));
            (zb, wb) = (F.Apply(zb, First<T, F>(z + i, n - i)), F.Apply(wb, First<T, F>(w + i, n - i)));
        }
        xa = F.Apply(F.Apply(F.Apply(xa, xb), F.Apply(xc, xd)), F.Apply(F.Apply(ya, yb), F.Apply(yc, yd)));
        za = F.Apply(F.Apply(F.Apply(za, zb), F.Apply(zc, zd)), F.Apply(F.Apply(wa, wb), F.Apply(wc, wd)));
        return Across<T, F>(F.Apply(xa, za));
    }

    /// <summary>Rows of two to four floats, sixteen at a time, as <see cref="Sixteen"/> folds them; how many were folded.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static long FewColumns<T, F>(float* x, int length, long rows, float* to)
        where T : unmanaged
        where F : struct, IFold<T>
    {
        int third = length > 2 ? 32 : 16, fourth = length > 3 ? 48 : third;
        Vector512<int> p = Places(length, 0), q = Places(length, 1), r = Places(length, 2), s = Places(length, 3);
        var neutral = Vector512.Create(F.Identity);
        var row = 0L;
        for (; row + 16 <= rows; row += 16, x += 16 * length)
        {
            Vector512<float> a = Vector512.Load(x), b = Vector512.Load(x + 16);
            Vector512<float> c = Vector512.Load(x + third), d = Vector512.Load(x + fourth);
            var even = F.Apply(Turns.Taken(a, b, c, d, p).As<float, T>(), neutral);
            var odd = F.Apply(Turns.Taken(a, b, c, d, q).As<float, T>(), neutral);
            if (length > 2) even = F.Apply(even, F.Apply(Turns.Taken(a, b, c, d, r).As<float, T>(), neutral));
            if (length > 3) odd = F.Apply(odd, F.Apply(Turns.Taken(a, b, c, d, s).As<float, T>(), neutral));
            F.Apply(even, odd).AsSingle().Store(to + row);
        }
        return row;
    }

    private static Vector512<int> Places(int length, int column) => Turns.Unweaving[(length * Turns.Few) + Math.Min(column, length - 1)];

    /// <summary>Folds the pieces of n results, which lie one after the other, in their order and in place, and stores them.</summary>
    public static void Pieces<T, F>(T* pieces, long n, byte* to, ElementKind kind)
        where T : unmanaged
        where F : struct, IFold<T>
    {
        for (var piece = 1; piece < FoldPlan.Splits; piece++) Exactly<T, F>(pieces, pieces + (piece * n), (int)n);
        Store(to, kind, 0, pieces, (int)n);
    }

    /// <summary>Folds n elements of one row into four vectors that stay in registers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Into<T, F>(ref Vector512<T> a, ref Vector512<T> b, ref Vector512<T> c, ref Vector512<T> d, T* x, int n)
        where T : unmanaged
        where F : struct, IFold<T>
    {
        var width = Vector512<T>.Count;
        var i = 0;
        for (; i + (4 * width) <= n; i += 4 * width)
        {
            if (Sse.IsSupported)
                for (var line = 0; line < 4; line++) Sse.Prefetch0((byte*)(x + i) + Ahead + (line * 64));
            Next<T, F>(x + i, ref a, ref b, ref c, ref d);
        }
        for (; i + width <= n; i += width) a = F.Apply(a, Vector512.Load(x + i));
        if (i < n) b = F.Apply(b, First<T, F>(x + i, n - i));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Next<T, F>(T* x, ref Vector512<T> a, ref Vector512<T> b, ref Vector512<T> c, ref Vector512<T> d)
        where T : unmanaged
        where F : struct, IFold<T>
    {
        var width = Vector512<T>.Count;
        a = F.Apply(a, Vector512.Load(x));
        b = F.Apply(b, Vector512.Load(x + width));
        c = F.Apply(c, Vector512.Load(x + (2 * width)));
        d = F.Apply(d, Vector512.Load(x + (3 * width)));
    }
}
