using MiniTorch.Ir;
using static MiniTorch.Frontend.Functional;
using static MiniTorch.Ir.ElementType;

namespace MiniTorch.Examples.Course;

/// <summary>Two-dimensional convolution: instead of a line, a box.</summary>
public static class Conv2d
{
    /// <summary>The page.</summary>
    public static readonly Lecture Lecture = new("conv2d", "Two-dimensional convolution",
        "instead of a line a box, anchored at the top-left; channels; backward from the bottom-right", Show);

    private static readonly Tensor Image = Numbers.Count([1, 1, 4, 5]), Box = Numbers.Of([1, 1, 2, 2], 1, 2, 3, 4);

    private static void Show(Page page)
    {
        OneChannel(page);
        Channels(page);
        Backward(page);
    }

    private static void OneChannel(Page page)
    {
        page.Text("Instead of a line, now use a box. The box is anchored at the top-left, and zip-reduce is over the "
            + "full box. Input and output have the same width; outside the boundaries, use 0.");
        page.Formula("output[h, w] = Σ_kh Σ_kw weight[kh, kw] · input[h + kh, w + kw]");
        Expr x = Input("x", F32[1, 1, 4, 5]), w = Input("w", F32[1, 1, 2, 2]);
        var y = page.Run(Conv(x, w, Same), ("x", Image), ("w", Box));
        page.Print("input", Image.View([4, 5]));
        page.Print("weight", Box.View([2, 2]));
        page.Print("output", y.View([4, 5]));
        page.Text("Compute a couple manually yourself: one inside, one whose box leaves the image at the right, one "
            + "in the corner.");
        page.Formula(string.Join('\n', Step(1, 2), Step(2, 4), Step(3, 4)));
        page.Equal("these sums, at every place, are the output", y, Loops(Image, Box));
    }

    private static string Step(int h, int w)
    {
        var terms = from kh in Enumerable.Range(0, 2)
                    from kw in Enumerable.Range(0, 2)
                    let x = At(Image, 0, 0, h + kh, w + kw)
                    select (Text: $"{Box.At(kh * 2 + kw)}*{x}", Value: Box.At(kh * 2 + kw) * x);
        return $"output[{h}, {w}] = {string.Join(" + ", terms.Select(t => t.Text))} = {terms.Sum(t => t.Value)}";
    }

    private static void Channels(Page page)
    {
        page.Heading("Channels");
        page.Text("Each position may have multiple values: colours, or hidden states that are learned. Nothing is "
            + "different from one dimension: convolution is a Linear applied to all channels in position.");
        page.Code("""
            // Input image  - batch x in_channel x height x width
            // Weight       - out_channel x in_channel x kernel_height x kernel_width
            // Output image - batch x out_channel x height x width
            """);
        page.Formula("""
            output[b, oc, h, w] = sum([weight[oc, ic, kh, kw] * input[b, ic, h + kh, w + kw]
                                       for ic, kh, kw in ...])
            """);
        var (image, weight) = (Numbers.Whole([2, 3, 5, 4], 1), Numbers.Whole([4, 3, 2, 3], 2));
        Expr x = Input("x", image.Type), w = Input("w", weight.Type);
        var y = page.Run(Conv(x, w, Same), ("x", image), ("w", weight));
        page.Table(["", "shape"],
            ["input", $"{image.Type.Shape}"], ["weight", $"{weight.Type.Shape}"], ["output", $"{y.Type.Shape}"]);
        page.Equal("the nested sum is the convolution", y, Loops(image, weight));
        Rgb(page);
    }

    private static void Rgb(Page page)
    {
        page.Text("A colour image has three channels (red, green, blue), so it takes 3-channel kernels: the dot "
            + "product has k1·k2·3 terms. The number of output channels is the number of kernels; the channels' own "
            + "convolutions add up.");
        var (image, weight) = (Numbers.Whole([1, 3, 4, 4], 3), Numbers.Whole([1, 3, 2, 2], 4));
        Expr x = Prim.Constant(image), w = Prim.Constant(weight);
        Expr Channel(Expr e, int c) =>
            Prim.Slice(e, [0, c, 0, 0], [e.Shape[0], c + 1, e.Shape[2], e.Shape[3]], [1, 1, 1, 1]);
        var parts = Enumerable.Range(0, 3).Select(c => Conv(Channel(x, c), Channel(w, c), Same)).ToList();
        page.Equal("conv(image, kernel) = conv(red) + conv(green) + conv(blue)",
            page.Run(Conv(x, w, Same)), page.Run(parts[0] + parts[1] + parts[2]));
    }

    private static void Backward(Page page)
    {
        page.Heading("Backward");
        page.Text("The same idea as in one dimension: reverse the weight (bottom-top, left-right), anchor at the "
            + "bottom-right, compute the convolution.");
        Expr x = Input("x", F32[1, 1, 4, 5]), w = Input("w", F32[1, 1, 2, 2]);
        var y = Conv(x, w, Same);
        var gradient = page.Run(Page.Backward(y, x, w), ("x", Image), ("w", Box), ("d", Image));
        page.Text("With d = input:");
        page.Print("grad_input", gradient[0].View([4, 5]));
        page.Print("grad_weight", gradient[1].View([2, 2]));
        page.Equal("grad_input[h, w] = Σ weight[kh, kw] · d[h − kh, w − kw]", gradient[0], Tensor.Of([1, 1, 4, 5],
            [.. Places(4, 5).Select(p => (float)Places(2, 2).Sum(k =>
                Box.At(k.Row * 2 + k.Column) * At(Image, 0, 0, p.Row - k.Row, p.Column - k.Column)))]));
        page.SideBySide(y, x, w);
        page.Link("examples/CrossCorrelation/CrossCorrelation.cs", "why the kernel is flipped");
    }

    private static IEnumerable<(int Row, int Column)> Places(int rows, int columns) =>
        Enumerable.Range(0, rows * columns).Select(i => (i / columns, i % columns));

    private static double At(Tensor t, int b, int c, int h, int w)
    {
        var (channels, height, width) = (t.Type.Shape[1], t.Type.Shape[2], t.Type.Shape[3]);
        return h < 0 || w < 0 || h >= height || w >= width ? 0 : t.At(((b * channels + c) * height + h) * width + w);
    }

    /// <summary>The lecture's nested sum, as it stands.</summary>
    private static Tensor Loops(Tensor x, Tensor w)
    {
        var (n, i, o) = (x.Type.Shape[0], x.Type.Shape[1], w.Type.Shape[0]);
        var values = from b in Enumerable.Range(0, n)
                     from oc in Enumerable.Range(0, o)
                     from p in Places(x.Type.Shape[2], x.Type.Shape[3])
                     select (from ic in Enumerable.Range(0, i)
                             from k in Places(w.Type.Shape[2], w.Type.Shape[3])
                             select At(w, oc, ic, k.Row, k.Column) * At(x, b, ic, p.Row + k.Row, p.Column + k.Column)).Sum();
        return Tensor.FromDoubles(x.Type.With([n, o, x.Type.Shape[2], x.Type.Shape[3]]), [.. values]);
    }
}
