using MiniTorch.Ir;
using Xunit;

namespace MiniTorch.Frontend.Tests;

public sealed class ExtentTests
{
    private static string Of(Extent extent, int axes) =>
        extent.Along(axes, "stride").Match(d => $"{d}", e => $"{e}");

    [Fact]
    public void An_int_is_the_number_of_every_axis()
    {
        Assert.Equal("[3]", Of(3, 1));
        Assert.Equal("[3 3 3]", Of(3, 3));
        Assert.Equal("3", ((Extent)3).ToString());
    }

    [Fact]
    public void A_tuple_or_a_list_has_one_number_for_each_axis()
    {
        Assert.Equal("[3 5]", Of((3, 5), 2));
        Assert.Equal("[3 5 7]", Of((3, 5, 7), 3));
        Assert.Equal("[3 5 7 9]", Of([3, 5, 7, 9], 4));
        Assert.Equal("[3 5]", Of(Dims.Create([3, 5]), 2));
        Extent list = [3, 5];
        Assert.Equal((Extent)(3, 5), list);
        Assert.Equal("(3, 5)", ((Extent)(3, 5)).ToString());
    }

    [Fact]
    public void Another_count_of_numbers_is_an_error()
    {
        Assert.Equal("extent.E1: stride (3, 5) has 2 numbers for 3 spatial axes; give 3, or one for all", Of((3, 5), 3));
        Assert.Equal("extent.E1: stride (3, 5) has 2 numbers for 1 spatial axis; give 1, or one for all", Of((3, 5), 1));
    }

    [Fact]
    public void What_is_not_given_leaves_the_choice_to_another()
    {
        Extent none = default;
        Assert.False(none.IsGiven);
        Assert.Equal(2, none.Or(2));
        Assert.Equal((Extent)(1, 4), ((Extent)(1, 4)).Or(2));
    }

    [Fact]
    public void An_int_and_a_tuple_of_it_are_alike_everywhere()
    {
        Assert.True(((Extent)1).IsEverywhere(1));
        Assert.True(((Extent)(1, 1)).IsEverywhere(1));
        Assert.False(((Extent)(1, 2)).IsEverywhere(1));
        Assert.False(default(Extent).IsEverywhere(1));
    }
}
