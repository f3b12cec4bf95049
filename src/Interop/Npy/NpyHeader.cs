using System.Buffers.Binary;
using System.Text;
using LanguageExt;
using MiniTorch.Ir;
using static MiniTorch.Interop.Npy.NpyFile;

namespace MiniTorch.Interop.Npy;

/// <summary>What a header says: the tensor's type, and in which order the file has its axes and its bytes.</summary>
internal sealed record NpyHeader(TensorType Type, bool Fortran, bool Big)
{
    /// <summary>The first bytes of every file.</summary>
    public static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    private const int Alignment = 64;
    private const int GrowingAxis = 21;

    /// <summary>Magic, version 1.0 and header as NumPy writes them.</summary>
    public static Either<IrError, byte[]> Write(TensorType type) => type.Rank > AxisLimit
        ? Fail("N7", $"a tensor of {type.Rank} axes cannot be written, NumPy's arrays have at most {AxisLimit}")
        : Framed(Text(type));

    /// <summary>NumPy leaves room for the first axis to grow to the longest number.</summary>
    private static string Text(TensorType type)
    {
        var shape = type.Rank == 1 ? $"({type[0]},)" : $"({string.Join(", ", type.Shape)})";
        var room = type.Rank == 0 ? 0 : GrowingAxis - $"{type[0]}".Length;
        var descr = Descr.Name(type.Element);
        return $"{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}{new string(' ', room)}";
    }

    /// <summary>At least one space more, up to a multiple of 64 bytes in all, the last of them a line feed.</summary>
    private static byte[] Framed(string text)
    {
        var before = Magic.Length + 2 + sizeof(ushort);
        var length = before + text.Length + 1;
        var framed = new byte[length + Alignment - length % Alignment];
        framed.AsSpan().Fill((byte)' ');
        Magic.CopyTo(framed);
        (framed[Magic.Length], framed[Magic.Length + 1], framed[^1]) = (1, 0, (byte)'\n');
        BinaryPrimitives.WriteUInt16LittleEndian(framed.AsSpan(Magic.Length + 2), (ushort)(framed.Length - before));
        Encoding.ASCII.GetBytes(text, framed.AsSpan(before));
        return framed;
    }
}
