using MiniTorch.Examples.Course;
using MiniTorch.Ir;
using Xunit;

namespace MiniTorch.Examples.Tests;

/// <summary>How a page looks.</summary>
public class PrintingTests
{
    private static string Page(Action<Page> show, int width = PlainText.Width) =>
        new Lecture("x", "X", "x", show).Print(width);

    [Fact]
    public void A_matrix_is_printed_as_the_lecture_prints_it() => Assert.Equal(
        "[\n  [1.00 2.00 3.00]\n  [4.00 5.00 6.00]]", TensorText.Print(Numbers.Count([2, 3])));

    [Fact]
    public void A_row_stands_in_a_line() =>
        Assert.Equal("[18.00 28.00 -0.50]", TensorText.Print(Numbers.Of(18, 28, -0.5f)));

    [Fact]
    public void A_scalar_has_no_brackets() => Assert.Equal("2.50", TensorText.Print(Tensor.Of([], 2.5f)));

    [Fact]
    public void Every_axis_has_brackets_and_columns_stand_under_each_other() => Assert.Equal(
        "[\n  [\n    [ 1.00  2.00]\n    [ 3.00  4.00]]\n  [\n    [ 5.00  6.00]\n    [ 7.00  8.00]]\n"
        + "  [\n    [ 9.00 10.00]\n    [11.00 12.00]]]", TensorText.Print(Numbers.Count([3, 2, 2])));

    [Fact]
    public void Two_graphs_stand_side_by_side_where_there_is_room_and_else_below_each_other()
    {
        Expr x = Prim.Input("x", ElementType.F32[6]), w = Prim.Input("w", ElementType.F32[6]);
        void Show(Page page) => page.SideBySide(x * w, x);
        Assert.Contains("graph forward(x: f32[6], w: f32[6]) │ graph backward(d: f32[6], w: f32[6])\n", Page(Show));
        Assert.Contains("  return y=%mul.0\n\ngraph backward(d: f32[6], w: f32[6])\n", Page(Show, 60));
    }

    [Theory]
    [InlineData(40)]
    [InlineData(77)]
    [InlineData(95)]
    [InlineData(120)]
    public void Nothing_is_lost_where_lines_are_wrapped(int width)
    {
        var words = string.Join(' ', Enumerable.Range(100, 100));
        var lines = Page(p => p.Text(words), width).Split('\n')[3..^1];
        Assert.All(lines, l => Assert.True(l.Length <= width));
        Assert.Equal(words, string.Join(' ', lines));
    }

    [Fact]
    public void A_page_does_not_say_what_is_not_so() => Assert.Throws<InvalidOperationException>(
        () => Page(p => p.Equal("1 = 2", Numbers.Of(1), Numbers.Of(2))));
}
