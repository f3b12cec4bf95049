using System.Text.RegularExpressions;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using Xunit;

namespace MiniTorch.Report.Tests;

public partial class PageTests
{
    public static TheoryData<string> Pages => [.. Samples.Names];

    /// <summary>A parser that throws at the first thing that is not as HTML says.</summary>
    internal static IDocument Parse(string text) => new HtmlParser(new() { IsStrictMode = true }).ParseDocument(text);

    private static IDocument Page(string name) => Parse(Samples.Named(name).Text);

    [Theory, MemberData(nameof(Pages))]
    public void A_page_is_html_without_an_error(string name) =>
        Assert.Equal("en", Page(name).DocumentElement.GetAttribute("lang"));

    [Theory, MemberData(nameof(Pages))]
    public void A_page_loads_nothing_and_runs_nothing(string name)
    {
        var page = Page(name);
        Assert.Empty(page.QuerySelectorAll("script, iframe, object, embed, base, form, audio, video, link:not([rel=icon])"));
        var attributes = page.All.SelectMany(e => e.Attributes).Where(a => a.Name != "xmlns").ToList();
        Assert.DoesNotContain(attributes, a => a.Name.StartsWith("on", StringComparison.Ordinal));
        Assert.All(
            attributes.Where(a => a.Name is "src" or "srcset" || a.Name == "href" && a.OwnerElement!.LocalName != "a"),
            a => Assert.Matches("^data:(image/png;base64,[A-Za-z0-9+/=]+|,)$", a.Value));
        Assert.All(page.QuerySelectorAll("a"), a => Assert.Matches(@"^(#|\./)", a.GetAttribute("href")));
        Assert.DoesNotMatch(@"url\(|@import|expression\(", Samples.Named(name).Text);
        Assert.Contains("default-src 'none'", page.QuerySelector("meta[http-equiv]")!.GetAttribute("content"));
    }

    [Theory, MemberData(nameof(Pages))]
    public void Ids_differ_and_every_link_within_the_page_has_its_place(string name)
    {
        var page = Page(name);
        var ids = page.All.Select(e => e.Id).Where(id => !string.IsNullOrEmpty(id)).ToList();
        Assert.Equal(ids.Distinct(), ids);
        Assert.All(page.QuerySelectorAll("a[href^='#']"), a => Assert.Contains(a.GetAttribute("href")![1..], ids));
        Assert.All(page.QuerySelectorAll("[aria-labelledby]"), e => Assert.Contains(e.GetAttribute("aria-labelledby"), ids));
    }

    [Theory, MemberData(nameof(Pages))]
    public void Who_does_not_see_a_page_is_told_of_every_picture_and_table(string name)
    {
        var page = Page(name);
        Assert.All(page.QuerySelectorAll("img"), i => Assert.True(i.HasAttribute("alt")));
        Assert.All(page.QuerySelectorAll("svg:not([aria-hidden=true])"), s => Assert.True(
            s.GetAttribute("role") == "img" && s.GetAttribute("aria-label")!.Length > 0
            && s.QuerySelector("title") is not null));
        Assert.All(page.QuerySelectorAll("th"), th => Assert.Contains(th.GetAttribute("scope"), new[] { "row", "col" }));
        Assert.All(page.QuerySelectorAll("[role=region]"), r => Assert.NotEmpty(r.GetAttribute("aria-label")!));
    }

    [Theory, MemberData(nameof(Pages))]
    public void Headings_go_down_one_step_at_a_time(string name)
    {
        var levels = Page(name).QuerySelectorAll("h1, h2, h3, h4, h5, h6").Select(h => h.LocalName[1] - '0').ToList();
        Assert.Equal(1, levels[0]);
        Assert.Single(levels, l => l == 1);
        Assert.All(levels.Zip(levels.Skip(1)), p => Assert.True(p.Item2 <= p.Item1 + 1));
    }

    [Theory, MemberData(nameof(Pages))]
    public void Equal_pages_have_equal_texts(string name) =>
        Assert.Equal(Samples.Named(name).Text, Samples.Named(name).Text);

    [Fact]
    public void Every_part_of_a_training_has_a_section_and_an_empty_training_has_none_but_its_result()
    {
        Assert.Equal(
            ["Result", "Loss and accuracy", "Gradient flow", "Decision boundary", "Who is joined to whom",
                "What was taken for what", "Predictions", "Mistakes", "Learned kernels",
                "Model", "What it was compiled from", "To make it again"],
            Page("training").QuerySelectorAll("h2").Select(h => h.TextContent));
        Assert.Equal(["Result"], Page("bare training").QuerySelectorAll("h2").Select(h => h.TextContent));
    }

    [Fact]
    public void A_file_beside_a_page_is_linked_to_by_its_name() => Assert.Equal(["./00-input.ir", "./a%20b%3Ac%23d.ir"],
        Page("training").QuerySelectorAll(".files a").Select(a => a.GetAttribute("href")));

    [Fact]
    public void Colours_of_words_and_of_curves_can_be_told_from_their_page_in_both_schemes()
    {
        var sets = Variables().Matches(Samples.Named("training").Text).Select(m => Colour().Matches(m.Value)
            .ToDictionary(c => c.Groups[1].Value, c => c.Groups[2].Value)).ToList();
        Assert.Equal(3, sets.Count); // light, dark, paper
        Assert.Contains("prefers-color-scheme: dark", Samples.Named("training").Text);
        Assert.All(sets, set =>
        {
            Assert.Equal(sets[0].Keys.Order(), set.Keys.Order());
            foreach (var (name, colour) in set)
                foreach (var behind in new[] { set["page"], set["card"] })
                    if (Least(name) is { } least)
                        Assert.True(Contrast(colour, behind) >= least, $"{name} {colour} on {behind}");
            Assert.All([set["heat"], set["wrong"]], c => Assert.True(Contrast(set["ink"], c) >= 4.5, c));
        });
    }

    private static double? Least(string name) => name is "ink" or "soft" or "link" ? 4.5 : name[0] == 's' ? 3 : null;

    /// <summary>Source: WCAG 2.2, contrast ratio and relative luminance.</summary>
    private static double Contrast(string one, string other)
    {
        var (a, b) = (Luminance(one), Luminance(other));
        return (Math.Max(a, b) + 0.05) / (Math.Min(a, b) + 0.05);
    }

    private static double Luminance(string colour)
    {
        var levels = Enumerable.Range(0, 3).Select(i => Convert.ToInt32(colour.Substring(1 + 2 * i, 2), 16) / 255.0)
            .Select(v => v <= 0.04045 ? v / 12.92 : Math.Pow((v + 0.055) / 1.055, 2.4)).ToArray();
        return 0.2126 * levels[0] + 0.7152 * levels[1] + 0.0722 * levels[2];
    }

    [GeneratedRegex(@"(--\w+:#[0-9a-f]{6};){5,}")]
    private static partial Regex Variables();

    [GeneratedRegex(@"--(\w+):(#[0-9a-f]{6});")]
    private static partial Regex Colour();
}
