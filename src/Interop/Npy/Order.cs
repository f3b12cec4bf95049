using System.Buffers.Binary;
using System.Runtime.InteropServices;
using MiniTorch.Ir;

namespace MiniTorch.Interop.Npy;

/// <summary>Elements in the order of the file become elements in our order: row-major and little-endian.</summary>
internal static class Order
{
    /// <summary>The elements in our order; <paramref name="data"/> may be changed or be the result.</summary>
    public static byte[] Ours(NpyHeader header, byte[] data)
    {
        if (header.Big) Reverse(data, header.Type.Element.Bytes);
        return header.Fortran && header.Type.Rank > 1 ? RowMajor(header.Type, data) : data;
    }

    private static void Reverse(Span<byte> data, int width)
    {
        if (width == 2) BinaryPrimitives.ReverseEndianness(Cast<ushort>(data), Cast<ushort>(data));
        if (width == 4) BinaryPrimitives.ReverseEndianness(Cast<uint>(data), Cast<uint>(data));
        if (width == 8) BinaryPrimitives.ReverseEndianness(Cast<ulong>(data), Cast<ulong>(data));
    }

    private static byte[] RowMajor(TensorType type, byte[] data)
    {
        var ordered = new byte[data.Length];
        switch (type.Element.Bytes)
        {
            case 1: Transpose<byte>(data, ordered, type.Shape.Span); break;
            case 2: Transpose(Cast<ushort>(data), Cast<ushort>(ordered), type.Shape.Span); break;
            case 4: Transpose(Cast<uint>(data), Cast<uint>(ordered), type.Shape.Span); break;
            default: Transpose(Cast<ulong>(data), Cast<ulong>(ordered), type.Shape.Span); break;
        }
        return ordered;
    }

    /// <summary>Counts through the indices, the last axis fastest, along with the place in a file whose first is.</summary>
    private static void Transpose<T>(ReadOnlySpan<T> from, Span<T> to, ReadOnlySpan<int> shape)
    {
        Span<int> index = stackalloc int[shape.Length];
        Span<long> step = stackalloc long[shape.Length];
        step[0] = 1;
        for (var k = 1; k < shape.Length && to.Length > 0; k++) step[k] = step[k - 1] * shape[k - 1];
        long at = 0;
        for (var i = 0; i < to.Length; i++)
        {
            to[i] = from[(int)at];
            var k = shape.Length - 1;
            for (at += step[k]; ++index[k] == shape[k] && k > 0; at += step[--k])
            {
                at -= step[k] * shape[k];
                index[k] = 0;
            }
        }
    }

    private static Span<T> Cast<T>(Span<byte> data) where T : struct => MemoryMarshal.Cast<byte, T>(data);
}
