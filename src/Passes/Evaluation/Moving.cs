using MiniTorch.Ir;

namespace MiniTorch.Passes.Evaluation;

/// <summary>Ops that place elements and compute none.</summary>
/// <typeparam name="T">A number.</typeparam>
/// <typeparam name="A">Its arithmetic.</typeparam>
internal readonly struct Moving<T, A>(TensorType y, Values<T>[] args) where A : IArithmetic<T>
{
    private static T Zero => A.FromLong(0);

    /// <summary>Each element from its place in the operand, 0 from outside.</summary>
    internal Values<T> Take(int[] places) => args[0].Take(y, places, Zero, 0);

    internal Values<T> Pad(Pad op)
    {
        var places = Places.Pad(op, args[0].Type.Shape, y.Shape);
        return y.Element.IsFloat
            ? args[0].Take(y, places, args[1].Floats[0], 0)
            : args[0].Take(y, places, Zero, args[1].Integers[0]);
    }

    internal Values<T> Concat(Concat op)
    {
        var places = Places.Concat(op, y.Shape, [.. args.Select(a => a.Type.Shape)]);
        return Values<T>.Join(y, args).Take(y, places, Zero, 0);
    }

    internal Values<T> Gather(Gather op)
    {
        var x = args[0].Type.Shape;
        var batches = x.Slice(0, op.Batch).Product;
        var rest = x.Slice(op.Batch + 1, x.Count - op.Batch - 1).Product;
        return Take(Places.Indexed(args[1].Integers, batches, x[op.Batch], rest));
    }

    /// <summary>The index along an axis.</summary>
    internal Values<T> Iota(int axis)
    {
        var (stride, size, element) = (y.Shape.Strides()[axis], y.Shape[axis], y.Element);
        var index = new long[y.Count];
        for (var i = 0; i < index.Length; i++) index[i] = i / stride % size;
        return element.IsFloat
            ? Values<T>.Of(y, Array.ConvertAll(index, i => A.Round(A.FromLong(i), element)))
            : Values<T>.Of(y, Array.ConvertAll(index, i => Integers.Wrap(i, element)));
    }

    internal Values<T> RandomBits()
    {
        var (key, counter) = (args[0].Integers[0], args[1].Integers[0]);
        var words = new long[y.Count];
        for (var j = 0; j < words.Length; j++) words[j] = Philox.Word(key, counter, j);
        return Values<T>.Of(y, words);
    }
}
