using Xunit;

namespace MiniTorch.Examples.Tests;

/// <summary>A page prints what the lecture prints, and what can be computed by hand from it.</summary>
public class LecturePrintsTests
{
    private static void Prints(string lecture, params string[] lines)
    {
        var page = Pages.Text(lecture).Split('\n').Select(l => l.Trim()).ToHashSet();
        Assert.All(lines, line => Assert.Contains(line, page));
    }

    [Fact]
    public void Operators() => Prints("operators",
        "neg(x)          -x                      2.00 -0.50 -1.00 -3.00",
        "is_close(x, y)  Prim.Abs(x - y) < 1e-2  0.00 1.00 0.00 1.00",
        "inv(x)          1 / x                   -0.50 2.00 1.00 0.33",
        "holds: relu_back(x, d) = d · lt(0, x) = [0.00 10.00 100.00 1000.00], to 1e-6");

    [Fact]
    public void Grad_check() => Prints("grad-check",
        "central_difference(f, x) = (f(x + ε) − f(x − ε)) / 2ε",
        "1e-1         1.5012518784  1e-3",
        "0       0.0                 0.5",
        "holds: all nine slopes agree within a millionth");

    [Fact]
    public void Modules() => Prints("module",
        "block1.conv1.weight     [4 1 3 3]       36",
        "linear1.bias            [10]            10",
        "eval = [1.00 1.00 1.00 1.00 1.00 1.00 1.00 1.00 1.00 1.00]");

    [Fact]
    public void Gradient_flow() => Prints("gradient-flow",
        "holds: layers that are used get more updates: used > noise > dead = 0",
        "dead                        0.000                    0.441");

    [Fact]
    public void A_linear_model_run_everywhere() => Prints("sliding-window",
        "holds: one place at a time, the model says the same as the convolution, to 1e-6",
        "holds: it finds the three peaks, one place before each, where their window begins",
        "holds: that is more than 98 %",
        "Conv(6, 5, centred)  [1 1 28 28]   [1 6 28 28]          156");

    [Fact]
    public void The_lecture_s_gradient_of_the_input() => Prints("cross-correlation",
        "cross-correlation = [18.00 28.00 38.00 48.00]",
        "convolution = [22.00 32.00 42.00 52.00]",
        "grad_input[2] = weight[0] * d[2] + weight[1] * d[1] + weight[2] * d[0]",
        "grad_input = [35.00 69.00 108.00 144.00 168.00 204.00]",
        "holds: f ∗ g = g ∗ f");

    [Theory]
    [InlineData("│   %reverse.0 = reverse w {axes=[2]} : f32[1,1,3]", "conv d %reverse.0 {window=[p2:0]} : f32[1,1,6]")]
    [InlineData("│   %reverse.0 = reverse w {axes=[2 3]} : f32[1,1,3,3]",
        "conv d %reverse.0 {window=[p2:0 p2:0]} : f32[1,1,6,6]")]
    [InlineData("│   %reverse.0 = reverse w {axes=[2 3 4]} : f32[1,1,3,3,3]",
        "conv d %reverse.0 {window=[p2:0 p2:0 p2:0]} : f32[1,1,6,6,6]")]
    public void The_flip_and_the_far_corner_in_every_dimension(string flip, string corner)
    {
        var page = Pages.Text("cross-correlation", 400);
        Assert.Contains(flip, page);
        Assert.Contains(corner, page);
    }

    [Fact]
    public void The_box_is_anchored_at_the_top_left() => Prints("conv2d",
        "output[b, oc, h, w] = sum([weight[oc, ic, kh, kw] * input[b, ic, h + kh, w + kw]",
        "[ 51.00  61.00  71.00  81.00  35.00]",
        "output[1, 2] = 1*8 + 2*9 + 3*13 + 4*14 = 121",
        "output[3, 4] = 1*20 + 2*0 + 3*0 + 4*0 = 20",
        "[  1.00   4.00   7.00  10.00  13.00]",
        "holds: the nested sum is the convolution");

    [Fact]
    public void Pooling_zooms_out() => Prints("receptive-field",
        "x                 [i,j,k,l] ← [0, all 3, 2k … 2k+2, 2l … 2l+2]",
        "conv2          8x8    8x8             2  5 to 12",
        "2                    5       18                 8       18  8x8 = 64 weights",
        "holds: these are exactly the cells whose field has the pixel");

    [Fact]
    public void A_beak_moves_its_map_and_not_its_pooled_map() => Prints("equivariance",
        "holds: conv(shift x) = shift(conv x), three cells from the border",
        "holds: found(moved) = shift(found(image), 1, 2)",
        "holds: pool(found(moved)) = pool(found(image))",
        "row 7      1,1    1,1    1,1    1,1    1,2    1,2     1,2     1,2",
        "row 8      2,1    2,1    2,1    2,1    2,2    2,2     2,2     2,2");

    [Fact]
    public void Voxels() => Prints("conv3d",
        "171 voxels, 146 of them on the surface.",
        "Conv(x, w, Valid)             [2 4 7 7 7]  324 = 4·3·3³",
        "holds: a kernel one frame long is the 3-D convolution of every frame");
}
