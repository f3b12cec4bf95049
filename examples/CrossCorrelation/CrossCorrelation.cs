using MiniTorch.Ir;
using static MiniTorch.Frontend.Functional;
using static MiniTorch.Ir.ElementType;

namespace MiniTorch.Examples.Course;

/// <summary>Convolution and cross-correlation, and why backpropagation turns one into the other.</summary>
public static class CrossCorrelation
{
    /// <summary>The page.</summary>
    public static readonly Lecture Lecture = new("cross-correlation", "Convolution and cross-correlation",
        "flip = 180° rotation; the gradient of one is the other, from the far corner", Show);

    private static void Show(Page page)
    {
        Definitions(page);
        Duality(page);
    }

    private static void Definitions(Page page)
    {
        page.Text("Cross-correlation starts at the beginning of the kernel and moves forward with the image. Convolution "
            + "starts at the end of the kernel and moves back.");
        page.Formula("""
            cross-correlation   y[i] = Σ_k w[k] · x[i + k]
            convolution         y[i] = Σ_k w[k] · x[i − k]
            """);
        Expr x = Input("x", F32[1, 1, 6]), w = Input("w", F32[1, 1, 3]);
        var y = Conv(x, w, Same);
        page.SideBySide(y, x, w);
    }

    private static void Duality(Page page)
    {
        Expr d = Input("d", F32[1, 1, 6]), w = Input("w", F32[1, 1, 3]);
        page.Print("w", Numbers.Of(5, 2, 3));
        page.Print("m", Numbers.Count([2, 3, 4]));
        page.Print(page.Run(Conv(d, w, Same), ("d", Numbers.Count([1, 1, 6])), ("w", Numbers.Of([1, 1, 3], 5, 2, 3))));
    }
}
