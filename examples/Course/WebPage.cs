using MiniTorch.Report;
using Shown = MiniTorch.Report.Block;

namespace MiniTorch.Examples.Course;

/// <summary>A page as HTML: the same blocks, matrices as pictures, graphs beside each other.</summary>
public static class WebPage
{
    /// <summary>What stands before the first heading.</summary>
    private const string First = "To begin with";

    /// <summary>The page of a lecture.</summary>
    public static HtmlPage Of(Lecture lecture, Page page) =>
        HtmlPage.Of(lecture.Title, $"{lecture.About}. MiniTorch, lecture {lecture.Name}", Sections(page.Blocks));

    private static IEnumerable<Section> Sections(IReadOnlyList<Block> blocks)
    {
        var heads = blocks.Select((b, i) => (Head: b as Block.Heading, I: i)).Where(h => h.Head is not null).ToList();
        var before = blocks.Take(heads.Count > 0 ? heads[0].I : blocks.Count).ToList();
        if (before.Count > 0) yield return Section.Of(First, Joined(before).Select(Of));
        for (var h = 0; h < heads.Count; h++)
        {
            var end = h + 1 < heads.Count ? heads[h + 1].I : blocks.Count;
            yield return Section.Of(heads[h].Head!.Text, Joined(blocks.Take(end).Skip(heads[h].I + 1)).Select(Of));
        }
    }

    private static Shown Of(Block block) => block switch
    {
        Block.Heading b => Shown.Heading(b.Text),
        Block.Prose b => Shown.Text(b.Text),
        Block.Formula b => Shown.Code(b.Text),
        Block.Code b => Shown.Code(b.Text),
        Block.Number b => Shown.Code(b.Text),
        Block.Table b => Shown.Table("", b.Head, b.Rows),
        Block.Listing b => Shown.Code(b.Text),
        Block.Pair b => Shown.Side(Shown.Code(b.Left.Text), Shown.Code(b.Right.Text)),
        Block.Law b => Shown.Text($"✓ {b.Text}"),
        Block.Link b => Shown.Text($"{b.About}: {b.Path}"),
        Block.Grids b => Shown.Side(b.Parts.Select(p => Shown.Figure(new CellChart(p.Title, p.Cells).Draw()))),
        Block.Gallery b => Shown.Side(b.Parts.Select(p => Shown.Figure(p.Chart))),
        Block.Picture { Chart: { } chart } => Shown.Figure(chart),
        Block.Picture b => Shown.Code(b.Text),
        _ => throw new InvalidOperationException($"a page has no form for {block.GetType().Name}"),
    };

    /// <summary>Short values under each other stand in one frame, as on a terminal.</summary>
    private static IEnumerable<Block> Joined(IEnumerable<Block> blocks)
    {
        string? lines = null;
        foreach (var block in blocks)
        {
            var next = block is Block.Number { IsShort: true } number ? number.Text : null;
            if (lines is not null && next is null) yield return new Block.Formula(lines);
            if (next is null) yield return block;
            lines = next is null ? null : lines is null ? next : $"{lines}\n{next}";
        }
        if (lines is not null) yield return new Block.Formula(lines);
    }
}
