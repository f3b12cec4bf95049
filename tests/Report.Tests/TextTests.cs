using AngleSharp.Dom;
using FsCheck;
using FsCheck.Fluent;
using Xunit;
using Check = MiniTorch.Generators.Check;

namespace MiniTorch.Report.Tests;

public class TextTests
{
    // HTML reads \r as \n, and a page has a sign for what it cannot hold
    private static readonly Arbitrary<string> Words = ArbMap.Default.ArbFor<string>().Convert(
        s => new string(['a', .. (s ?? "").Where(
            c => c is >= ' ' and < '\u007f' or > '\u009f' and < '\uD800' or > '\uDFFF' and < '\uFFFE')]),
        s => s);

    [Fact]
    public void Any_text_is_read_back_as_text() => Check.Holds(Words, words =>
    {
        var page = PageTests.Parse(HtmlPage.Of(words, words, Section.Of(words, Block.Text(words), Block.Code(words),
            Block.Table(words, [words], [[words]]), Block.Details(words, Block.Heading(words)))).Text);
        string[] places =
            ["title", "h1", "h2", "section > p", "pre code", "caption", "thead th", "tbody th", "summary", "h3"];
        return places.All(p => page.QuerySelector(p)!.TextContent == words);
    });

    [Fact]
    public void What_a_page_cannot_hold_becomes_a_sign_for_it()
    {
        var page = HtmlPage.Of("", "", Section.Of("", Block.Text("a\u0001b\uD800\U0001F600")));
        Assert.Equal("a\uFFFDb\uFFFD\U0001F600", PageTests.Parse(page.Text).QuerySelector("p")!.TextContent);
    }
}
