using FsCheck;
using FsCheck.Fluent;
using LanguageExt;
using MiniTorch.Ir;
using Gen = FsCheck.Fluent.Gen;

namespace MiniTorch.Interop.Tests;

/// <summary>Tensors and files of them to write and to read back.</summary>
internal static class Samples
{
    /// <summary>Every element type, rank 0 to 5, some axes empty, all bits (so the payloads of NaNs too).</summary>
    public static Gen<Tensor> Tensors() =>
        from element in Gen.Elements(ElementType.All.ToArray())
        from rank in Gen.Choose(0, 5)
        from shape in Gen.ArrayOf(Gen.Frequency((1, Gen.Constant(0)), (12, Gen.Choose(1, rank > 3 ? 3 : 5))), rank)
        let type = new TensorType(element, Dims.Create(shape))
        from seed in Gen.Choose(0, int.MaxValue)
        select Tensor.Adopt(type, Bits(element, (int)type.Bytes, seed));

    /// <summary>Files of up to six tensors with names of all kinds, and texts about them.</summary>
    public static Arbitrary<TensorFile> Files() => Arb.From(
        from names in Names()
        from tensors in Gen.CollectToArray(names, _ => Tensors())
        from keys in Names()
        from texts in Gen.ArrayOf(Text(), keys.Length)
        select new TensorFile(names.Zip(tensors).ToSeq(), keys.Zip(texts).ToSeq()));

    /// <summary>One small tensor of each element type.</summary>
    public static TensorFile OneOfEach() => TensorFile.Of(
        [.. ElementType.All.Select(t => (t.Name, Tensor.FromDoubles(t[2, 3], [0, 1, 0, 1, 1, 0])))]);

    private static byte[] Bits(ElementType element, int count, int seed)
    {
        var bytes = new byte[count];
        new Random(seed).NextBytes(bytes);
        if (element == ElementType.Pred) foreach (ref var b in bytes.AsSpan()) b &= 1;
        if (element.IsFloat && seed % 3 == 0) // a quiet or signalling NaN with a payload
            for (var i = element.Bytes; i <= count; i += 2 * element.Bytes)
                (bytes[i - 1], bytes[i - 2]) = (0xff, (byte)(bytes[i - 2] | 0xf1));
        return bytes;
    }

    private static Gen<string[]> Names() => Gen.ArrayOf(Text()).Resize(6).Select(n => n.Distinct().ToArray());

    private static Gen<string> Text() =>
        Gen.Elements("", "layer.0/weight", "a\"b\\c", "é\n\u2028", "\U0001F600", "../../a", "dtype")
        .SelectMany(start => Gen.Choose(0, 20).Select(n => n == 0 ? start : $"{start}{n}"));
}
