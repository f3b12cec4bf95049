namespace MiniTorch.Examples.Course;

/// <summary>A page as plain text: no colour, lines that fit.</summary>
public static class PlainText
{
    /// <summary>Columns, where nobody says how many there are.</summary>
    public const int Width = 110;

    /// <summary>No line of two columns is longer, however wide the screen.</summary>
    public const int Widest = 120;

    private const int Comfortable = 92;

    /// <summary>A page beneath its title.</summary>
    public static string Print(string title, Page page, int width = Width)
    {
        using var text = new StringWriter { NewLine = "\n" };
        Write(text, title, page.Blocks, Math.Max(40, width));
        return text.ToString();
    }

    /// <summary>A block alone.</summary>
    public static string Print(Block block, int width = Width) =>
        string.Join('\n', Lines(block, width).Select(l => l.TrimEnd()));

    private static void Write(TextWriter to, string title, IReadOnlyList<Block> blocks, int width)
    {
        to.WriteLine(title);
        to.WriteLine(new string('=', title.Length));
        Block? before = null;
        foreach (var block in blocks)
        {
            if (!Together(before, block)) to.WriteLine();
            foreach (var line in Lines(block, width)) to.WriteLine(line.TrimEnd());
            before = block;
        }
    }

    /// <summary>Short blocks of a kind stand under each other.</summary>
    private static bool Together(Block? before, Block block) => (before, block) switch
    {
        (Block.Law, Block.Law) or (Block.Link, Block.Link) => true,
        (Block.Number one, Block.Number other) => one.IsShort && other.IsShort,
        _ => false,
    };

    private static IEnumerable<string> Lines(Block block, int width) => block switch
    {
        Block.Heading b => [b.Text, new string('-', b.Text.Length)],
        Block.Prose b => Wrapping.Words(b.Text, Math.Min(width, Comfortable)),
        Block.Formula b => Indented(b.Text),
        Block.Code b => Indented(b.Text),
        Block.Number b => Indented(b.Text),
        Block.Table b => Columns.Table(b.Head, b.Rows),
        Block.Listing b => Indented(b.Text),
        Block.Pair b => Columns.Beside(b.Left.Text, b.Right.Text, width),
        Block.Law b => Wrapping.Hanging($"holds: {b.Text}", Math.Min(width, Comfortable), 7),
        Block.Link b => [$"{b.About}: {b.Path}"],
        Block.Grids b => Shades.Print(b.Parts, width),
        Block.Gallery b => Shades.Beside([.. b.Parts.Select(p => p.Text)], width),
        Block.Picture b => Indented(b.Text),
        _ => throw new InvalidOperationException($"a page has no form for {block.GetType().Name}"),
    };

    private static IEnumerable<string> Indented(string text) => Wrapping.Split(text).Select(l => $"    {l}");
}
