using MiniTorch.Frontend;
using MiniTorch.Ir;
using static MiniTorch.Frontend.Functional;
using static MiniTorch.Ir.ElementType;

namespace MiniTorch.Examples.Course;

/// <summary>Convolution and cross-correlation, and how backpropagation turns one into the other.</summary>
public static class CrossCorrelation
{
    /// <summary>The page.</summary>
    public static readonly Lecture Lecture = new("cross-correlation", "Convolution and cross-correlation",
        "flip = 180° rotation; the gradient of one is the other, anchored at the far corner", Show);

    private static readonly Padding Full = new("full", k => (k.Map((n, _) => n - 1), k.Map((n, _) => n - 1)));

    private static readonly Tensor Input6 = Numbers.Count([1, 1, 6]), Weight3 = Numbers.Of([1, 1, 3], 5, 2, 3);

    private static void Show(Page page)
    {
        Definitions(page);
        Rotation(page);
        Centred(page);
        Properties(page);
        Duality(page);
        Dumps(page);
    }

    /// <summary>The kernel turned by 180 degrees: reversed along every axis but those of channels.</summary>
    private static Expr Flip(Expr w) => Prim.Reverse(w, Dims.Range(2, w.Type.Rank - 2));

    private static void Definitions(Page page)
    {
        page.Text("Cross-correlation starts at the beginning of the kernel and moves forward, the same as for the "
            + "image. Convolution starts at the end of the kernel and moves back. What networks call a convolution is "
            + "cross-correlation: just a dot product of filter and image at every place.");
        page.Formula("""
            cross-correlation   y[i] = Σ_k w[k] · x[i + k]
            convolution         y[i] = Σ_k w[k] · x[i − k]
            """);
        Expr x = Input("x", F32[1, 1, 6]), w = Input("w", F32[1, 1, 3]);
        page.Text("Flip the kernel, then do cross-correlation: that is convolution.");
        page.Code("""
            Expr cross = Conv(x, w, Valid);
            Expr convolution = Conv(x, Prim.Reverse(w, [2]), Valid);
            """);
        var flipped = page.Run(Conv(x, Flip(w), Valid), ("x", Input6), ("w", Weight3)).View([4]);
        page.Print("x", Input6.View([6]));
        page.Print("w", Weight3.View([3]));
        page.Print("cross-correlation", page.Run(Conv(x, w, Valid), ("x", Input6), ("w", Weight3)).View([4]));
        page.Print("convolution", flipped);
        page.Equal("Σ_k w[k] · x[i − k], term by term, is the cross-correlation with the flipped kernel",
            Numbers.Of([.. Enumerable.Range(2, 4).Select(i => Terms(3, k => Weight3.At(k) * Input6.At(i - k)))]), flipped);
    }

    private static float Terms(int count, Func<int, double> term) => (float)Enumerable.Range(0, count).Sum(term);

    private static void Rotation(Page page)
    {
        page.Text("In two dimensions the flip is a rotation by 180 degrees: two quarter turns.");
        var w = Input("w", F32[1, 1, 3, 3]);
        Expr Turn(Expr e) => Prim.Reverse(Prim.Transpose(e, [0, 1, 3, 2]), [3]);
        var kernel = Numbers.Count([1, 1, 3, 3]);
        var flip = page.Run(Flip(w), ("w", kernel));
        page.Print("w", kernel.View([3, 3]));
        page.Print("flip w", flip.View([3, 3]));
        page.Equal("flip w = turn (turn w)", flip, page.Run(Turn(Turn(w)), ("w", kernel)));
    }

    private static void Centred(Page page)
    {
        page.Text("The kernel may be centred over each cell, or anchored at its first: the same numbers, moved by the "
            + "cells that lie before the middle.");
        Expr x = Input("x", F32[1, 1, 6]), w = Input("w", F32[1, 1, 3]);
        page.Table(["anchored at", "outputs"],
            from p in new[] { ("the first cell", Same), ("the middle", Padding.Centred), ("the last cell", Padding.Causal) }
            let y = page.Run(Conv(x, w, p.Item2), ("x", Input6), ("w", Weight3))
            select new[] { p.Item1, TensorText.Print(y.View([6])) });
    }

    private static void Properties(Page page)
    {
        page.Text("Why bother with convolutions, and not just say that it is a linear layer with a small receptive "
            + "field? They have mathematical properties that people care about; cross-correlation lacks the first.");
        Tensor[] values = [Numbers.Whole([1, 1, 5], 1), Numbers.Whole([1, 1, 3], 2), Numbers.Whole([1, 1, 4], 3)];
        Expr[] v = [.. values.Select(Prim.Constant)];
        Expr Star(Expr f, Expr g) => Conv(f, Flip(g), Full);
        page.Equal("f ∗ g = g ∗ f", page.Run(Star(v[0], v[1])), page.Run(Star(v[1], v[0])));
        page.Equal("(f ∗ g) ∗ h = f ∗ (g ∗ h)",
            page.Run(Star(Star(v[0], v[1]), v[2])), page.Run(Star(v[0], Star(v[1], v[2]))));
        page.Holds("cross-correlation of f with g is not that of g with f",
            !page.Run(Conv(v[0], v[1], Full)).Equals(page.Run(Conv(v[1], v[0], Full))));
    }

    private static void Duality(Page page)
    {
        page.Heading("Duality under backpropagation");
        page.Text("The gradient of a cross-correlation by its input is a convolution, and the other way round: "
            + "reverse the weight, and the convolutional anchor. With zeros past the far edge the forward pass is "
            + "anchored at the first cell of its window, so the backward pass is anchored at the last.");
        page.Formula(string.Join('\n', Enumerable.Range(0, 6).Select(i => $"grad_input[{i}] = "
            + string.Join(" + ", Enumerable.Range(0, Math.Min(3, i + 1)).Select(k => $"weight[{k}] * d[{i - k}]")))));
        Expr x = Input("x", F32[1, 1, 6]), w = Input("w", F32[1, 1, 3]);
        var d = Numbers.Of([1, 1, 6], 7, 11, 13, 17, 19, 23);
        var gradient = page.Run(Page.Backward(Conv(x, w, Same), x), ("d", d), ("w", Weight3))[0].View([6]);
        page.Print("weight", Weight3.View([3]));
        page.Print("d", d.View([6]));
        page.Print("grad_input", gradient);
        page.Equal("grad_input is what these six lines give", gradient, Numbers.Of([.. Enumerable.Range(0, 6).Select(i =>
            Terms(Math.Min(3, i + 1), k => Weight3.At(k) * d.At(i - k)))]));
    }

    private static void Dumps(Page page)
    {
        page.Text("The same in 1, 2 and 3 dimensions: backward the kernel is reversed along every axis (bottom-top, "
            + "left-right), and the zeros, which the forward window has after the last cell (p0:2), are before the "
            + "first (p2:0).");
        foreach (var rank in new[] { 1, 2, 3 })
        {
            page.Heading($"{rank}-D");
            Expr x = Input("x", F32[[1, 1, .. Dims.Repeat(6, rank)]]), w = Input("w", F32[[1, 1, .. Dims.Repeat(3, rank)]]);
            page.SideBySide(Conv(x, w, Same), x);
        }
        page.Link("tests/Passes.Tests/FlipTests.cs", "flip and duality as laws, for random shapes");
        page.Link("src/Passes/Autodiff/Vjp.cs", "the rule, for any number of axes, strides, paddings and groups");
    }
}
