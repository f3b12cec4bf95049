using Xunit;

namespace MiniTorch.Examples.Tests;

/// <summary>What the lectures print, on the pages of one-dimensional convolution, pooling, ties and activations.</summary>
public sealed class ConvolutionAndPoolingPagesTests
{
    private static string Page(string name) => Pages.Text(name);

    [Fact]
    public void Unroll_of_1_to_6_by_3_is_the_lectures_table_and_its_product_with_5_2_3_the_lectures_output()
    {
        var page = Page("conv1d");
        Assert.Contains("""
                [
                  [1.00 2.00 3.00]
                  [2.00 3.00 4.00]
                  [3.00 4.00 5.00]
                  [4.00 5.00 6.00]
                  [5.00 6.00 0.00]
                  [6.00 0.00 0.00]]
            """.ReplaceLineEndings("\n"), page);
        Assert.Contains("output = [18.00 28.00 38.00 48.00 37.00 30.00]\n", page);
        Assert.Contains("its sums along the rows = [18.00 28.00 38.00 48.00 37.00 30.00]\n", page);
        Assert.Equal(6, page.Split("holds: direct = unroll").Length - 1);
    }

    [Fact]
    public void Unrolled_channels_are_6_by_6_and_the_output_6_by_3()
    {
        Assert.Contains("unroll_chan           [6 6]", Page("conv1d"));
        Assert.Contains("unroll_chan @ weight  [6 3]", Page("conv1d"));
    }

    [Fact]
    public void The_gradient_at_2_is_w0_d2_plus_w1_d1_plus_w2_d0() =>
        Assert.Contains("holds: grad_input[2] = 5*13 + 2*11 + 3*7 = 108", Page("conv1d"));

    [Fact]
    public void View_4_2_has_strides_2_1_and_10_by_10_becomes_5_by_10()
    {
        var page = Page("pooling");
        Assert.Contains("strides (2, 1)", page);
        Assert.Contains("[ 12.00  14.00  16.00  18.00  20.00  22.00  24.00  26.00  28.00  30.00]", page);
        Assert.Contains("holds: the fold = windows of (2, 1)", page);
    }

    [Fact]
    public void Each_way_to_treat_ties_has_its_row()
    {
        var page = Page("ties");
        Assert.Contains("first  [0.00 1.00 0.00 0.00 0.00]  1.00", page);
        Assert.Contains("split  [0.00 0.33 0.33 0.00 0.33]  1.00", page);
        Assert.Contains("all    [0.00 1.00 1.00 0.00 1.00]  3.00", page);
    }

    [Theory]
    [InlineData("step = ReLU′")]
    [InlineData("step′ = 0")]
    [InlineData("softmax([0, x])[1] = sigmoid(x)")]
    [InlineData("softmax sums to 1")]
    [InlineData("no entry of softmax's gradient is 0")]
    public void A_law_of_the_activations_is_tried(string law) => Assert.Contains($"holds: {law}", Page("activations"));
}
