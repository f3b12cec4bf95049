using MiniTorch.Frontend;
using MiniTorch.Ir;
using static MiniTorch.Frontend.Functional;
using static MiniTorch.Ir.ElementType;

namespace MiniTorch.Examples.Course;

/// <summary>Pooling: a reduction applied to each region, by tensor origami or by windows, with any reducer.</summary>
public static class LocalPooling
{
    /// <summary>The page.</summary>
    public static readonly Lecture Lecture = new("pooling", "Pooling",
        "view-fold (tensor origami) and windows; any differentiable reducer; global, adaptive, overlap, ceil", Show);

    private static readonly Expr Line = Input("x", F32[1, 1, 8]), Plane = Input("x", F32[1, 1, 4, 4]);

    private static readonly (string, Tensor) Eight = ("x", Numbers.Of([1, 1, 8], 3, 1, 4, 1, 5, 9, 2, 6));

    private static readonly (string, Tensor) Sixteen = ("x", Numbers.Count([1, 1, 4, 4]));

    private static void Show(Page page)
    {
        Fold(page);
        Origami(page);
        Exercise(page);
        AnyReducer(page);
        Regions(page);
    }

    private static void Fold(Page page)
    {
        page.Text("Convolution stays the same size, pooling zooms out: a reduction applied to each region. Simple "
            + "implementation: ensure that the tensor is contiguous (here every value is), use view to fold it, "
            + "reduce along the created fold.");
        var (view, x) = (F32[4, 2].Shape, Eight.Item2);
        page.Formula($"view(4, 2) of 8 cells has strides ({string.Join(", ", view.Strides())}): cell [i, j] is 2i + j");
        page.Print("x", x.View([8]));
        page.Print("x.view(4, 2)", page.Run(Pooling.Fold(Line, 2), Eight).View(view));
        page.Print("max along the fold", page.Run(Prim.ReduceMax(Pooling.Fold(Line, 2), [3]), Eight).View([4]));
        page.Print("mean along the fold", page.Run(Prim.Sum(Pooling.Fold(Line, 2), [3]) / 2, Eight).View([4]));
        page.Equal("max along the fold = max pooling by windows",
            page.Run(Prim.ReduceMax(Pooling.Fold(Line, 2), [3]), Eight), page.Run(Pooling.Max(Line, 2), Eight));
        page.SideBySide(Pooling.Of(Line, PoolRegions.Fold(2), Reducer.Average()), Line);
    }

    private static void Origami(Page page)
    {
        page.Heading("2D pooling: tensor origami");
        page.Text("The squares need to be isolated in dimensions of their own: fold the rows, fold the columns, move "
            + "both folds behind.");
        page.Code("""
            Prim.Reshape(x, [1, 1, 2, 2, 2, 2])            // batch, channel, rows, fold, columns, fold
            Prim.Transpose(…, [0, 1, 2, 4, 3, 5])          // batch, channel, rows, columns, fold, fold: Pooling.Fold(x, 2)
            Prim.ReduceMax(…, [4, 5])                      // batch, channel, rows, columns
            """);
        page.Print("x", Sixteen.Item2.View([4, 4]));
        page.Print("squares, a row each", page.Run(Pooling.Fold(Plane, 2), Sixteen).View([2, 2, 4]));
        Tensor Pooled(Reducer reducer) => page.Run(Pooling.Of(Plane, PoolRegions.Fold(2), reducer), Sixteen).View([2, 2]);
        page.Print("max pooled", Pooled(Reducer.Max()));
        page.Print("average pooled", Pooled(Reducer.Average()));
        var (x, image) = (Input("x", F32[2, 3, 6, 8]), ("x", Numbers.Random([2, 3, 6, 8], 1)));
        foreach (var (name, reducer) in Reducers)
            page.Equal($"folded by (3, 2) = windows of (3, 2), {name}",
                page.Run(Pooling.Of(x, PoolRegions.Fold((3, 2)), reducer), image),
                page.Run(Pooling.Of(x, PoolRegions.Windows((3, 2)), reducer), image), within: 1e-6);
        page.Text("As windows, max pooling is a gather by window_argmax, and its gradient a scatter_add to the argmax "
            + "alone.");
        page.SideBySide(Pooling.Max(Plane, 2), Plane);
    }

