using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Vec = System.Runtime.Intrinsics.Vector512<float>;

namespace MiniTorch.Backends.Cpu.Kernels;

/// <content>Sine and cosine.</content>
internal static partial class VectorMath
{
    /// <summary>Up to here a multiple of a quarter turn subtracts exactly.</summary>
    private const float Near = 1e5f;

    /// <summary>The sine, within 2 units in the last place; NaN for infinities.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec Sin(Vec x)
    {
        Vec n = Vector512.Round(x * Vector512.Create(0.636619772f));
        Vec y = Quarter(x, n, Vector512.ConvertToInt32(n));
        return Vector512.LessThanOrEqualAll(Vector512.Abs(x), Vector512.Create(Near)) ? y : Far(x, y, cosine: false);
    }

    /// <summary>The cosine, within 2 units in the last place; NaN for infinities.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec Cos(Vec x)
    {
        Vec n = Vector512.Round(x * Vector512.Create(0.636619772f));
        Vec y = Quarter(x, n, Vector512.ConvertToInt32(n) + Vector512<int>.One);
        return Vector512.LessThanOrEqualAll(Vector512.Abs(x), Vector512.Create(Near)) ? y : Far(x, y, cosine: true);
    }

    /// <summary>The sine of x less n quarter turns, then turned by quarters.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vec Quarter(Vec x, Vec n, Vector512<int> quarters)
    {
        Vec r = Vector512.FusedMultiplyAdd(n, Vector512.Create(-1.57079637f), x);
        r = Vector512.FusedMultiplyAdd(n, Vector512.Create(4.37113900e-8f), r);
        r = Vector512.FusedMultiplyAdd(n, Vector512.Create(1.71512449e-15f), r);
        Vec square = r * r;
        Vec s = Vector512.FusedMultiplyAdd(Vector512.Create(-1.9515295891e-4f), square, Vector512.Create(8.3321608736e-3f));
        s = Vector512.FusedMultiplyAdd(s, square, Vector512.Create(-1.6666654611e-1f));
        s = Vector512.FusedMultiplyAdd(s * square, r, r);
        Vec c = Vector512.FusedMultiplyAdd(Vector512.Create(2.443315711809948e-5f), square, Vector512.Create(-1.388731625493765e-3f));
        c = Vector512.FusedMultiplyAdd(c, square, Vector512.Create(4.166664568298827e-2f));
        c = Vector512.FusedMultiplyAdd(c, square, Vector512.Create(-0.5f));
        c = Vector512.FusedMultiplyAdd(c, square, Vec.One);
        Vec odd = (Vector512<int>.Zero - (quarters & Vector512<int>.One)).AsSingle();
        Vec sign = ((quarters & Vector512.Create(2)) << 30).AsSingle();
        return Vector512.ConditionalSelect(odd, c, s) ^ sign;
    }

    /// <summary>Lanes far from zero, infinite or no number are computed one by one.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Vec Far(Vec x, Vec y, bool cosine)
    {
        for (int i = 0; i < Vec.Count; i++)
        {
            if (!(MathF.Abs(x[i]) <= Near))
            {
                y = y.WithElement(i, cosine ? MathF.Cos(x[i]) : MathF.Sin(x[i]));
            }
        }

        return y;
    }
}
