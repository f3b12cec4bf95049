using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MiniTorch.Backends.Cpu;

/// <summary>Masks of lanes from and to truth values, a byte each.</summary>
internal static unsafe class Lanes
{
    /// <summary>Stores 1 where a lane is all ones and 0 where it is zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<T>(Vector512<T> mask, byte* to)
        where T : unmanaged
    {
        if (sizeof(T) == 1) (mask.AsByte() & Vector512<byte>.One).Store(to);
        else if (sizeof(T) == 4) Narrow(mask.AsInt32() & Vector512<int>.One).Store(to);
        else *(ulong*)to = Narrow(mask.AsInt64() & Vector512<long>.One).AsUInt64().ToScalar();
    }

    /// <summary>A mask that is all ones where a byte is not zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Load<T>(byte* from)
        where T : unmanaged
    {
        if (sizeof(T) == 1) return (~Vector512.Equals(Vector512.Load(from), Vector512<byte>.Zero)).As<byte, T>();
        if (sizeof(T) == 4) return (~Vector512.Equals(Widen(Vector128.Load(from)), Vector512<int>.Zero)).As<int, T>();
        var lanes = WidenLong(Vector128.CreateScalar(*(ulong*)from).AsByte());
        return (~Vector512.Equals(lanes, Vector512<long>.Zero)).As<long, T>();
    }

    /// <summary>One number in all lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Repeat<T>(T* from)
        where T : unmanaged => Vector512.Create(*from);

    /// <summary>A mask of all lanes, ones where a byte is not zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> RepeatTruth<T>(byte* from)
        where T : unmanaged => *from != 0 ? Vector512<T>.AllBitsSet : Vector512<T>.Zero;

    /// <summary>16 bytes as 16 ints.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Widen(Vector128<byte> x)
    {
        if (Avx512F.IsSupported) return Avx512F.ConvertToVector512Int32(x);
        var (low, high) = Vector128.Widen(x);
        var (a, b) = Vector256.Widen(Vector256.Create(low, high));
        return Vector512.Create(a, b).AsInt32();
    }

    /// <summary>16 ints, their low bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Narrow(Vector512<int> x)
    {
        if (Avx512F.IsSupported) return Avx512F.ConvertToVector128Byte(x);
        var shorts = Vector256.Narrow(x.GetLower() & Vector256.Create(255), x.GetUpper() & Vector256.Create(255)).AsUInt16();
        return Vector128.Narrow(shorts.GetLower(), shorts.GetUpper());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<long> WidenLong(Vector128<byte> x)
    {
        if (Avx512F.IsSupported) return Avx512F.ConvertToVector512Int64(x);
        var (shorts, _) = Vector128.Widen(x);
        var (low, high) = Vector128.Widen(shorts);
        var (a, b) = Vector256.Widen(Vector256.Create(low, high));
        return Vector512.Create(a, b).AsInt64();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> Narrow(Vector512<long> x)
    {
        if (Avx512F.IsSupported) return Avx512F.ConvertToVector128Byte(x);
        var ints = Vector256.Narrow(x.GetLower(), x.GetUpper()).AsUInt32();
        var shorts = Vector128.Narrow(ints.GetLower(), ints.GetUpper());
        return Vector128.Narrow(shorts, shorts);
    }
}
