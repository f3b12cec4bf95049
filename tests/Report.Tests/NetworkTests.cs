using AngleSharp.Dom;
using FsCheck.Fluent;
using Xunit;
using Check = MiniTorch.Generators.Check;
using Gen = FsCheck.Fluent.Gen;

namespace MiniTorch.Report.Tests;

/// <summary>A graph of nodes as a picture: what is drawn, and where.</summary>
public sealed class NetworkTests
{
    private static readonly IElement Chart = PageTests.Parse(HtmlPage.Of("", "",
        Section.Of("", Block.Figure(new NetworkChart("Rings", Samples.Joined).Draw()))).Text).QuerySelector("svg.chart")!;

    private static double Apart((double X, double Y) a, (double X, double Y) b) =>
        Math.Sqrt(Math.Pow(a.X - b.X, 2) + Math.Pow(a.Y - b.Y, 2));

    /// <summary>Rings of so many nodes each, joined at one place to the next.</summary>
    private static (int, int)[] Rings(int rings, int size) =>
    [
        .. Enumerable.Range(0, rings * size).Select(i => (i, i / size * size + (i + 1) % size)),
        .. Enumerable.Range(1, rings - 1).Select(r => (r * size - size, r * size)),
    ];

    [Fact]
    public void Every_node_and_every_edge_is_drawn_once()
    {
        Assert.Equal(10, Chart.QuerySelectorAll("path.node").Length);
        Assert.Equal(11, Chart.QuerySelectorAll("path.edge").Length);
        Assert.Equal(["0", "1", "2", "\uFFFD<b>", "4", "5", "6", "7", "8", "9"],
            Chart.QuerySelectorAll("text").Select(t => t.TextContent));
    }

    [Fact]
    public void Told_nodes_and_missed_ones_have_lines_of_their_own()
    {
        var classes = Chart.QuerySelectorAll("path.node").Select(n => $"{n.ClassName}").ToArray();
        Assert.Equal(["node s0 told", "node s1 missed", "node s1 told"], classes[..1].Concat(classes[4..6]));
        Assert.Equal("Rings. 10 nodes, 11 edges; 1 taken for another class than theirs.", Chart.GetAttribute("aria-label"));
    }

    [Fact]
    public void Places_fill_the_unit_square_the_same_each_time() => Check.Holds(Gen.Choose(2, 12).ToArbitrary(), size =>
    {
        var (one, again) = (ForceLayout.Of(2 * size, Rings(2, size)), ForceLayout.Of(2 * size, Rings(2, size)));
        return one.SequenceEqual(again) && one.All(p => p is { X: >= 0 and <= 1, Y: >= 0 and <= 1 })
            && one.Max(p => p.X) == 1 && one.Min(p => p.Y) == 0;
    }, 10);

    [Fact]
    public void Joined_nodes_are_nearer_than_others() => Check.Holds(Gen.Choose(4, 10).ToArbitrary(), size =>
    {
        var (joined, places) = (Rings(3, size), ForceLayout.Of(3 * size, Rings(3, size)));
        var all = places.SelectMany((p, i) => places.Take(i).Select(q => Apart(p, q)));
        return joined.Average(e => Apart(places[e.Item1], places[e.Item2])) < 0.7 * all.Average();
    }, 7);

    [Fact]
    public void One_node_and_none_have_places_too()
    {
        Assert.Empty(ForceLayout.Of(0, []));
        Assert.True(ForceLayout.Of(1, [])[0] is { X: >= 0 and <= 1, Y: >= 0 and <= 1 });
    }
}
