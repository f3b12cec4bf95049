using MiniTorch.Frontend;
using MiniTorch.Ir;
using MiniTorch.Passes.Analysis;
using static MiniTorch.Frontend.Functional;
using static MiniTorch.Ir.ElementType;

namespace MiniTorch.Examples.Course;

/// <summary>Input and output sizes: valid, same, padding and its modes, stride, dilation, groups, invalid stride.</summary>
public static class Sizes
{
    /// <summary>The page.</summary>
    public static readonly Lecture Lecture = new("sizes", "Input and output sizes",
        "valid (H−k1+1)×(W−k2+1), same, padding and its modes, stride, dilation; a stride that skips cells", Show);

    private static readonly PaddingMode[] Modes = Enum.GetValues<PaddingMode>();

    private static void Show(Page page)
    {
        ValidAndSame(page);
        Steps(page);
        PastTheEnds(page);
        Gradients(page);
        InvalidStride(page);
    }

    private static string Cells(Expr y) => string.Join(" × ", y.Shape.Skip(2));

    private static Expr X(int h, int w, int channels = 1) => Input("x", F32[1, channels, h, w]);

    private static Expr W(int k1, int k2, int channels = 1, int kernels = 1) => Input("w", F32[kernels, channels, k1, k2]);

    private static void ValidAndSame(Page page)
    {
        page.Text("A valid convolution applies the kernel only within the image:");
        page.Formula("output size = (H − k1 + 1) × (W − k2 + 1)");
        page.Table(["image", "kernel", "valid", "same", "padding 1", "padding (1, 2)"],
            Row(X(5, 5), W(3, 3)), Row(X(7, 9), W(2, 4)), Row(X(28, 28), W(5, 5)));
        page.Holds("every valid size is (H − k1 + 1) × (W − k2 + 1)", Enumerable.Range(1, 6).All(k =>
            Conv(X(6, 9), W(k, 3), Valid).Shape == Dims.Create([1, 1, 6 - k + 1, 9 - 3 + 1])));
        page.Text("Padding makes the output the same size. It often refers to pixels added to one side, so padding 1 adds "
            + "two rows and two columns; a tuple has a number for each axis. \"same\" is the lecture's, anchored top-left.");
        page.Code("""
            Conv(8, 3)                                        // valid
            Conv(8, (3, 5), Same)                             // kernel_size: int or tuple
            Conv(8, 3, padding: (1, 2), stride: (2, 1))       // padding, stride: int or tuple
            Conv(8, 3, padding: 1, paddingMode: Reflect)      // padding_mode
            """);
    }

    private static string[] Row(Expr x, Expr w) =>
    [
        Cells(x), Cells(w), Cells(Conv(x, w, Valid)), Cells(Conv(x, w, Same)), Cells(Conv(x, w, 1)),
        Cells(Conv(x, w, (1, 2))),
    ];

    private static void Steps(Page page)
    {
        page.Heading("Stride, dilation, groups");
        page.Text("Larger steps can be used for dimensionality reduction, and may lose information; a dilated kernel reads "
            + "every d-th cell; with groups, each part of the kernels sees only its part of the channels.");
        page.Formula("output size = ⌊(n + lo + hi − (k − 1)·dilation − 1) / stride⌋ + 1    along each axis");
        var (x, w) = (X(12, 12, 4), W(3, 3, 4, 6));
        page.Table(["convolution of 12 × 12 by 3 × 3", "output", "weights"],
            Of("stride 2", Conv(x, w, Valid, 2)), Of("stride (2, 1)", Conv(x, w, Valid, (2, 1))),
            Of("dilation 2", Conv(x, w, Valid, dilation: 2)), Of("dilation (1, 4)", Conv(x, w, Valid, dilation: (1, 4))),
            Of("stride 3, padding 1, dilation 2", Conv(x, w, 1, 3, 2)),
            Of("2 groups", Conv(x, W(3, 3, 2, 6), Valid, groups: 2)));
        string[] Of(string name, Expr y) => [name, Cells(y), $"{y.Args[1].Type.Count}"];
    }

    private static void PastTheEnds(Page page)
    {
        page.Heading("Padding modes");
        page.Text("What stands past the ends: zeros, the image mirrored, its last cells repeated, or its other end.");
        var (x, line) = (Input("x", F32[1, 1, 4]), Numbers.Count([1, 1, 4]));
        foreach (var mode in Modes)
            page.Print(Name(mode), page.Run(Pad(x, 2, 2, mode), ("x", line)).View([8]));
        var image = Numbers.Count([1, 1, 3, 3]);
        page.Text("In two dimensions one axis after the other, corners too. Mirrored by 2:");
        page.Print(page.Run(Pad(X(3, 3), 2, 2, PaddingMode.Reflect), ("x", image)).View([7, 7]));
        page.Text("Zeros belong to the window of the convolution; the other modes pad x first. Both give the same sizes.");
        var (values, kernel) = (Numbers.Whole([1, 1, 5, 5], 1), Numbers.Whole([1, 1, 3, 3], 2));
        foreach (var mode in Modes)
            page.Equal($"conv(x, padding 1, {Name(mode)}) = conv(pad(x, 1, {Name(mode)}), valid)",
                page.Run(Conv(X(5, 5), W(3, 3), 1, paddingMode: mode), ("x", values), ("w", kernel)),
                page.Run(Conv(Pad(X(5, 5), 1, 1, mode), W(3, 3), Valid), ("x", values), ("w", kernel)));
    }

    private static string Name(PaddingMode mode) => $"{mode}".ToLowerInvariant();

    private static void Gradients(Page page)
    {
        page.Text("Each mode has its gradient: what was copied past an end is added to the cell that it was copied from. "
            + "Cells that are read twice get twice the gradient.");
        var (x, ones) = (Input("x", F32[1, 1, 4]), Numbers.Of([1, 1, 8], 1, 1, 1, 1, 1, 1, 1, 1));
        page.Table(["mode", "how often each of four cells is read, padded by 2"], Modes.Select(m => new[]
        {
            Name(m), string.Join(' ', page.Run(Page.Backward(Pad(x, 2, 2, m), x), ("d", ones))[0].ToDoubles()),
        }));
        page.SideBySide(Pad(x, 2, 2, PaddingMode.Reflect), x);
    }

    private static void InvalidStride(Page page)
    {
        page.Heading("Invalid stride");
        page.Text("A stride can skip pixels, as a stride of 3 does for a 5 × 5 input. It is allowed, and warned of:");
        var x = X(5, 5);
        foreach (var y in new[] { 1, 2, 3 }.Select(stride => Conv(x, W(3, 3), Valid, stride)))
            page.Text($"Stride {((Conv)y.Op).Windows[0].Stride} gives {Cells(y)}; {Said(y)}.");
        var reads = page.Run(Page.Backward(Conv(x, W(3, 3), Valid, 3), x), ("d", Numbers.Of([1, 1, 1, 1], 1)),
            ("w", Tensor.Of([1, 1, 3, 3], [.. Enumerable.Repeat(1f, 9)])))[0];
        page.Text("How often each pixel is read under stride 3, which is the gradient for a kernel of ones:");
        page.Print(reads.View([5, 5]));
        page.Text("Windows that lie further apart than they are long leave gaps:");
        page.Text($"{Said(Conv(X(12, 12), W(2, 2), Valid, 4))}.");
        page.Link("src/Passes/Analysis/SkippedCells.cs", "which cells no window reads");
    }

    private static string Said(Expr y) =>
        Warning.Of(Graph.Of([y])) is [var warning] ? $"{warning}" : "every cell is read";
}
