using MiniTorch.Ir;

namespace MiniTorch.Frontend;

/// <summary>Pooling as expressions: a reduction of each window of the trailing axes of x [N, C, …].</summary>
public static class Pooling
{
    /// <summary>The largest of each window, first of equals: gather ∘ window_argmax, so it has gradients of every order.</summary>
    public static Expr Max(Expr x, int size, int stride = 0, int padding = 0)
    {
        if (x.Type.IsUnknown || x.Type.Rank < 3) return Prim.WindowArgMax(x, [], [Window.Unit]);
        var (kernel, windows) = Windows(x, size, stride, padding);
        var at = Prim.WindowArgMax(x, kernel, windows);
        var flat = Prim.Reshape(x, Dims.Create([x.Shape[0], x.Shape[1], (int)Spatial(x).Product]));
        return Prim.Gather(flat, at, 2);
    }

    /// <summary>The mean of each window, zeros of the padding counted.</summary>
    public static Expr Average(Expr x, int size, int stride = 0, int padding = 0)
    {
        if (x.Type.IsUnknown || x.Type.Rank < 3) return Prim.WindowSum(x, [], [Window.Unit]);
        var (kernel, windows) = Windows(x, size, stride, padding);
        return Prim.WindowSum(x, kernel, windows) * (1.0 / kernel.Product);
    }

    private static Dims Spatial(Expr x) => x.Shape.Slice(2, x.Type.Rank - 2);

    private static (Dims, IEnumerable<Window>) Windows(Expr x, int size, int stride, int padding)
    {
        var rank = x.Type.Rank - 2;
        var window = new Window(stride == 0 ? size : stride, padding, padding);
        return (Dims.Repeat(size, rank), Enumerable.Repeat(window, rank));
    }
}
