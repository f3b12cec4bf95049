using MiniTorch.Ir;

namespace MiniTorch.Interop.Onnx.Export;

/// <summary>
/// Philox4x32-10 in i64 nodes, each word from 0 to 2³² − 1. A product of two words wraps to the bits of the 64-bit
/// product; its high word is (p − low)/2³², whose sign a mask takes away.
/// </summary>
internal readonly struct PhiloxWords(Sheet s)
{
    private const long Mask = 0xFFFFFFFF;

    /// <summary>The words of as many blocks as the type has elements for.</summary>
    public Wire Of(Wire key, Wire counter, TensorType type)
    {
        var blocks = (int)((type.Count + 3) / 4);
        var steps = s.Longs(Enumerable.Range(0, blocks).Select(i => (long)i));
        var count = Op("Add", counter, steps);
        var (zero, k0, k1) = (Number(0), Low(key), High(key));
        var (c0, c1, c2, c3) = (Low(count), High(count), zero, zero);
        for (var round = 0; round < 10; round++)
        {
            var (p, q) = (Op("Mul", c0, Number(0xD2511F53)), Op("Mul", c2, Number(0xCD9E8D57)));
            (c0, c1, c2, c3) = (Mix(High(q), c1, k0), Low(q), Mix(High(p), c3, k1), Low(p));
            (k0, k1) = (Low(Op("Add", k0, Number(0x9E3779B9))), Low(Op("Add", k1, Number(0xBB67AE85))));
        }
        return Joined([c0, c1, c2, c3], blocks, type);
    }

    private Wire Joined(Wire[] words, int blocks, TensorType type)
    {
        var sheet = s;
        var columns = words.Select(w => Moves.Reshape(sheet, w, [blocks, 1])).ToArray();
        var all = s.Op("Concat", ElementType.I64[blocks, 4], columns, Sheet.Int("axis", 1));
        var flat = Moves.Slice(s, Moves.Reshape(s, all, [blocks * 4]), [0], [(int)type.Count], [1]);
        return Moves.Reshape(s, Elementwise.Cast(s, flat, ElementType.I32), type.Shape);
    }

    private Wire Mix(Wire x, Wire y, Wire z) => Op("BitwiseXor", Op("BitwiseXor", x, y), z);

    private Wire Low(Wire x) => Op("BitwiseAnd", x, Number(Mask));

    private Wire High(Wire x) => Low(Op("Div", Op("Sub", x, Low(x)), Number(Mask + 1)));

    private Wire Number(long value) => s.Scalar(ElementType.I64, value);

    private Wire Op(string op, Wire x, Wire y) => s.Op(op, x.Shape.Count >= y.Shape.Count ? x.Type : y.Type, x, y);
}
