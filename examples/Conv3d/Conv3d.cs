using MiniTorch.Ir;
using static MiniTorch.Frontend.Activations;
using static MiniTorch.Frontend.Functional;
using static MiniTorch.Ir.ElementType;

namespace MiniTorch.Examples.Course;

/// <summary>Three-dimensional convolution over voxels: the box gets one more axis, and nothing else changes.</summary>
public static class Conv3d
{
    /// <summary>The page.</summary>
    public static readonly Lecture Lecture = new("conv3d", "3-D convolution: voxels",
        "a kernel with depth finds the surface of a solid; the same code for any number of axes", Show);

    private const int Side = 9;

    private static readonly TensorType Volume = F32[1, 1, Side, Side, Side];

    private static void Show(Page page)
    {
        page.Text("3D convolution? Yeah! A scan or a molecule is a box of voxels, and the kernel is a box as well.");
        page.Formula("""
            output[b, oc, d, h, w] = sum([weight[oc, ic, kd, kh, kw] * input[b, ic, d + kd, h + kh, w + kw]
                                          for ic, kd, kh, kw in ...])
            """);
        Surface(page);
        Sizes(page);
        page.SideBySide(Conv(Input("x", F32[1, 1, 4, 4, 4]), Input("w", F32[1, 1, 2, 2, 2]), Same),
            Input("x", F32[1, 1, 4, 4, 4]), Input("w", F32[1, 1, 2, 2, 2]));
        AnyNumberOfAxes(page);
        page.Link("examples/Video/Video.cs", "depth as time: a network that tells which way a digit moves");
    }

    /// <summary>Twenty-six neighbours taken from 26 times the middle: zero where all are alike.</summary>
    private static readonly Tensor Middle =
        Tensor.Of([1, 1, 3, 3, 3], [.. Enumerable.Range(0, 27).Select(i => i == 13 ? 26f : -1f)]);

    private static Tensor Ball => Tensor.FromDoubles(Volume, [.. Enumerable.Range(0, Side * Side * Side).Select(i =>
        Square(i / (Side * Side)) + Square(i / Side % Side) + Square(i % Side) <= 3.4 * 3.4 ? 1.0 : 0)]);

    private static double Square(int at) => (at - Side / 2) * (at - Side / 2);

    private static void Surface(Page page)
    {
        page.Heading("The surface of a ball");
        page.Text("The weight is 26 in the middle of a 3x3x3 box and −1 at its 26 neighbours. Inside the ball and "
            + "outside, where all voxels of the box are alike, the output is 0; after ReLU the inner side of the "
            + "surface is left. Three slices:");
        var x = Input("x", Volume);
        var surface = page.Run(Relu(Conv(x, Prim.Constant(Middle), Centred)), ("x", Ball));
        int[] depths = [1, 2, 4];
        page.Grids(depths.Select(d => ($"ball, depth {d}", Slice(Ball, d))));
        page.Grids(depths.Select(d => ($"surface, depth {d}", Slice(surface, d))));
        page.Holds("every voxel of the surface belongs to the ball",
            surface.ToDoubles().Zip(Ball.ToDoubles(), (s, b) => s == 0 || b == 1).All(b => b));
        page.Text($"{Ball.ToDoubles().Sum()} voxels, {surface.ToDoubles().Count(v => v > 0)} of them on the surface.");
    }

    private static Tensor Slice(Tensor volume, int depth) => Tensor.FromDoubles(F32[Side, Side],
        [.. Enumerable.Range(depth * Side * Side, Side * Side).Select(i => volume.At(i))]);

    private static void Sizes(Page page)
    {
        page.Heading("Sizes");
        page.Text("Each axis for itself: valid is D − k + 1, same is D, a stride divides. A cube has k³ weights a "
            + "channel.");
        var (x, w) = (Input("x", F32[2, 3, 9, 9, 9]), Input("w", F32[4, 3, 3, 3, 3]));
        page.Table(["convolution", "output", "weights"],
            ["Conv(x, w, Valid)", $"{Conv(x, w, Valid).Shape}", $"{w.Type.Count} = 4·3·3³"],
            ["Conv(x, w, Same)", $"{Conv(x, w, Same).Shape}", $"{w.Type.Count}"],
            ["Conv(x, w, Valid, stride: 2)", $"{Conv(x, w, Valid, stride: 2).Shape}", $"{w.Type.Count}"],
            ["Pooling.Max(x, 3)", $"{MiniTorch.Frontend.Pooling.Max(x, 3).Shape}", "0"]);
    }

    private static void AnyNumberOfAxes(Page page)
    {
        page.Heading("Any number of axes");
        page.Text("There is one convolution, for N axes: a film of volumes has four.");
        var film = Prim.Constant(Numbers.Whole([1, 1, 2, 3, 4, 3], 1));
        var kernel = Prim.Constant(Numbers.Whole([1, 1, 1, 2, 2, 2], 2));
        Expr Volume(int t) => Prim.Reshape(
            Prim.Slice(film, [0, 0, t, 0, 0, 0], [1, 1, t + 1, 3, 4, 3], [1, 1, 1, 1, 1, 1]), [1, 1, 3, 4, 3]);
        Expr Each(int t) => Prim.Reshape(Conv(Volume(t), Prim.Reshape(kernel, [1, 1, 2, 2, 2]), Same), [1, 1, 1, 3, 4, 3]);
        page.Equal("a kernel one frame long is the 3-D convolution of every frame",
            page.Run(Conv(film, kernel, Same)), page.Run(Prim.Concat(2, Each(0), Each(1))));
    }
}
