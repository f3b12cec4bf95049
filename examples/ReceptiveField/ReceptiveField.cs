using MiniTorch.Frontend;
using MiniTorch.Ir;
using static MiniTorch.Examples.Course.SeenPixels;
using static MiniTorch.Frontend.Layers;
using static MiniTorch.Ir.ElementType;
using Field = MiniTorch.Passes.Analysis.ReceptiveField;

namespace MiniTorch.Examples.Course;

/// <summary>What an element of a value can see of an input, and how pooling widens it.</summary>
public static class ReceptiveField
{
    /// <summary>The page.</summary>
    public static readonly Lecture Lecture = new("receptive-field", "Locality and receptive fields",
        "the region from which a node receives input, computed from the graph; pooling zooms out", Show);

    private const int Size = 16;

    private static readonly TensorType Image = F32[1, 1, Size, Size];

    private static readonly Model Net = Conv(1, 3, Centred) >>> AveragePool(2) >>> Conv(1, 3, Centred)
        >>> AveragePool(2) >>> Conv(1, 3, Centred);

    private static void Show(Page page)
    {
        page.Text("Image features are spatially localized, so a node need not see the whole image. Each node receives "
            + "input from a window; the region from which it receives input is its receptive field. Here it is no "
            + "estimate: it is computed from the graph, for any node and any input.");
        Layer(page);
        Network(page);
        Reached(page);
        Zoom(page);
    }

    private static void Layer(Page page)
    {
        Expr x = Prim.Input("x", F32[1, 3, 9, 9]), w = Prim.Input("w", F32[4, 3, 3, 3]);
        var y = Functional.Conv(x, w, Functional.Same, stride: 2);
        var g = Graph.Of([y], [x, w]);
        page.Code("ReceptiveField.Of(Graph.Of([Conv(x, w, Same, stride: 2)]), x)");
        page.Table(["of y[i,j,k,l] in", "is"],
            ["x", $"{Field.Of(g, x)[g.Nodes[^1]]}"], ["w", $"{Field.Of(g, w)[g.Nodes[^1]]}"]);
        page.SideBySide(y, x, w);
        page.Text("A place moves over x by the stride; of w it sees the kernels of its own channel j, at every place: "
            + "shared weights.");
    }

    private static void Network(Page page)
    {
        page.Heading("Early, middle, later layers");
        page.Code($"Model net = {Net};".Replace(" >>> AveragePool", "\n    >>> AveragePool", StringComparison.Ordinal));
        var (g, values) = Built();
        var fields = Field.Of(g, g.Inputs[0]);
        page.Table(["layer", "cells", "sees of 16x16", "by", "the middle cell sees rows"], values.Select(v => new[]
        {
            v.Name, $"{v.Value.Shape[2]}x{v.Value.Shape[3]}", $"{fields[v.Value].Sizes[2]}x{fields[v.Value].Sizes[3]}",
            $"{fields[v.Value].Steps[2]}", Rows(fields[v.Value], v.Value.Shape[2] / 2),
        }));
        page.Formula("field after a layer = field before it + (k − 1) · (product of the strides before it)");
        page.Text("Early layers can capture basic shapes, middle layers how these connect, later layers full objects. "
            + "With the gradient one sees the same: of the middle cell of a layer by the image it is zero outside the "
            + "field. Within, the more paths lead to a pixel, the darker it is.");
        var convs = values.Where(v => v.Name.StartsWith("conv", StringComparison.Ordinal)).ToList();
        var seen = convs.Select(v => Seen(page, g, v.Value)).ToList();
        page.Grids(["early: conv1", "middle: conv2", "later: conv3"], seen);
        page.Holds("no gradient lies outside a field",
            convs.Zip(seen, (v, s) => Inside(fields[v.Value], v.Value, s)).All(b => b));
    }

    private static void Grids(this Page page, string[] titles, IEnumerable<Tensor> cells) =>
        page.Grids(Enumerable.Zip(titles, cells, (t, c) => (t, c)));

    private static void Reached(Page page)
    {
        page.Heading("And the other way: what one pixel reaches");
        page.Text("The pixel in row 5, column 9 is changed. Only the cells that have it in their field change.");
        var (g, values) = Built();
        var fields = Field.Of(g, g.Inputs[0]);
        var changed = values.Where(v => v.Name.StartsWith("conv", StringComparison.Ordinal)).ToList();
        var maps = Graph.Of(changed.Select(v => v.Value), g.Inputs);
        var weights = Weights(g);
        Tensor[] one = [.. page.Run(maps, [("x", Tensor.Zeros(Image)), .. weights])];
        Tensor[] other = [.. page.Run(maps, [("x", One(Image, 5, 9)), .. weights])];
        page.Grids([.. changed.Select(v => v.Name)], one.Zip(other, Differs));
        page.Holds("these are exactly the cells whose field has the pixel", changed.Select((v, i) =>
            Differs(one[i], other[i]).ToDoubles()
                .Select((d, at) => (d != 0) == Has(fields[v.Value], at, v.Value.Shape[3], 5, 9)).All(b => b)).All(b => b));
    }

    private static void Zoom(Page page)
    {
        page.Heading("How do we look at bigger areas?");
        page.Text("The number of parameters scales with the weight's size, and bigger patterns require more ways to "
            + "split data. Pooling adjusts the scale at each layer instead: the convolution stays the same size, the "
            + "image zooms out. Of a line of 128 pixels, with a pool of 2 after each layer but the last:");
        page.Table(
            ["3x3 layers", "see without pooling", "weights", "see with pooling", "weights", "one kernel that sees as much"],
            Enumerable.Range(1, 5).Select(n =>
            {
                var (plain, pooled) = (Stack(n, pool: false), Stack(n, pool: true));
                var one = $"{pooled}x{pooled} = {pooled * pooled} weights";
                return new[] { $"{n}", $"{plain}", $"{9 * n}", $"{pooled}", $"{9 * n}", one };
            }));
        page.Link("src/Passes/Analysis/ReceptiveField.cs", "the analysis");
        page.Link("tests/Passes.Tests/ReceptiveFieldTests.cs", "no dependence lies outside");
        page.Text("`minitorch explain model.onnx` has the field of every node in its table.");
    }

    /// <summary>How far the last of n layers sees along a line, a pool between two of them or none.</summary>
    private static long Stack(int n, bool pool)
    {
        var layer = Conv(1, 3, Centred);
        var next = pool ? AveragePool(2) >>> layer : layer;
        var model = Enumerable.Range(1, n - 1).Aggregate(layer, (m, _) => m >>> next);
        var y = model.Apply(Prim.Input("x", F32[1, 1, 128]), Mode.Evaluation).Value;
        var g = Graph.Of([y]);
        return Field.Of(g, (Expr)g.Input("x"))[g.Outputs[0].Value].Sizes[2];
    }

    private static (Graph Graph, List<(string Name, Expr Value)> Layers) Built()
    {
        var g = Net.Forward(Image).Match(g => g, errors => throw new IrException(errors));
        return (g, [.. g.Nodes.Where(n => n.Label.Length > 0 && !n.Label.Contains('.')).Select(n => (n.Label, n))]);
    }

    private static string Rows(Field field, int middle)
    {
        var (lo, hi) = field.At(0, 0, middle, middle)[2];
        return $"{lo} to {hi}";
    }
}
