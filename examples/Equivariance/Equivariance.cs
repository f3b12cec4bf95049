using MiniTorch.Frontend;
using MiniTorch.Ir;
using static MiniTorch.Frontend.Activations;
using static MiniTorch.Frontend.Functional;
using static MiniTorch.Ir.ElementType;
using Pools = MiniTorch.Frontend.Pooling;

namespace MiniTorch.Examples.Course;

/// <summary>A feature that moves: its map moves with it, and its pooled map does not.</summary>
public static class Equivariance
{
    /// <summary>The page.</summary>
    public static readonly Lecture Lecture = new("equivariance", "Invariance and equivariance",
        "conv(shift x) = shift(conv x); convolution and pooling do not see a shift within a window", Show);

    private const int Size = 16, Window = 4;

    /// <summary>A beak: what is looked for, and the kernel that finds it.</summary>
    private static readonly Tensor Beak = Numbers.Of([1, 1, 3, 3], 1, -1, -1, 1, 1, -1, 1, -1, -1);

    private static readonly Expr X = Input("x", F32[1, 1, Size, Size]);

    private static void Show(Page page)
    {
        Equivariant(page);
        Picture(page);
        Invariant(page);
        Limits(page);
    }

    /// <summary>The value moved down and to the right, zeros where nothing came from.</summary>
    private static Expr Shift(Expr x, int down, int right) =>
        Prim.Pad(x, Prim.Like(x, 0), [0, 0, down, right], [0, 0, -down, -right], [0, 0, 0, 0]);

    /// <summary>The cells that are so far from every edge.</summary>
    private static Expr Inner(Expr x, int from) =>
        Prim.Slice(x, [0, 0, from, from], [1, x.Shape[1], x.Shape[2] - from, x.Shape[3] - from], [1, 1, 1, 1]);

    private static void Equivariant(Page page)
    {
        page.Text("If a feature, such as a beak, is translated a little bit, the output values of a convolution move "
            + "by the same translation: equivariance. It is a law of any kernel and image, but for cells whose window "
            + "hangs over the border or to which the shift brought what was outside.");
        page.Formula("""
            conv(shift x) = shift(conv x)      away from the border
            """);
        var w = Input("w", F32[2, 1, 3, 3]);
        var (one, other) = (Conv(Shift(X, 2, 3), w, Same), Shift(Conv(X, w, Same), 2, 3));
        (string, Tensor)[] at = [("x", Numbers.Whole([1, 1, Size, Size], 2)), ("w", Numbers.Whole([2, 1, 3, 3], 1))];
        page.Equal("conv(shift x) = shift(conv x), three cells from the border",
            page.Run(Inner(one, 3), at), page.Run(Inner(other, 3), at));
        page.Text("The two sides of the law as graphs, and what a shift is:");
        page.SideBySide(Page.Forward(one, "conv_of_shift"), Page.Forward(other, "shift_of_conv"));
        var (whole, moved) = (page.Run(one, at).ToDoubles(), page.Run(other, at).ToDoubles());
        var differ = Enumerable.Range(0, whole.Length).Count(i => whole[i] != moved[i]);
        page.Text($"At the border {differ} of {whole.Length} cells differ.");
    }

    /// <summary>1 where the whole beak is, 0 elsewhere: all nine products are 1 there and nowhere else.</summary>
    private static Expr Found(Expr x) => Relu(Conv(x, Prim.Constant(Beak), Same) - 8);

    private static Tensor With(int row, int column)
    {
        var values = new double[Size * Size];
        for (var i = 0; i < 9; i++) values[(row + i / 3) * Size + column + i % 3] = Beak.At(i);
        return Tensor.FromDoubles(X.Type, values);
    }

    private static void Picture(Page page)
    {
        page.Heading("A beak moves by one row and two columns");
        page.Text("The kernel is the beak, the bias −8: only the whole beak gives more than 8 of its 9 products.");
        page.Code("Expr found = Relu(Conv(x, beak, Same) - 8);");
        page.Grids(("image", Flat(With(4, 5))), ("moved", Flat(With(5, 7))));
        var (map, moved) = (page.Run(Found(X), ("x", With(4, 5))), page.Run(Found(X), ("x", With(5, 7))));
        page.Grids(("feature map", Flat(map)), ("of the moved", Flat(moved)));
        page.Equal("found(moved) = shift(found(image), 1, 2)", moved, page.Run(Shift(Found(X), 1, 2), ("x", With(4, 5))));
        var pooled = Pool(page, 4, 5);
        page.Grids(($"pooled by {Window}", pooled), ("of the moved", Pool(page, 5, 7)));
        page.Equal("pool(found(moved)) = pool(found(image))", pooled, Pool(page, 5, 7));
    }

    private static void Invariant(Page page)
    {
        page.Heading("Invariance");
        page.Text("Convolution and pooling together add some invariance to translation: if the beak is translated a "
            + "little bit, the output values remain the same, as long as what the kernel finds stays in one window of "
            + "the pool. Every place of the beak, by the place of its pooled 1 (row, column):");
        var range = Enumerable.Range(4, 8);
        var places = range.Select(row => range.Select(column => Place(Pool(page, row, column))).ToArray()).ToList();
        page.Table(["beak at", .. range.Select(c => $"col {c}")], places.Select((p, i) => (string[])[$"row {i + 4}", .. p]));
        page.Holds("16 places of the beak share each pooled map",
            places.SelectMany(p => p).GroupBy(p => p).All(g => g.Count() == Window * Window));
        var largest = Prim.ReduceMax(Found(X), [2, 3]);
        page.Equal("over the whole image, max forgets the place: max(found(image)) = max(found(moved))",
            page.Run(largest, ("x", With(4, 5))), page.Run(largest, ("x", With(11, 2))));
    }

    /// <summary>Row and column of the 1 in a pooled map.</summary>
    private static string Place(Tensor pooled)
    {
        var at = Array.IndexOf(pooled.ToDoubles(), 1);
        return $"{at / (Size / Window)},{at % (Size / Window)}";
    }

    private static void Limits(Page page)
    {
        page.Heading("What a stride leaves of it");
        page.Text("With a stride of 2 the map moves only with shifts of 2 cells, by half of them; a pool of 4 is "
            + "equivariant to shifts of 4.");
        var w = Prim.Constant(Numbers.Whole([1, 1, 3, 3], 3));
        var image = Numbers.Whole([1, 1, Size, Size], 4);
        page.Equal("conv by 2 of (shift x by 2) = (conv by 2 of x) shifted by 1, away from the border",
            page.Run(Inner(Conv(Shift(X, 2, 2), w, Same, stride: 2), 1), ("x", image)),
            page.Run(Inner(Shift(Conv(X, w, Same, stride: 2), 1, 1), 1), ("x", image)));
        page.Equal("pool by 4 of (shift x by 4) = (pool by 4 of x) shifted by 1, away from the border",
            page.Run(Inner(Pools.Max(Shift(X, 4, 4), 4), 1), ("x", image)),
            page.Run(Inner(Shift(Pools.Max(X, 4), 1, 1), 1), ("x", image)));
        page.Link("tests/Frontend.Tests/TranslationTests.cs", "the laws, for random images in 1, 2 and 3 dimensions");
    }

    private static Tensor Pool(Page page, int row, int column) =>
        page.Run(Pools.Max(Found(X), Window), ("x", With(row, column))).View([Size / Window, Size / Window]);

    private static Tensor Flat(Tensor image) => image.View([Size, Size]);
}
