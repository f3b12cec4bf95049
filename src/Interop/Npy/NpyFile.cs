using LanguageExt;
using MiniTorch.Interop.Files;
using MiniTorch.Ir;

namespace MiniTorch.Interop.Npy;

/// <summary>
/// Every sequence of bytes is either one NumPy array or one broken rule, never an exception; what is written is read
/// back, equal in every bit, and its bytes are those that <c>numpy.save</c> writes for the same C-ordered array.
/// </summary>
/// <remarks>
/// Layout: <c>\x93NUMPY</c>, a version (1.0, 2.0 and 3.0 are read, 1.0 is written), the header's length, a header as
/// <c>{'descr': '&lt;f4', 'fortran_order': False, 'shape': (2, 3), }</c>, then the elements and nothing after them. C and
/// Fortran order and both byte orders are read.
/// Element types: pred |b1, u8 |u1, i32 i4, i64 i8, f16 f2, bf16 V2, f32 f4, f64 f8. NumPy has no bfloat16: its type of two
/// opaque bytes, V2, is read and written as bf16, as ml_dtypes writes and JAX reads it
/// (in NumPy: <c>numpy.load(file).view(ml_dtypes.bfloat16)</c>).
/// Errors: npy.N1 the file ends inside its header; npy.N2 no NumPy file; npy.N3 an unknown version; npy.N4 a header larger
/// than <see cref="HeaderLimit"/>; npy.N5 a header that does not describe an array; npy.N6 an element type that is not
/// read; npy.N7 a shape that no tensor has; npy.N8 data and header disagree on the size; npy.N9 a truth value other than 0
/// and 1; and the rules of <see cref="AtomicFile"/>.
/// Source: NumPy Enhancement Proposal 1, and numpy.lib.format.
/// </remarks>
public static class NpyFile
{
    /// <summary>The most bytes a header may have: as many as NumPy itself reads.</summary>
    public const int HeaderLimit = 10_000;

    /// <summary>The most axes an array may have: NumPy's own limit.</summary>
    public const int AxisLimit = 64;

    /// <summary>Reading a file is parsing its bytes under the name of the file.</summary>
    /// <remarks>Errors: npy.N1 to N9, file.F2.</remarks>
    public static Either<IrError, Tensor> Read(string path) =>
        AtomicFile.Read(path, file => NpyReader.Read(file, file.Length, Path.GetFileName(path)));

    /// <summary>The tensor that the bytes spell, or the first rule they break, told under the name given.</summary>
    /// <remarks>Errors: npy.N1 to N9.</remarks>
    public static Either<IrError, Tensor> Parse(byte[] bytes, string name) =>
        NpyReader.Read(new MemoryStream(bytes, writable: false), bytes.Length, name);

    /// <summary>The file at the path becomes this tensor, whole; or nothing changes and one rule is broken.</summary>
    /// <remarks>Errors: npy.N7, file.F1.</remarks>
    public static Either<IrError, Unit> Save(string path, Tensor tensor) =>
        from header in NpyHeader.Write(tensor.Type)
        from done in AtomicFile.Write(path, stream => Write(header, tensor, stream))
        select done;

    /// <summary>The bytes of a file, the same for equal tensors.</summary>
    /// <remarks>Errors: npy.N7.</remarks>
    public static Either<IrError, byte[]> Write(Tensor tensor) =>
        from header in NpyHeader.Write(tensor.Type)
        select (byte[])[.. header, .. tensor.Bytes];

    internal static void Write(byte[] header, Tensor tensor, Stream stream)
    {
        stream.Write(header);
        stream.Write(tensor.Bytes);
    }

    internal static IrError Fail(string rule, string message) => new($"npy.{rule}", message);
}
