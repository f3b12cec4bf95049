using MiniTorch.Frontend;
using MiniTorch.Ir;
using static MiniTorch.Frontend.Functional;
using static MiniTorch.Ir.ElementType;

namespace MiniTorch.Examples.Course;

/// <summary>Max, argmax, and what to do with two of them.</summary>
public static class MaxAndTies
{
    /// <summary>The page.</summary>
    public static readonly Lecture Lecture = new("ties", "Max, argmax, ties",
        "the gradient of a maximum goes to the argmax only; one-hot argmax; ties first, split, all", Show);

    private static readonly Expr X = Input("x", F32[5]);

    private static void Show(Page page)
    {
        Largest(page);
        Tied(page);
        Pooled(page);
    }

    private static void Largest(Page page)
    {
        page.Text("Max is a binary associative operator: max(a, b) returns the max value, and ReLU(a) = max(a, 0). "
            + "Unlike sum, max throws away other values. Only the top value gets used, and backward needs to know "
            + "this: first compute the argmax, only send the gradient to the argmax, everything else is 0.");
        page.Formula("""
            max x           = x[argmax x]
            d max x / d x   = one-hot argmax x
            """);
        page.Code("""
            Expr y = Prim.ReduceMax(x, [0]);
            Expr hot = OneHotArgMax(x, 0);
            Expr dx = Grad(y, x)[0];
            """);
        var x = Numbers.Of(2, 5, 1, 4, 3);
        var (y, hot) = (Prim.ReduceMax(X, [0]), OneHotArgMax(X, 0));
        page.Print("x", x);
        page.Print("max", page.Run(y, ("x", x)));
        page.Print("one-hot argmax", page.Run(hot, ("x", x)));
        page.Print("gradient of max", page.Run(Grad(y, X)[0], ("x", x)));
        page.Equal("d max x / d x = one-hot argmax x", page.Run(hot, ("x", x)), page.Run(Grad(y, X)[0], ("x", x)));
        page.Equal("max x = Σ x · one-hot argmax x", page.Run(y, ("x", x)), page.Run(Sum(X * hot), ("x", x)));
        page.SideBySide(y, X);
    }

    private static void Tied(Page page)
    {
        page.Heading("Ties");
        page.Text("What if there are two or more argmax's? Max is non-differentiable there, like ReLU(0). Short "
            + "answer: ignore, pick one. That is ties=first, the default; an attribute of reduce_max and reduce_min "
            + "asks for another.");
        var x = Numbers.Of(2, 5, 5, 4, 5);
        page.Print("x", x);
        page.Table(["ties", "gradient of max", "sum"], Enum.GetValues<Ties>().Select(ties =>
        {
            var dx = page.Run(Grad(Prim.ReduceMax(X, [0], ties), X)[0], ("x", x));
            var sum = Tensor.Of([], (float)dx.ToDoubles().Sum());
            return (IReadOnlyList<string>)[$"{ties}".ToLowerInvariant(), TensorText.Print(dx), TensorText.Print(sum)];
        }));
        page.Text("first picks one; split is the mean of what picking each would give, and does not depend on the "
            + "order; all gives each of the equals the whole, so that the sum is not that of one gradient. The value "
            + "is the same under each.");
        var max = page.Run(Prim.ReduceMax(X, [0]), ("x", x));
        foreach (var ties in new[] { Ties.Split, Ties.All })
            page.Equal($"max x = {max.At(0)} under ties={ties}".ToLowerInvariant(),
                page.Run(Prim.ReduceMax(X, [0], ties), ("x", x)), max);
        page.SideBySide(Prim.ReduceMax(X, [0], Ties.Split), X);
    }

    private static void Pooled(Page page)
    {
        page.Heading("In max pooling");
        page.Text("Max pooling sets the pooled value to the \"most active\" in the block. After a ReLU whole blocks "
            + "are 0, and so are equal: the first takes the gradient unless ties says otherwise.");
        page.Code("""
            MaxPool(2)                        // gather by window_argmax: the first of equals
            MaxPool(2, ties: Ties.Split)      // reduce_max over the windows laid out
            """);
        var x = Input("x", F32[1, 1, 4, 4]);
        var image = Numbers.Of([1, 1, 4, 4], 0, 0, 1, 2, 0, 0, 2, 2, 3, 1, 0, 5, 0, 3, 5, 0);
        page.Print("x", image.View([4, 4]));
        page.Print("max pooled by 2", page.Run(Pooling.Max(x, 2), ("x", image)).View([2, 2]));
        foreach (var ties in Enum.GetValues<Ties>())
            page.Print($"gradient, ties {ties}".ToLowerInvariant(),
                page.Run(Grad(Sum(Pooling.Max(x, 2, ties: ties)), x)[0], ("x", image)).View([4, 4]));
        page.Link("src/Ir/Ties.cs", "the three ways");
        page.Link("src/Passes/Autodiff/Routes.cs", "where the gradient goes");
    }
}
