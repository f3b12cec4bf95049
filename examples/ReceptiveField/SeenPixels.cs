using MiniTorch.Ir;
using MiniTorch.Passes.Autodiff;
using Field = MiniTorch.Passes.Analysis.ReceptiveField;

namespace MiniTorch.Examples.Course;

/// <summary>What an image's pixels do to the maps of layers, and the other way round.</summary>
internal static class SeenPixels
{
    /// <summary>Kernels of ones, no bias: a value counts the paths.</summary>
    internal static (string, Tensor)[] Weights(Graph g) => [.. g.Inputs.Skip(1).Select(i =>
        (((Input)i.Op).Name, Filled(i.Type, ((Input)i.Op).Name.EndsWith("weight", StringComparison.Ordinal) ? 1 : 0)))];

    private static Tensor Filled(TensorType type, double value) =>
        Tensor.FromDoubles(type, [.. Enumerable.Repeat(value, (int)type.Count)]);

    /// <summary>The gradient of the middle cell of a layer by the image.</summary>
    internal static Tensor Seen(Page page, Graph g, Expr layer)
    {
        var d = One(layer.Type, layer.Shape[2] / 2, layer.Shape[3] / 2);
        var gradient = Backward.Vjp([layer], [Prim.Constant(d)], [g.Inputs[0]])[0];
        var image = g.Inputs[0].Type;
        return page.Run(Graph.Of([gradient], g.Inputs), [("x", Tensor.Zeros(image)), .. Weights(g)])[0]
            .View([image[2], image[3]]);
    }

    /// <summary>Whether nothing outside the middle cell's field is seen.</summary>
    internal static bool Inside(Field field, Expr layer, Tensor seen)
    {
        var at = field.At(0, 0, layer.Shape[2] / 2, layer.Shape[3] / 2);
        var columns = seen.Type[1];
        return seen.ToDoubles().Select((v, i) => v == 0 || In(at, i / columns, i % columns)).All(b => b);
    }

    /// <summary>Whether the field of an element has a pixel.</summary>
    internal static bool Has(Field field, int element, int columns, int row, int column) =>
        In(field.At(0, 0, element / columns, element % columns), row, column);

    private static bool In(IReadOnlyList<(int Lo, int Hi)> field, int row, int column) =>
        field[2].Lo <= row && row <= field[2].Hi && field[3].Lo <= column && column <= field[3].Hi;

    /// <summary>A map that is 1 at a place and 0 elsewhere.</summary>
    internal static Tensor One(TensorType map, int row, int column)
    {
        var values = new double[map.Count];
        values[row * map[3] + column] = 1;
        return Tensor.FromDoubles(map, values);
    }

    /// <summary>1 where two maps differ.</summary>
    internal static Tensor Differs(Tensor one, Tensor other) => Tensor.FromDoubles(one.Type,
        [.. one.ToDoubles().Zip(other.ToDoubles(), (a, b) => a == b ? 0.0 : 1)]).View([one.Type[2], one.Type[3]]);
}
