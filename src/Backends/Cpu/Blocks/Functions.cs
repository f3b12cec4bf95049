using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using MiniTorch.Backends.Cpu.Kernels;

namespace MiniTorch.Backends.Cpu;

/// <summary>A function of one vector, lane by lane.</summary>
internal interface IVector1<T>
{
    static abstract Vector512<T> Apply(Vector512<T> x);
}

/// <summary>A function of two vectors, lane by lane.</summary>
internal interface IVector2<T>
{
    static abstract Vector512<T> Apply(Vector512<T> x, Vector512<T> y);
}

/// <summary>A function of one number.</summary>
internal interface IScalar1<T>
{
    static abstract T Apply(T x);
}

/// <summary>A function of two numbers.</summary>
internal interface IScalar2<T>
{
    static abstract T Apply(T x, T y);
}

/// <summary>An associative function with a neutral element.</summary>
internal interface IFold<T> : IVector2<T>, IScalar2<T>
{
    static abstract T Identity { get; }
}

internal readonly struct NegF<T> : IVector1<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Apply(Vector512<T> x) =>
        typeof(T) == typeof(float) ? (x.AsUInt32() ^ Vector512.Create(0x80000000u)).As<uint, T>()
        : typeof(T) == typeof(double) ? (x.AsUInt64() ^ Vector512.Create(1UL << 63)).As<ulong, T>() : -x;
}

internal readonly struct AbsF<T> : IVector1<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Apply(Vector512<T> x) => typeof(T) == typeof(byte) ? x : Vector512.Abs(x);
}

internal readonly struct SignF<T> : IVector1<T>
    where T : INumber<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Apply(Vector512<T> x)
    {
        var zero = Vector512<T>.Zero;
        var one = Vector512.Create(T.One);
        var below = typeof(T) == typeof(byte) ? one : Vector512.Create(T.Zero - T.One);
        var negative = Vector512.ConditionalSelect(Vector512.LessThan(x, zero), below, x);
        return Vector512.ConditionalSelect(Vector512.GreaterThan(x, zero), one, negative);
    }
}

internal readonly struct NotF<T> : IVector1<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Apply(Vector512<T> x) => ~x;
}

internal readonly struct NotPredF : IVector1<byte>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Apply(Vector512<byte> x) => Vector512.Equals(x, Vector512<byte>.Zero) & Vector512<byte>.One;
}

internal readonly struct SqrtF<T> : IVector1<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Apply(Vector512<T> x) => Vector512.Sqrt(x);
}

internal readonly struct FloorF : IVector1<float>, IVector1<double>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Apply(Vector512<float> x) => Vector512.Floor(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Apply(Vector512<double> x) => Vector512.Floor(x);
}

internal readonly struct ExpF : IVector1<float>, IScalar1<double>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Apply(Vector512<float> x) => VectorMath.Exp(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Apply(double x) => Math.Exp(x);
}

internal readonly struct LogF : IVector1<float>, IScalar1<double>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Apply(Vector512<float> x) => VectorMath.Log(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Apply(double x) => Math.Log(x);
}

internal readonly struct TanhF : IVector1<float>, IScalar1<double>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Apply(Vector512<float> x) => VectorMath.Tanh(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Apply(double x) => Math.Tanh(x);
}

internal readonly struct ErfF : IVector1<float>, IScalar1<double>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Apply(Vector512<float> x) => VectorMath.Erf(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Apply(double x) => ErrorFunction.Erf(x);
}

internal readonly struct SinF : IVector1<float>, IScalar1<double>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Apply(Vector512<float> x) => VectorMath.Sin(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Apply(double x) => Math.Sin(x);
}

internal readonly struct CosF : IVector1<float>, IScalar1<double>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Apply(Vector512<float> x) => VectorMath.Cos(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Apply(double x) => Math.Cos(x);
}

internal readonly struct PowF : IVector2<float>, IScalar2<double>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Apply(Vector512<float> x, Vector512<float> y) => VectorMath.Pow(x, y);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Apply(double x, double y) => Math.Pow(x, y);
}

internal readonly struct AddF<T> : IFold<T>
    where T : INumber<T>
{
    public static T Identity => T.Zero;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Apply(Vector512<T> x, Vector512<T> y) => x + y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Apply(T x, T y) => x + y;
}

internal readonly struct SubF<T> : IVector2<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Apply(Vector512<T> x, Vector512<T> y) => x - y;
}

internal readonly struct MulF<T> : IFold<T>
    where T : INumber<T>
{
    public static T Identity => T.One;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Apply(Vector512<T> x, Vector512<T> y) => x * y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Apply(T x, T y) => x * y;
}

internal readonly struct DivF<T> : IVector2<T>, IScalar2<T>
    where T : INumber<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Apply(Vector512<T> x, Vector512<T> y) =>
        typeof(T) == typeof(int) ? Casts.Quotient(x.AsInt32(), y.AsInt32()).As<int, T>() : x / y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Apply(T x, T y) => T.IsZero(y) ? T.Zero : y == T.Zero - T.One ? T.Zero - x : x / y;
}

internal readonly struct MaxF<T> : IFold<T>
    where T : INumber<T>
{
    public static T Identity => T.CreateSaturating(double.NegativeInfinity);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Apply(Vector512<T> x, Vector512<T> y) => Vector512.Max(x, y);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Apply(T x, T y) => T.Max(x, y);
}

internal readonly struct MinF<T> : IFold<T>
    where T : INumber<T>
{
    public static T Identity => T.CreateSaturating(double.PositiveInfinity);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Apply(Vector512<T> x, Vector512<T> y) => Vector512.Min(x, y);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Apply(T x, T y) => T.Min(x, y);
}

internal readonly struct AndF<T> : IVector2<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Apply(Vector512<T> x, Vector512<T> y) => x & y;
}

internal readonly struct OrF<T> : IVector2<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Apply(Vector512<T> x, Vector512<T> y) => x | y;
}

internal readonly struct XorF<T> : IVector2<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Apply(Vector512<T> x, Vector512<T> y) => x ^ y;
}

internal readonly struct EqF<T> : IVector2<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Apply(Vector512<T> x, Vector512<T> y) => Vector512.Equals(x, y);
}

internal readonly struct NeF<T> : IVector2<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Apply(Vector512<T> x, Vector512<T> y) => ~Vector512.Equals(x, y);
}

internal readonly struct LtF<T> : IVector2<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Apply(Vector512<T> x, Vector512<T> y) => Vector512.LessThan(x, y);
}

internal readonly struct LeF<T> : IVector2<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Apply(Vector512<T> x, Vector512<T> y) => Vector512.LessThanOrEqual(x, y);
}

/// <summary>The error function in double precision.</summary>
internal static class ErrorFunction
{
    /// <summary>Series near zero, continued fraction far out; about 1e-15.</summary>
    public static double Erf(double x)
    {
        var t = Math.Abs(x);
        return double.IsNaN(x) ? x : Math.CopySign(t > 6 ? 1 : t < 2.5 ? Series(t) : 1 - Tail(t), x);
    }

    private static double Series(double x)
    {
        double term = x, sum = x;
        for (var n = 1; term > sum * 1e-17; n++) sum += term *= 2 * x * x / ((2 * n) + 1);
        return 2 / Math.Sqrt(Math.PI) * Math.Exp(-x * x) * sum;
    }

    private static double Tail(double x)
    {
        var fraction = x;
        for (var k = 60; k > 0; k--) fraction = x + (k / 2.0 / fraction);
        return Math.Exp(-x * x) / (fraction * Math.Sqrt(Math.PI));
    }
}
