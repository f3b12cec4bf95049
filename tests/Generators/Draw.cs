using MiniTorch.Ir;

namespace MiniTorch.Generators;

/// <summary>Choices that follow from a seed alone.</summary>
public sealed class Draw(int seed)
{
    private readonly Random random = new(seed);

    /// <summary>A whole number from <paramref name="lo"/> to <paramref name="hi"/>, both included.</summary>
    public int Int(int lo, int hi) => random.Next(lo, Math.Max(lo, hi) + 1);

    /// <summary>True once in <paramref name="times"/> draws.</summary>
    public bool Once(int times) => random.Next(times) == 0;

    /// <summary>One of the items.</summary>
    public T One<T>(IReadOnlyList<T> items) => items[random.Next(items.Count)];

    /// <summary>One of the items; later ones are likelier.</summary>
    public T Late<T>(IReadOnlyList<T> items)
    {
        var r = random.NextDouble();
        return items[items.Count - 1 - (int)(items.Count * r * r)];
    }

    /// <summary>The items in another order.</summary>
    public Dims Shuffled(Dims items)
    {
        var copy = items.ToArray();
        random.Shuffle(copy);
        return Dims.Create(copy);
    }

    /// <summary>Some of the axes of a rank, in any order.</summary>
    public Dims Axes(int rank) => Shuffled(Dims.Of(Enumerable.Range(0, rank).Where(_ => Once(2))));

    /// <summary>A list of whole numbers.</summary>
    public Dims Ints(int count, int lo, int hi) => Dims.Of(Enumerable.Range(0, count).Select(_ => Int(lo, hi)));

    /// <summary>A small shape: rank 0 to 4, sizes 1 to 5, once in a while a 0.</summary>
    public Dims Shape() => Dims.Of(Enumerable.Range(0, Int(0, 4)).Select(_ => Once(40) ? 0 : Once(3) ? Int(4, 5) : Int(1, 3)));

    /// <summary>A window under which k kernel cells fit n cells at least once.</summary>
    public Window Window(int n, int k)
    {
        var w = new Window(Int(1, 3), Int(-1, 2), Int(-1, 2), Once(3) ? 2 : 1, Once(3) ? 2 : 1);
        var missing = Ir.Window.Spread(k, w.Dilation) - Ir.Window.Spread(n, w.Base) - w.Lo - w.Hi;
        return missing > 0 ? w with { Hi = w.Hi + (int)missing } : w;
    }

    /// <summary>A value that the type holds exactly: quarters for floats, small whole numbers otherwise.</summary>
    public double Value(ElementType element) =>
        element.IsFloat ? Int(-8, 8) / 4.0 : element == ElementType.Pred ? Int(0, 1) : Int(element == ElementType.U8 ? 0 : -1, 4);

    /// <summary>A tensor of such values.</summary>
    public Tensor Tensor(TensorType type)
    {
        var values = new double[type.Count];
        for (var i = 0; i < values.Length; i++) values[i] = Value(type.Element);
        return Ir.Tensor.FromDoubles(type, values);
    }

    /// <summary>A name as files of other makers have them: with colons, quotes, blanks, marks, any script, or none of these.</summary>
    public string Name() => string.Concat(Enumerable.Range(0, Int(1, 4)).Select(_ => One(Pieces)));

    private static readonly string[] Pieces =
    [
        "onnx::Conv_", "/layer1/Conv_output_", "input.", "x:", "123", "-1", "%add.", "\"", "\\", "\\\"", " ", "#", "=", "(", "]", "}",
        ",", "graph", "return", "f32", "_", "'", "é", "重み", "😀", "<b>", "&amp;", "\u00a0", "\u2028", "|", "`", ";", "--", "%%",
    ];
}
