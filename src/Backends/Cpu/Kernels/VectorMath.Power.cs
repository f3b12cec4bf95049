using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Real = System.Runtime.Intrinsics.Vector512<double>;
using Vec = System.Runtime.Intrinsics.Vector512<float>;

namespace MiniTorch.Backends.Cpu.Kernels;

/// <content>Powers.</content>
internal static partial class VectorMath
{
    /// <summary>x to the y, within 1 unit in the last place, with the special cases of IEEE 754's pow.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec Pow(Vec x, Vec y)
    {
        Vec size = Vector512.Abs(x), half = y * Vector512.Create(0.5f);
        (Real low, Real high) = Vector512.Widen(size);
        (Real lowY, Real highY) = Vector512.Widen(y);
        Vec power = Vector512.Narrow(Exp2(lowY * Log2(low)), Exp2(highY * Log2(high)));
        Vec whole = Vector512.Equals(Vector512.Floor(y), y);
        Vec odd = Vector512.AndNot(whole, Vector512.Equals(Vector512.Floor(half), half));
        power ^= x & odd & Vector512.Create(-0f);
        Vec outside = Vector512.LessThan(x, Vec.Zero) & Vector512.GreaterThan(x, Vector512.Create(float.NegativeInfinity));
        Vec none = Vector512.AndNot(outside, whole) | ~Vector512.Equals(x, x) | ~Vector512.Equals(y, y);
        power = Vector512.ConditionalSelect(none, Vector512.Create(float.NaN), power);
        Vec turned = Vector512.Equals(x, -Vec.One) & Vector512.Equals(Vector512.Abs(y), Vector512.Create(float.PositiveInfinity));
        Vec one = Vector512.Equals(x, Vec.One) | Vector512.Equals(y, Vec.Zero) | turned;
        return Vector512.ConditionalSelect(one, Vec.One, power);
    }

    /// <summary>The binary logarithm of a float that is not negative, to 1e-12 of itself.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Real Log2(Real x)
    {
        Vector512<long> bits = x.AsInt64() - Vector512.Create(0x3FE6A09E667F3BCDL);
        Real e = Vector512.ConvertToDouble(bits >> 52);
        Real m = ((bits & Vector512.Create(0xFFFFFFFFFFFFFL)) + Vector512.Create(0x3FE6A09E667F3BCDL)).AsDouble();
        Real s = (m - Real.One) / (m + Real.One), z = s * s;
        Real p = Vector512.Create(2.8853900817779268 / 13);
        p = Vector512.FusedMultiplyAdd(p, z, Vector512.Create(2.8853900817779268 / 11));
        p = Vector512.FusedMultiplyAdd(p, z, Vector512.Create(2.8853900817779268 / 9));
        p = Vector512.FusedMultiplyAdd(p, z, Vector512.Create(2.8853900817779268 / 7));
        p = Vector512.FusedMultiplyAdd(p, z, Vector512.Create(2.8853900817779268 / 5));
        p = Vector512.FusedMultiplyAdd(p, z, Vector512.Create(2.8853900817779268 / 3));
        p = Vector512.FusedMultiplyAdd(p, z, Vector512.Create(2.8853900817779268));
        Real y = Vector512.FusedMultiplyAdd(p, s, e), top = Vector512.Create(double.PositiveInfinity);
        y = Vector512.ConditionalSelect(Vector512.Equals(x, Real.Zero), -top, y);
        return Vector512.ConditionalSelect(Vector512.Equals(x, top), top, y);
    }

    /// <summary>2 to the x, to 1e-9 of itself, where that is a float; else a double that rounds to infinity or zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Real Exp2(Real x)
    {
        Real t = Vector512.MinNative(Vector512.Create(160.0), Vector512.MaxNative(Vector512.Create(-160.0), x));
        Real n = Vector512.Round(t), r = (t - n) * Vector512.Create(0.69314718055994531);
        Real p = Vector512.Create(1.0 / 40320);
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(1.0 / 5040));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(1.0 / 720));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(1.0 / 120));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(1.0 / 24));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(1.0 / 6));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(0.5));
        p = Vector512.FusedMultiplyAdd(p, r, Real.One);
        p = Vector512.FusedMultiplyAdd(p, r, Real.One);
        return p * ((Vector512.ConvertToInt64(n) + Vector512.Create(1023L)) << 52).AsDouble();
    }
}
