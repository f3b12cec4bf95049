using MiniTorch.Examples.Course;
using Xunit;

namespace MiniTorch.Examples.Tests;

/// <summary>What the lecture says of input and output sizes.</summary>
public class SizesTests
{
    private static readonly string Text = Words.Of(Sizes.Lecture);

    [Theory]
    [InlineData("5 × 5 3 × 3 3 × 3 5 × 5 5 × 5 5 × 7")]
    [InlineData("28 × 28 5 × 5 24 × 24 28 × 28 26 × 26 26 × 28")]
    [InlineData("stride (2, 1) 5 × 10 216")]
    [InlineData("2 groups 10 × 10 108")]
    public void Sizes_are_the_lectures(string row) => Assert.Contains(row, Text);

    [Theory]
    [InlineData("zeros = [0.00 0.00 1.00 2.00 3.00 4.00 0.00 0.00]", "zeros 1 1 1 1")]
    [InlineData("reflect = [3.00 2.00 1.00 2.00 3.00 4.00 3.00 2.00]", "reflect 1 3 3 1")]
    [InlineData("replicate = [1.00 1.00 1.00 2.00 3.00 4.00 4.00 4.00]", "replicate 3 1 1 3")]
    [InlineData("circular = [3.00 4.00 1.00 2.00 3.00 4.00 1.00 2.00]", "circular 2 2 2 2")]
    public void A_mode_and_its_gradient_are_shown(string cells, string gradient)
    {
        Assert.Contains(cells, Text);
        Assert.Contains(gradient, Text);
    }

    [Fact]
    public void The_invalid_stride_is_warned_of() => Assert.Contains(
        "Stride 3 gives 1 × 1; stride.S1: stride 3 over 5 cells with kernel 3 never reads rows 3, 4 and columns 3, 4; "
        + "pad 1 or take stride 2 (at %conv.0).", Text);
}
