using System.Buffers.Binary;
using System.Text;
using LanguageExt;
using MiniTorch.Interop.Files;
using MiniTorch.Ir;
using static MiniTorch.Interop.Npy.NpyFile;

namespace MiniTorch.Interop.Npy;

/// <summary>A stream is one array, from its first byte to its last.</summary>
internal static class NpyReader
{
    /// <summary>
    /// The tensor of a stream that claims to have <paramref name="length"/> bytes, which need not be true.
    /// </summary>
    public static Either<IrError, Tensor> Read(Stream stream, long length, string file) =>
        from frame in ReadFrame(stream, file)
        from header in new HeaderText(file).Read(frame.Text)
        from data in ReadData(stream, header.Type, length - frame.Length, file)
        from truths in Truths(header.Type, data, file)
        select Tensor.Adopt(header.Type, Order.Ours(header, data));

    private static Either<IrError, (string Text, int Length)> ReadFrame(Stream stream, string file)
    {
        var magic = Take.UpTo(stream, NpyHeader.Magic.Length);
        if (!NpyHeader.Magic.StartsWith(magic) || magic.Length == 0)
            return Fail("N2", $"{file} is no NumPy array, such a file begins with \\x93NUMPY");
        var version = Take.UpTo(stream, 2);
        if (version.Length < 2) return Short(file);
        if (version is not [1 or 2 or 3, 0])
            return Fail("N3", $"{file} has version {version[0]}.{version[1]}, only 1.0, 2.0 and 3.0 are read");
        return ReadText(stream, version[0], file);
    }

    private static Either<IrError, (string Text, int Length)> ReadText(Stream stream, int version, string file)
    {
        var width = version == 1 ? sizeof(ushort) : sizeof(uint);
        var prefix = Take.UpTo(stream, width);
        if (prefix.Length < width) return Short(file);
        var length = width == sizeof(ushort)
            ? BinaryPrimitives.ReadUInt16LittleEndian(prefix)
            : BinaryPrimitives.ReadUInt32LittleEndian(prefix);
        if (length > HeaderLimit)
            return Fail("N4", $"{file} claims a header of {length:N0} bytes, more than the limit of {HeaderLimit:N0}");
        var text = Take.UpTo(stream, (int)length);
        if (text.Length < length) return Short(file);
        var encoding = version == 3 ? Encoding.UTF8 : Encoding.Latin1;
        return (encoding.GetString(text), NpyHeader.Magic.Length + 2 + width + text.Length);
    }

    private static Either<IrError, byte[]> ReadData(Stream stream, TensorType type, long present, string file)
    {
        if (present != type.Bytes) return WrongSize($"{present:N0}", type, file);
        var data = Take.UpTo(stream, (int)type.Bytes);
        if (data.Length < type.Bytes) return WrongSize($"{data.Length:N0}", type, file);
        return stream.ReadByte() < 0 ? data : WrongSize($"more than {type.Bytes:N0}", type, file);
    }

    private static Either<IrError, Unit> Truths(TensorType type, byte[] data, string file)
    {
        var bad = type.Element == ElementType.Pred ? data.AsSpan().IndexOfAnyExceptInRange((byte)0, (byte)1) : -1;
        return bad < 0
            ? Unit.Default
            : Fail("N9", $"{file} has truth values whose byte {bad} is {data[bad]}, neither 0 nor 1");
    }

    private static IrError Short(string file) => Fail("N1", $"{file} ends inside its header, it is cut short");

    private static IrError WrongSize(string present, TensorType type, string file) =>
        Fail("N8", $"{file} has {present} bytes of data, {Quote.Cut($"{type}")} takes {type.Bytes:N0}");
}
