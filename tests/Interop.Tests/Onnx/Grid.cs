using MiniTorch.Generators;
using MiniTorch.Ir;
using Xunit;

namespace MiniTorch.Interop.Tests.Onnx;

/// <summary>Numbers by their indices, for stating what an operator computes as a formula.</summary>
internal sealed class Grid(Dims shape, double[] values)
{
    /// <summary>The sizes.</summary>
    internal Dims Shape => shape;

    /// <summary>The number at an index, 0 outside.</summary>
    internal double this[params int[] at] => Inside(at) ? values[at.Select((v, i) => v * shape.Strides()[i]).Sum()] : 0;

    /// <summary>Whether an index is inside.</summary>
    internal bool Inside(params int[] at) => at.Select((v, i) => 0 <= v && v < shape[i]).All(inside => inside);

    /// <summary>The numbers of a tensor.</summary>
    internal static Grid Of(Tensor t) => new(t.Type.Shape, t.ToDoubles());

    /// <summary>A number for each index.</summary>
    internal static Grid Make(Dims shape, Func<int[], double> f) => new(shape, [.. Indices(shape).Select(f)]);

    /// <summary>Every index of a shape, row-major.</summary>
    internal static IEnumerable<int[]> Indices(Dims shape) => shape.Aggregate(
        (IEnumerable<int[]>)[[]], (all, size) =>
        all.SelectMany(at => Enumerable.Range(0, size).Select(i => (int[])[.. at, i])));

    /// <summary>A random tensor, the same for the same seed.</summary>
    internal static Tensor Random(TensorType type, int seed = 1) => new Draw(seed).Tensor(type);

    /// <summary>A random tensor without two equal numbers.</summary>
    internal static Tensor Distinct(TensorType type, int seed = 1)
    {
        var order = Enumerable.Range(0, (int)type.Count).ToArray();
        new Random(seed).Shuffle(order);
        return Tensor.FromDoubles(type, [.. order.Select(o => (o - type.Count / 2) / 8.0)]);
    }

    /// <summary>A tensor is this, up to rounding.</summary>
    internal void Is(Tensor computed)
    {
        Assert.Equal(shape, computed.Type.Shape);
        Assert.All(values.Zip(computed.ToDoubles()), p => Assert.Equal(p.Item1, p.Item2, 1e-5 * (1 + Math.Abs(p.Item1))));
    }
}
