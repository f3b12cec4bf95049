using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using MiniTorch.Ir;

namespace MiniTorch.Backends.Cpu;

/// <summary>Loops that change the element type; f16 and bf16 are held as floats.</summary>
internal static unsafe class Casts
{
    private const MethodImplOptions Fast = MethodImplOptions.AggressiveOptimization;

    /// <summary>Any number to any number: floats truncate to integers and wrap, NaN is 0.</summary>
    [MethodImpl(Fast)]
    public static void Number<A, B>(void* y, void* a, void* b, void* c, int n)
        where A : unmanaged, INumber<A>
        where B : unmanaged, INumber<B>
    {
        var x = (A*)a;
        var to = (B*)y;
        for (var i = 0; i < n; i++) to[i] = Convert<A, B>(x[i]);
    }

    /// <summary>Whether a number is not zero.</summary>
    [MethodImpl(Fast)]
    public static void Truth<A>(void* y, void* a, void* b, void* c, int n)
        where A : unmanaged
    {
        var x = (A*)a;
        for (var i = 0; i < n; i += Vector512<A>.Count)
            Lanes.Store(~Vector512.Equals(Vector512.Load(x + i), Vector512<A>.Zero), (byte*)y + i);
    }

    /// <summary>Ints to floats.</summary>
    [MethodImpl(Fast)]
    public static void IntToFloat(void* y, void* a, void* b, void* c, int n)
    {
        for (var i = 0; i < n; i += 16) Vector512.ConvertToSingle(Vector512.Load((int*)a + i)).Store((float*)y + i);
    }

    /// <summary>Bytes to floats.</summary>
    [MethodImpl(Fast)]
    public static void ByteToFloat(void* y, void* a, void* b, void* c, int n)
    {
        for (var i = 0; i < n; i += 16)
            Vector512.ConvertToSingle(Lanes.Widen(Vector128.Load((byte*)a + i))).Store((float*)y + i);
    }

    /// <summary>Bytes to ints.</summary>
    [MethodImpl(Fast)]
    public static void ByteToInt(void* y, void* a, void* b, void* c, int n)
    {
        for (var i = 0; i < n; i += 16) Lanes.Widen(Vector128.Load((byte*)a + i)).Store((int*)y + i);
    }

    /// <summary>Floats to ints, toward zero, wrapping.</summary>
    [MethodImpl(Fast)]
    public static void FloatToInt(void* y, void* a, void* b, void* c, int n)
    {
        for (var i = 0; i < n; i += 16)
        {
            var (low, high) = Vector512.Widen(Vector512.Load((float*)a + i));
            Truncate(low, high).Store((int*)y + i);
        }
    }

    /// <summary>x / y toward zero; 0 where y is 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Quotient(Vector512<int> x, Vector512<int> y)
    {
        var (x0, x1) = Vector512.Widen(x);
        var (y0, y1) = Vector512.Widen(y);
        var q = Truncate(
            Vector512.ConvertToDouble(x0) / Vector512.ConvertToDouble(y0),
            Vector512.ConvertToDouble(x1) / Vector512.ConvertToDouble(y1));
        return Vector512.AndNot(q, Vector512.Equals(y, Vector512<int>.Zero));
    }

    /// <summary>Floats rounded to f16 and back.</summary>
    [MethodImpl(Fast)]
    public static void RoundF16(void* y, void* a, void* b, void* c, int n)
    {
        for (var i = 0; i < n; i++) ((float*)y)[i] = (float)(Half)((float*)a)[i];
    }

    /// <summary>Floats rounded to bf16 and back.</summary>
    [MethodImpl(Fast)]
    public static void RoundBF16(void* y, void* a, void* b, void* c, int n)
    {
        for (var i = 0; i < n; i += 16) (BFloat(Vector512.Load((float*)a + i)) << 16).AsSingle().Store((float*)y + i);
    }

    /// <summary>f16 to floats.</summary>
    [MethodImpl(Fast)]
    public static void LoadF16(void* y, void* a, void* b, void* c, int n)
    {
        for (var i = 0; i < n; i++) ((float*)y)[i] = (float)((Half*)a)[i];
    }

    /// <summary>bf16 to floats.</summary>
    [MethodImpl(Fast)]
    public static void LoadBF16(void* y, void* a, void* b, void* c, int n)
    {
        for (var i = 0; i < n; i += 16)
        {
            var (low, high) = Vector256.Widen(Vector256.Load((ushort*)a + i));
            (Vector512.Create(low, high) << 16).AsSingle().Store((float*)y + i);
        }
    }

    /// <summary>Floats to f16.</summary>
    [MethodImpl(Fast)]
    public static void StoreF16(void* y, void* a, void* b, void* c, int n)
    {
        for (var i = 0; i < n; i++) ((Half*)y)[i] = (Half)((float*)a)[i];
    }

    /// <summary>Floats to bf16.</summary>
    [MethodImpl(Fast)]
    public static void StoreBF16(void* y, void* a, void* b, void* c, int n)
    {
        for (var i = 0; i < n; i += 16)
        {
            var bits = BFloat(Vector512.Load((float*)a + i));
            Vector256.Narrow(bits.GetLower(), bits.GetUpper()).Store((ushort*)y + i);
        }
    }

    /// <summary>One number to another type.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static B Convert<A, B>(A x)
        where A : unmanaged, INumber<A>
        where B : unmanaged, INumber<B>
    {
        var real = typeof(A) == typeof(float) || typeof(A) == typeof(double);
        return real && typeof(B) != typeof(float) && typeof(B) != typeof(double)
            ? B.CreateTruncating(Elements.ToLong(double.CreateTruncating(x)))
            : B.CreateTruncating(x);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> Truncate(Vector512<double> low, Vector512<double> high) =>
        Vector512.Narrow(Vector512.ConvertToInt64(low), Vector512.ConvertToInt64(high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> BFloat(Vector512<float> x)
    {
        var bits = x.AsUInt32();
        var rounded = (bits + Vector512.Create(0x7FFFu) + ((bits >> 16) & Vector512<uint>.One)) >> 16;
        var nan = (bits >> 16) | Vector512.Create(0x40u);
        return Vector512.ConditionalSelect(Vector512.Equals(x, x).AsUInt32(), rounded, nan);
    }
}
