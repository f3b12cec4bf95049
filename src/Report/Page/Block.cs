using System.Xml.Linq;
using static MiniTorch.Report.Html;

namespace MiniTorch.Report;

/// <summary>
/// A piece of a page: a paragraph, a table, a picture, or several. A value; the same block may stand twice.
/// </summary>
public sealed class Block
{
    private readonly XElement element;

    internal Block(XElement element) => this.element = element;

    internal XElement Element => new(element);

    /// <summary>A paragraph.</summary>
    public static Block Text(string text) => new(El("p", text));

    /// <summary>A heading within a section.</summary>
    public static Block Heading(string text) => new(El("h3", text));

    /// <summary>Lines as they are, in letters of one width: a formula, a dump, a command.</summary>
    public static Block Code(string text) => new(El("pre", At("tabindex", "0"), El("code", text.TrimEnd('\n'))));

    /// <summary>A table; its first column names the rows, columns of numbers stand to the right.</summary>
    public static Block Table(string caption, IEnumerable<string> head, IEnumerable<IReadOnlyList<string>> rows) =>
        new(Tables.Of(caption, [.. head], [.. rows]));

    /// <summary>A picture with words beneath it.</summary>
    public static Block Figure(Picture picture, string caption = "") => new(El("figure",
        El("p", At("class", "title"), picture.Title), picture.Element,
        caption.Length == 0 ? null : El("figcaption", caption)));

    /// <summary>Pieces beside each other where there is room, else beneath each other.</summary>
    public static Block Side(params IEnumerable<Block> blocks) => new(El("div", At("class", "side"), Elements(blocks)));

    /// <summary>Pieces that show when one asks for them; a printed page shows them.</summary>
    public static Block Details(string summary, params IEnumerable<Block> blocks) =>
        new(El("details", El("summary", summary), Elements(blocks)));

    /// <summary>Pieces one after the other.</summary>
    public static Block Group(params IEnumerable<Block> blocks) => new(El("div", Elements(blocks)));

    /// <summary>Names and what they are.</summary>
    public static Block Facts(IEnumerable<Fact> facts) => new(El("dl",
        facts.Select(f => new[] { El("dt", f.Name), El("dd", f.Value.Contains(' ') && f.Name == "command"
            ? El("code", f.Value) : f.Value) })));

    /// <summary>Files beside the page.</summary>
    public static Block Links(IEnumerable<FileLink> files) => new(El("ul", At("class", "files"),
        files.Select(f => El("li", El("a", At("href", Relative(f.Name)), f.Name),
            f.About.Length == 0 ? null : $" {f.About}"))));

    private static IEnumerable<XElement> Elements(IEnumerable<Block> blocks) => blocks.Select(b => b.Element);

    // a name may have any letters; "./" keeps one with a colon from being read as a scheme
    private static string Relative(string name) =>
        "./" + string.Join('/', name.Replace('\\', '/').Split('/').Select(Uri.EscapeDataString));
}
