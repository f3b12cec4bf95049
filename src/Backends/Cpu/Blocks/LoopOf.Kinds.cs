using MiniTorch.Ir;
using Code = System.IntPtr;

namespace MiniTorch.Backends.Cpu;

/// <content>The choice by element type.</content>
internal readonly unsafe partial struct LoopOf
{
    private bool IsDouble => From == ElementKind.F64;

    private static Code Of(delegate*<void*, void*, void*, void*, int, void> loop) => (Code)loop;

    private Code Of(
        delegate*<void*, void*, void*, void*, int, void> bytes, delegate*<void*, void*, void*, void*, int, void> ints,
        delegate*<void*, void*, void*, void*, int, void> longs, delegate*<void*, void*, void*, void*, int, void> floats,
        delegate*<void*, void*, void*, void*, int, void> doubles) => (Code)(From switch
    {
        ElementKind.Pred or ElementKind.U8 => bytes,
        ElementKind.I32 => ints,
        ElementKind.I64 => longs,
        ElementKind.F16 or ElementKind.BF16 or ElementKind.F32 => floats,
        ElementKind.F64 => doubles,
        var other => throw new InvalidOperationException($"element kind {other}"),
    });

    private Code Unary<B, I, L, F, D>()
        where B : struct, IVector1<byte>
        where I : struct, IVector1<int>
        where L : struct, IVector1<long>
        where F : struct, IVector1<float>
        where D : struct, IVector1<double> => Of(
        &Loops.Unary<byte, B>, &Loops.Unary<int, I>, &Loops.Unary<long, L>,
        &Loops.Unary<float, F>, &Loops.Unary<double, D>);

    private Code Binary<B, I, L, F, D>()
        where B : struct, IVector2<byte>
        where I : struct, IVector2<int>
        where L : struct, IVector2<long>
        where F : struct, IVector2<float>
        where D : struct, IVector2<double> => Of(
        &Loops.Binary<byte, B>, &Loops.Binary<int, I>, &Loops.Binary<long, L>,
        &Loops.Binary<float, F>, &Loops.Binary<double, D>);

    private Code Compare<B, I, L, F, D>()
        where B : struct, IVector2<byte>
        where I : struct, IVector2<int>
        where L : struct, IVector2<long>
        where F : struct, IVector2<float>
        where D : struct, IVector2<double> => Of(
        &Loops.Compare<byte, B>, &Loops.Compare<int, I>, &Loops.Compare<long, L>,
        &Loops.Compare<float, F>, &Loops.Compare<double, D>);

    private Code Swapped<B, I, L, F, D>()
        where B : struct, IVector2<byte>
        where I : struct, IVector2<int>
        where L : struct, IVector2<long>
        where F : struct, IVector2<float>
        where D : struct, IVector2<double> => Of(
        &Loops.CompareSwapped<byte, B>, &Loops.CompareSwapped<int, I>, &Loops.CompareSwapped<long, L>,
        &Loops.CompareSwapped<float, F>, &Loops.CompareSwapped<double, D>);

    private Code Real<F>()
        where F : struct, IVector1<float>, IScalar1<double> =>
        IsDouble ? Of(&Loops.Scalar<double, F>) : Of(&Loops.Unary<float, F>);
}

/// <summary>The loop of a cast from one kind of register to another.</summary>
internal static unsafe class CastLoop
{
    /// <summary>The loop; f16 and bf16 are floats, which the caller rounds.</summary>
    public static Code Of(ElementKind from, ElementKind to) => (Held(from), to) switch
    {
        (ElementKind.U8, ElementKind.Pred) => At(&Casts.Truth<byte>),
        (ElementKind.I32, ElementKind.Pred) => At(&Casts.Truth<int>),
        (ElementKind.I64, ElementKind.Pred) => At(&Casts.Truth<long>),
        (ElementKind.F32, ElementKind.Pred) => At(&Casts.Truth<float>),
        (ElementKind.F64, ElementKind.Pred) => At(&Casts.Truth<double>),
        (ElementKind.U8, var _) => From<byte>(to),
        (ElementKind.I32, var _) => From<int>(to),
        (ElementKind.I64, var _) => From<long>(to),
        (ElementKind.F32, var _) => From<float>(to),
        (ElementKind.F64, var _) => From<double>(to),
        var other => throw new InvalidOperationException($"cast {other}"),
    };

    /// <summary>How a value is held in a block: truth values as bytes, halves as floats.</summary>
    public static ElementKind Held(ElementKind kind) => kind switch
    {
        ElementKind.Pred => ElementKind.U8,
        ElementKind.F16 or ElementKind.BF16 => ElementKind.F32,
        var same => same,
    };

    private static Code At(delegate*<void*, void*, void*, void*, int, void> loop) => (Code)loop;

    private static Code From<A>(ElementKind to)
        where A : unmanaged, System.Numerics.INumber<A> => Held(to) switch
    {
        ElementKind.F32 when typeof(A) == typeof(int) => At(&Casts.IntToFloat),
        ElementKind.F32 when typeof(A) == typeof(byte) => At(&Casts.ByteToFloat),
        ElementKind.I32 when typeof(A) == typeof(byte) => At(&Casts.ByteToInt),
        ElementKind.I32 when typeof(A) == typeof(float) => At(&Casts.FloatToInt),
        ElementKind.U8 => At(&Casts.Number<A, byte>),
        ElementKind.I32 => At(&Casts.Number<A, int>),
        ElementKind.I64 => At(&Casts.Number<A, long>),
        ElementKind.F32 => At(&Casts.Number<A, float>),
        ElementKind.F64 => At(&Casts.Number<A, double>),
        var other => throw new InvalidOperationException($"element kind {other}"),
    };
}
