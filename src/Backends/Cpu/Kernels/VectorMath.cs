using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Vec = System.Runtime.Intrinsics.Vector512<float>;

namespace MiniTorch.Backends.Cpu.Kernels;

/// <summary>Elementary functions of 16 floats; a lane's bits do not depend on its place or its neighbours.</summary>
/// <remarks>Source: Moshier, Cephes (the reduction of exp; log, tanh, sin, cos); Juffa's minimax polynomials (erf).</remarks>
internal static partial class VectorMath
{
    /// <summary>e to the x: infinite above 88.73, gradual underflow below -87.3, NaN for NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec Exp(Vec x)
    {
        x = Avx512DQ.IsSupported ? x : WithinRange(x);
        Vec n = Vector512.Round(x * Vector512.Create(1.44269504f));
        Vec r = Vector512.FusedMultiplyAdd(n, Vector512.Create(-0.693359375f), x);
        r = Vector512.FusedMultiplyAdd(n, Vector512.Create(2.12194440e-4f), r);
        // Beyond the range n alone tells infinity, zero and NaN from each other, once r is no more than a half in size.
        r = Avx512DQ.IsSupported ? Avx512DQ.Range(r, Vector512.Create(0.5f), 0b0010) : r;
        Vec p = Vector512.Create(1.3821452158e-3f);
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(8.3686616272e-3f));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(4.1668254882e-2f));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(1.6666521132e-1f));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(4.9999994040e-1f));
        p = Vector512.FusedMultiplyAdd(p, r, Vec.One);
        return TimesPowerOfTwo(Vector512.FusedMultiplyAdd(p, r, Vec.One), n);
    }

    /// <summary>The natural logarithm: minus infinity at 0, NaN below.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec Log(Vec x)
    {
        Vec small = Vector512.LessThan(x, Vector512.Create(1.17549435e-38f));
        Vec scaled = Vector512.ConditionalSelect(small, x * Vector512.Create(8388608f), x);
        Vector512<int> bits = scaled.AsInt32() - Vector512.Create(0x3f3504f3);
        Vec e = Vector512.ConvertToSingle(bits >> 23) - (small & Vector512.Create(23f));
        Vec f = ((bits & Vector512.Create(0x7fffff)) + Vector512.Create(0x3f3504f3)).AsSingle() - Vec.One;
        Vec p = Vector512.Create(7.0376836292e-2f);
        p = Vector512.FusedMultiplyAdd(p, f, Vector512.Create(-1.1514610310e-1f));
        p = Vector512.FusedMultiplyAdd(p, f, Vector512.Create(1.1676998740e-1f));
        p = Vector512.FusedMultiplyAdd(p, f, Vector512.Create(-1.2420140846e-1f));
        p = Vector512.FusedMultiplyAdd(p, f, Vector512.Create(1.4249322787e-1f));
        p = Vector512.FusedMultiplyAdd(p, f, Vector512.Create(-1.6668057665e-1f));
        p = Vector512.FusedMultiplyAdd(p, f, Vector512.Create(2.0000714765e-1f));
        p = Vector512.FusedMultiplyAdd(p, f, Vector512.Create(-2.4999993993e-1f));
        p = Vector512.FusedMultiplyAdd(p, f, Vector512.Create(3.3333331174e-1f));
        Vec square = f * f;
        Vec low = Vector512.FusedMultiplyAdd(e, Vector512.Create(-2.12194440e-4f), p * f * square);
        low = Vector512.FusedMultiplyAdd(square, Vector512.Create(-0.5f), low);
        Vec y = Vector512.FusedMultiplyAdd(e, Vector512.Create(0.693359375f), f + low);
        y = Vector512.ConditionalSelect(
            Vector512.Equals(x, Vec.Zero), Vector512.Create(float.NegativeInfinity), y);
        Vec top = Vector512.Create(float.PositiveInfinity);
        y = Vector512.ConditionalSelect(Vector512.Equals(x, top), top, y);
        Vec defined = Vector512.GreaterThanOrEqual(x, Vec.Zero);
        return Vector512.ConditionalSelect(defined, y, Vector512.Create(float.NaN));
    }

    /// <summary>The hyperbolic tangent.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec Tanh(Vec x)
    {
        Vec size = Vector512.Abs(x), square = x * x;
        Vec p = Vector512.Create(-5.70498872745e-3f);
        p = Vector512.FusedMultiplyAdd(p, square, Vector512.Create(2.06390887954e-2f));
        p = Vector512.FusedMultiplyAdd(p, square, Vector512.Create(-5.37397155531e-2f));
        p = Vector512.FusedMultiplyAdd(p, square, Vector512.Create(1.33314422036e-1f));
        p = Vector512.FusedMultiplyAdd(p, square, Vector512.Create(-3.33332819422e-1f));
        Vec near = Vector512.FusedMultiplyAdd(p * square, x, x);
        Vec far = Vec.One - (Vector512.Create(2f) / (Exp(size + size) + Vec.One));
        Vec chosen = Vector512.LessThan(size, Vector512.Create(0.625f));
        return WithSign(Vector512.ConditionalSelect(chosen, near, far), x);
    }

    /// <summary>The error function, within about 1e-7.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec Erf(Vec x)
    {
        Vec t = Vector512.Min(Vector512.Abs(x), Vector512.Create(4f)), s = t * t;
        Vec far = Vector512.FusedMultiplyAdd(Vector512.Create(-1.72853470e-5f), t, Vector512.Create(3.83197126e-4f));
        Vec u = Vector512.FusedMultiplyAdd(Vector512.Create(-3.88396438e-3f), t, Vector512.Create(2.42546219e-2f));
        far = Vector512.FusedMultiplyAdd(far, s, u);
        far = Vector512.FusedMultiplyAdd(far, t, Vector512.Create(-1.06777877e-1f));
        far = Vector512.FusedMultiplyAdd(far, t, Vector512.Create(-6.34846687e-1f));
        far = Vector512.FusedMultiplyAdd(far, t, Vector512.Create(-1.28717512e-1f));
        far = WithSign(Vec.One - Exp(Vector512.FusedMultiplyAdd(far, t, -t)), x);
        Vec near = Vector512.Create(-5.96761703e-4f);
        near = Vector512.FusedMultiplyAdd(near, s, Vector512.Create(4.99119423e-3f));
        near = Vector512.FusedMultiplyAdd(near, s, Vector512.Create(-2.67681349e-2f));
        near = Vector512.FusedMultiplyAdd(near, s, Vector512.Create(1.12819925e-1f));
        near = Vector512.FusedMultiplyAdd(near, s, Vector512.Create(-3.76125336e-1f));
        near = Vector512.FusedMultiplyAdd(near, s, Vector512.Create(1.28379166e-1f));
        near = Vector512.FusedMultiplyAdd(near, x, x);
        Vec y = Vector512.ConditionalSelect(Vector512.GreaterThan(t, Vector512.Create(0.927734375f)), far, near);
        return Vector512.ConditionalSelect(Vector512.Equals(x, x), y, x);
    }

    /// <summary>The second operand of MinNative and MaxNative is the result where one is NaN.</summary>
    private static Vec WithinRange(Vec x) =>
        Vector512.MinNative(Vector512.Create(89.5f), Vector512.MaxNative(Vector512.Create(-105f), x));

    /// <summary>y times 2 to the n, rounded once, for y about 1 and whole n, from -152 to 130 without AVX-512.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vec TimesPowerOfTwo(Vec y, Vec n)
    {
        if (Avx512F.IsSupported) return Avx512F.Scale(y, n);
        Vector512<int> power = Vector512.ConvertToInt32(n), half = power >> 1;
        return y * PowerOfTwo(half) * PowerOfTwo(power - half);
    }

    private static Vec PowerOfTwo(Vector512<int> n) => ((n + Vector512.Create(127)) << 23).AsSingle();

    private static Vec WithSign(Vec size, Vec sign) => size | (sign & Vector512.Create(-0f));
}
