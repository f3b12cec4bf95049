using MiniTorch.Ir;

namespace MiniTorch.Examples.Course;

/// <summary>Values to compute with.</summary>
public static class Numbers
{
    /// <summary>f32 numbers in a row.</summary>
    public static Tensor Of(params float[] values) => Tensor.Of([values.Length], values);

    /// <summary>f32 numbers of a shape.</summary>
    public static Tensor Of(Dims shape, params float[] values) => Tensor.Of(shape, values);

    /// <summary>1, 2, 3, … over a shape.</summary>
    public static Tensor Count(Dims shape) =>
        Tensor.Of(shape, [.. Enumerable.Range(1, (int)shape.Product).Select(i => (float)i)]);

    /// <summary>Whole numbers from −4 to 4, the same for a seed: sums of products of them are exact.</summary>
    public static Tensor Whole(Dims shape, int seed) => Draw(shape, seed, r => r.Next(-4, 5));

    /// <summary>Numbers between −1 and 1, the same for a seed.</summary>
    public static Tensor Random(Dims shape, int seed) => Draw(shape, seed, r => r.NextSingle() * 2 - 1);

    /// <summary>The same elements in another shape.</summary>
    public static Tensor View(this Tensor value, Dims shape) =>
        Tensor.Adopt(new(value.Type.Element, shape), value.Bytes.ToArray());

    private static Tensor Draw(Dims shape, int seed, Func<Random, float> next)
    {
        var random = new Random(seed);
        return Tensor.Of(shape, [.. Enumerable.Range(0, (int)shape.Product).Select(_ => next(random))]);
    }
}