    private static void Exercise(Page page)
    {
        page.Heading("Exercise");
        page.Text("If I have a (10, 10) cube, how do I sum up neighbouring rows? Goal: a (5, 10) cube.");
        page.Code("Expr sums = Sum(Prim.Reshape(x, [5, 2, 10]), 1);");
        var (x, cube) = (Input("x", F32[10, 10]), ("x", Numbers.Count([10, 10])));
        var sums = Sum(Prim.Reshape(x, [5, 2, 10]), 1);
        page.Print(page.Run(sums, cube));
        page.Equal("the fold = windows of (2, 1)", page.Run(sums, cube).View([1, 1, 5, 10]),
            page.Run(Pooling.Reduce(Prim.Reshape(x, [1, 1, 10, 10]), (2, 1), Prim.Sum), cube));
    }

    /// <summary>The last is one's own: an expression over the cells of each region.</summary>
    private static readonly (string Name, Reducer Reducer)[] Reducers =
    [
        ("average", Reducer.Average()), ("softmax-weighted", Reducer.SoftmaxWeighted()), ("max", Reducer.Max()),
        ("log-sum-exp", Reducer.LogSumExp()), ("Lp, p = 2", Reducer.Lp()), ("Lp, p = 8", Reducer.Lp(8)),
        ("own: Σ x²", Reducer.Of("Energy", (cells, axes) => Prim.Sum(cells * cells, axes))),
    ];

    private static void AnyReducer(Page page)
    {
        page.Heading("Not restricted to max");
        page.Text("Any differentiable function of a region can be its reduction, though it is not very common in "
            + "practice. One region, what each makes of it, and how its gradient is spread:");
        page.Code("Pool(2, (cells, axes) => Prim.Sum(cells * cells, axes))      // a reduction of one's own, as a layer");
        var (x, region) = (Input("x", F32[1, 1, 4]), ("x", Numbers.Of([1, 1, 4], 1, 2, 0, 3)));
        page.Print("region", region.Item2.View([4]));
        page.Table(["reduction", "value", "gradient"], Reducers.Select(r =>
        {
            var y = Sum(Pooling.Of(x, PoolRegions.Windows(4), r.Reducer));
            return (IReadOnlyList<string>)
                [r.Name, TensorText.Print(page.Run(y, region)), TensorText.Print(page.Run(Grad(y, x)[0], region).View([4]))];
        }));
    }

    private static void Regions(Page page)
    {
        page.Heading("Where regions lie");
        page.Text("Windows may overlap (a stride below the size), lie partly on padding, be dilated, or reach over "
            + "the end (ceil). Global pooling has one region; adaptive pooling has as many as asked for: number i of "
            + "n cells in o runs from ⌊i·n/o⌋ to ⌈(i+1)·n/o⌉.");
        (string Text, PoolRegions Regions)[] cases =
        [
            ("windows of 3", PoolRegions.Windows(3)), ("windows of 3, ceil", PoolRegions.Windows(3, ceil: true)),
            ("windows of 3, stride 2", PoolRegions.Windows(3, 2)),
            ("windows of 3, stride 2, padding 1", PoolRegions.Windows(3, 2, 1)),
            ("windows of 2, stride 1, dilation 3", PoolRegions.Windows(2, 1, dilation: 3)),
            ("adaptive: 3", PoolRegions.Adaptive(3)), ("global", PoolRegions.Global),
        ];
        var x = Numbers.Of([1, 1, 8], 3, 1, 4, 1, 5, 9, 2, 6);
        page.Print("x", x.View([8]));
        page.Table(["regions", "max", "average"], cases.Select(c => (IReadOnlyList<string>)
            [c.Text, Row(page, c.Regions, Reducer.Max()), Row(page, c.Regions, Reducer.Average(countPadding: false))]));
        page.Link("src/Frontend/PoolRegions.cs", "where regions lie");
        page.Link("src/Frontend/Reducer.cs", "what is made of each");
    }

    private static string Row(Page page, PoolRegions regions, Reducer reducer)
    {
        var y = Pooling.Of(Line, regions, reducer);
        return TensorText.Print(page.Run(y, Eight).View([y.Shape[2]]));
    }
}
