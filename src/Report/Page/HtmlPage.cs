using System.Xml.Linq;
using LanguageExt;
using static MiniTorch.Report.Html;

namespace MiniTorch.Report;

/// <summary>A part of a page beneath a heading of its own.</summary>
/// <param name="Title">The heading, which the contents at the page's beginning lead to.</param>
/// <param name="Blocks">What stands beneath it.</param>
public sealed record Section(string Title, Seq<Block> Blocks)
{
    /// <summary>A section of these pieces.</summary>
    public static Section Of(string title, params IEnumerable<Block> blocks) => new(title, blocks.ToSeq().Strict());
}

/// <summary>
/// A page that needs nothing beside itself: one HTML text with its style and pictures, without scripts, for light and dark
/// screens, narrow and wide ones, and paper. Its own policy forbids a browser to load anything.
/// </summary>
/// <param name="Title">The heading of all.</param>
/// <param name="About">A sentence or two beneath it.</param>
/// <param name="Sections">In order.</param>
public sealed record HtmlPage(string Title, string About, Seq<Section> Sections)
{
    private const string Policy =
        "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

    /// <summary>A page of these sections.</summary>
    public static HtmlPage Of(string title, string about, params IEnumerable<Section> sections) =>
        new(title, about, sections.ToSeq().Strict());

    /// <summary>The page's text: equal pages have equal texts.</summary>
    public string Text => $"<!doctype html>\n{Html.Text(El("html", At("lang", "en"), Head(), "\n", Body()))}\n";

    private XElement Head() => El("head", "\n",
        El("meta", At("charset", "utf-8")), "\n",
        El("meta", At("name", "viewport"), At("content", "width=device-width, initial-scale=1")), "\n",
        El("meta", At("name", "color-scheme"), At("content", "light dark")), "\n",
        El("meta", At("http-equiv", "Content-Security-Policy"), At("content", Policy)), "\n",
        // without it a browser asks a page's server for a picture of the site
        El("link", At("rel", "icon"), At("href", "data:,")), "\n",
        El("title", Title), "\n",
        El("style", Style.Sheet), "\n");

    private XElement Body()
    {
        var ids = Ids();
        return El("body", "\n",
            El("header", El("h1", Title), About.Length == 0 ? null : El("p", At("class", "about"), About)), "\n",
            Sections.Count < 3 ? null : Contents(ids), "\n",
            El("main", Sections.AsEnumerable().Select((s, i) => new object[] { "\n", Part(s, ids[i]) })), "\n");
    }

    private XElement Contents(string[] ids) => El("nav", At("aria-label", "Contents"),
        El("ul", Sections.AsEnumerable().Select((s, i) => El("li", El("a", At("href", $"#{ids[i]}"), s.Title)))));

    private static XElement Part(Section section, string id) => El("section", At("id", id), At("aria-labelledby", $"{id}-h"),
        El("h2", At("id", $"{id}-h"), section.Title), section.Blocks.AsEnumerable().Select(b => b.Element));

    // of two sections with one title the second has a number
    private string[] Ids()
    {
        var bare = Sections.AsEnumerable().Select(s => Id(s.Title)).ToArray();
        return [.. bare.Select((id, i) => bare.Take(i).Count(b => b == id) is > 0 and var n ? $"{id}--{n + 1}" : id)];
    }
}
