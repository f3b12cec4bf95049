using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace MiniTorch.Ir;

/// <summary>An immutable array in host memory: a type and its elements, row-major, little-endian. Equal bits are equal.</summary>
public sealed class Tensor : IEquatable<Tensor>
{
    private readonly byte[] data;
    private int hash;

    private Tensor(TensorType type, byte[] data) => (Type, this.data) = (type, data);

    /// <summary>Element type and shape.</summary>
    public TensorType Type { get; }

    /// <summary>The elements' bytes.</summary>
    public ReadOnlySpan<byte> Bytes => data;

    /// <summary>A tensor of these bytes, which the caller hands over and does not change again.</summary>
    public static Tensor Adopt(TensorType type, byte[] data) =>
        data.Length == type.Bytes ? new(type, data)
            : throw new ArgumentException($"{type} takes {type.Bytes} bytes, given {data.Length}");

    /// <summary>A tensor of these elements, whose size is that of the element type.</summary>
    public static Tensor Of<T>(TensorType type, ReadOnlySpan<T> values) where T : unmanaged =>
        Adopt(type, MemoryMarshal.AsBytes(values).ToArray());

    /// <summary>A tensor of f32.</summary>
    public static Tensor Of(Dims shape, params float[] values) => Of<float>(new(ElementType.F32, shape), values);

    /// <summary>A tensor of each element rounded to the type (integers wrap, pred is 0 or 1).</summary>
    public static Tensor FromDoubles(TensorType type, ReadOnlySpan<double> values)
    {
        var data = new byte[type.Bytes];
        for (var i = 0; i < values.Length; i++) Elements.Write(type.Element, data, i, values[i]);
        return Adopt(type, data);
    }

    /// <summary>A scalar of the type.</summary>
    public static Tensor Scalar(ElementType element, double value) => FromDoubles(element.Scalar, [value]);

    /// <summary>A scalar of an integer type, exact for every i64.</summary>
    public static Tensor Scalar(ElementType element, long value)
    {
        var data = new byte[element.Bytes];
        Elements.WriteLong(element, data, 0, value);
        return Adopt(element.Scalar, data);
    }

    /// <summary>Zeros.</summary>
    public static Tensor Zeros(TensorType type) => Adopt(type, new byte[type.Bytes]);

    /// <summary>The elements as <typeparamref name="T"/>, whose size is that of the element type.</summary>
    public ReadOnlySpan<T> As<T>() where T : unmanaged => MemoryMarshal.Cast<byte, T>(data);

    /// <summary>Element i as a double (i64 rounds).</summary>
    public double At(long i) => Elements.Read(Type.Element, data, i);

    /// <summary>Element i of an integer type as a long.</summary>
    public long LongAt(long i) => Elements.ReadLong(Type.Element, data, i);

    /// <summary>All elements as doubles.</summary>
    public double[] ToDoubles()
    {
        var values = new double[Type.Count];
        for (var i = 0; i < values.Length; i++) values[i] = At(i);
        return values;
    }

    /// <inheritdoc/>
    public bool Equals(Tensor? other) =>
        other is not null && (ReferenceEquals(this, other) || (Type == other.Type && Bytes.SequenceEqual(other.Bytes)));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Tensor);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        if (hash != 0) return hash;
        var code = new HashCode();
        code.Add(Type);
        code.AddBytes(data);
        return hash = code.ToHashCode();
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Type} {{{string.Join(' ', ToDoubles().Take(8))}{(Type.Count > 8 ? " …" : "")}}}";
}
