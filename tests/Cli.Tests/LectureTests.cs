using System.Text.Json;
using Xunit;

namespace MiniTorch.Cli.Tests;

public class LectureTests
{
    [Fact]
    public void Without_a_name_it_lists_every_lecture()
    {
        var ran = Ran.Of("lecture");
        Assert.Equal((0, ""), (ran.Code, ran.Error));
        Assert.Equal("lecture\ttitle\tshows", ran.Lines[0]);
        var listed = JsonDocument.Parse(Ran.Of("lecture", "--json").Out).RootElement;
        Assert.Equal(ran.Lines.Skip(1).Select(l => l.Split('\t')[0]),
            listed.EnumerateArray().Select(l => l.GetProperty("name").GetString()!));
    }

    [Fact]
    public void A_lecture_has_formula_numbers_and_forward_beside_backward()
    {
        var ran = Ran.Of("lecture", "cross-correlation");
        Assert.Equal((0, ""), (ran.Code, ran.Error));
        Assert.Contains("cross-correlation   y[i] = Σ_k w[k] · x[i + k]", ran.Out, StringComparison.Ordinal);
        Assert.Contains("    cross-correlation = [18.00 28.00 38.00 48.00]\n", ran.Out, StringComparison.Ordinal);
        Assert.Contains("graph forward(x: f32[1,1,6], w: f32[1,1,3])       │ graph backward(d: f32[1,1,6], w: f32[1,1,3])\n",
            ran.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void As_json_it_is_one_line_of_blocks()
    {
        var ran = Ran.Of("lecture", "cross-correlation", "--json");
        Assert.Single(ran.Lines);
        var page = JsonDocument.Parse(ran.Out).RootElement;
        Assert.Equal("cross-correlation", page.GetProperty("name").GetString());
        Assert.Contains(page.GetProperty("blocks").EnumerateArray(), b => b.GetProperty("kind").GetString() == "pair");
    }

    [Fact]
    public void A_page_of_html_is_written_whole_and_loads_nothing()
    {
        using var scratch = new Scratch();
        var ran = Ran.Of("lecture", "equivariance", "--page", scratch["page.html"]);
        Assert.Equal((0, $"wrote {scratch["page.html"]}{Environment.NewLine}"), (ran.Code, ran.Out));
        var page = File.ReadAllText(scratch["page.html"]);
        Assert.StartsWith("<!doctype html>", page, StringComparison.Ordinal);
        Assert.EndsWith("</html>\n", page, StringComparison.Ordinal);
        Assert.DoesNotContain("src=\"http", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", page, StringComparison.Ordinal);
        Assert.Contains("<img src=\"data:image/png", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cli.C18: there is no lecture 'frob'; take ", "frob")]
    [InlineData("cli.C18: there is no lecture ''", "")]
    [InlineData("cli.C18: a page is that of one lecture; take ", "--page", "x.html")]
    [InlineData("cli.C2: a lecture does not run on reference; take cpu", "conv2d", "--device", "reference")]
    [InlineData("file.F", "conv2d", "--page", "no/such/folder/x.html")]
    public void A_mistake_is_one_sentence_and_leaves_nothing(string sentence, params string[] args)
    {
        var ran = Ran.Of(["lecture", .. args]);
        Assert.Equal((1, ""), (ran.Code, ran.Out));
        Assert.StartsWith(sentence, ran.Error, StringComparison.Ordinal);
        Assert.Single(ran.Error.TrimEnd('\n').Split('\n'));
        Assert.False(File.Exists("x.html"));
    }
}
