using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MiniTorch.Backends.Cpu;

/// <content>Rows that lie far apart, several at once: memory gives more along several ways than along one.</content>
internal static unsafe partial class Folding
{
    /// <summary>Rows that are folded at once, each by itself.</summary>
    public const int Ways = 4;

    /// <summary>Folds four rows of n elements, each to one in the order of a row alone.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization), SkipLocalsInit]
    public static void RowsTogether<T, F>(T** rows, int n, T* to)
        where T : unmanaged
        where F : struct, IFold<T>
    {
        var sums = stackalloc Vector512<T>[4 * Ways];
        var whole = n - (n % (4 * Vector512<T>.Count));
        Whole<T, F>(rows, whole, sums);
        for (var i = 0; i < Ways; i++, sums += 4)
        {
            Into<T, F>(sums, rows[i] + whole, n - whole);
            to[i] = Finish<T, F>(sums);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Whole<T, F>(T** rows, int n, Vector512<T>* sums)
        where T : unmanaged
        where F : struct, IFold<T>
    {
        T* x = rows[0], y = rows[1], z = rows[2], w = rows[3];
        var none = Vector512.Create(F.Identity);
        Vector512<T> xa = none, xb = none, xc = none, xd = none, ya = none, yb = none, yc = none, yd = none;
        Vector512<T> za = none, zb = none, zc = none, zd = none, wa = none, wb = none, wc = none, wd = none;
        for (var i = 0; i < n; i += 4 * Vector512<T>.Count)
        {
            Next<T, F>(x + i, ref xa, ref xb, ref xc, ref xd);
            Next<T, F>(y + i, ref ya, ref yb, ref yc, ref yd);
            Next<T, F>(z + i, ref za, ref zb, ref zc, ref zd);
            Next<T, F>(w + i, ref wa, ref wb, ref wc, ref wd);
        }
        (sums[0], sums[1], sums[2], sums[3], sums[4], sums[5], sums[6], sums[7]) = (xa, xb, xc, xd, ya, yb, yc, yd);
        (sums[8], sums[9], sums[10], sums[11], sums[12], sums[13], sums[14], sums[15]) = (za, zb, zc, zd, wa, wb, wc, wd);
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
