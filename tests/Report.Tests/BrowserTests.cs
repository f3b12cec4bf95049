using System.Diagnostics;
using System.Text.Json.Nodes;
using AngleSharp.Html.Parser;
using Xunit;

namespace MiniTorch.Report.Tests;

/// <summary>Pages as a browser sees them: nothing is asked for outside, and its console stays empty.</summary>
public sealed class BrowserTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("minitorch-report-");

    public static TheoryData<string> Pages => [.. Samples.Names];

    public void Dispose() => folder.Delete(recursive: true);

    [TheoryWithBrowser, MemberData(nameof(Pages))]
    public void A_browser_shows_a_page_without_a_word_in_its_console_or_a_request(string name)
    {
        var page = Path.Combine(folder.FullName, "page.html");
        File.WriteAllText(page, Samples.Named(name).Text);
        var (dom, log, net) = Visited(page);
        Assert.Equal(Heading(Samples.Named(name).Text), Heading(dom));
        Assert.DoesNotContain("CONSOLE", log);
        Assert.Empty(Requests(net));
    }

    [TheoryWithBrowser, InlineData("http://127.0.0.1:9/outside.png")]
    public void The_same_look_sees_a_request_and_a_word_in_the_console(string outside)
    {
        var page = Path.Combine(folder.FullName, "page.html");
        File.WriteAllText(page,
            $"<!doctype html><title>t</title><img src='{outside}'><script>console.error('said')</script>");
        var (_, log, net) = Visited(page);
        Assert.Contains("CONSOLE", log);
        Assert.Contains(outside, Requests(net));
    }

    private static string Heading(string html) => new HtmlParser().ParseDocument(html).QuerySelector("h1")!.TextContent;

    // a busy machine may kill a browser: once more, and then it counts
    private (string Dom, string Log, string Net) Visited(string page)
    {
        var visit = Visit(page);
        if (visit.Dom.Length == 0) visit = Visit(page);
        Assert.True(visit.Dom.Length > 0, $"{TheoryWithBrowserAttribute.Browser} shows nothing:\n{visit.Log}");
        return visit;
    }

    /// <summary>The page's elements after loading, what the browser logged, and its log of the network.</summary>
    private (string Dom, string Log, string Net) Visit(string page)
    {
        var own = folder.CreateSubdirectory(Path.GetRandomFileName()).FullName;
        var net = Path.Combine(own, "net.json");
        var start = new ProcessStartInfo(TheoryWithBrowserAttribute.Browser!,
        [
            "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-quic", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-extensions",
            // its maker's servers, which a browser asks by itself, have no address here
            "--disable-default-apps", "--host-resolver-rules=MAP * ~NOTFOUND", $"--user-data-dir={own}",
            $"--log-net-log={net}", "--enable-logging=stderr", "--virtual-time-budget=2000",
            "--dump-dom", new Uri(page).AbsoluteUri,
        ]) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        using var browser = Process.Start(start)!;
        var (dom, log) = (browser.StandardOutput.ReadToEndAsync(), browser.StandardError.ReadToEndAsync());
        if (!Task.WaitAll([dom, log, browser.WaitForExitAsync()], Patience))
        {
            browser.Kill(entireProcessTree: true);
            return ("", $"it did not end within {Patience.TotalSeconds} s", "");
        }
        return File.Exists(net) ? (dom.Result, log.Result, File.ReadAllText(net)) : ("", log.Result, "");
    }

    /// <summary>The addresses that the page asked for; what the browser asks for itself has no origin.</summary>
    private static IEnumerable<string> Requests(string net)
    {
        var log = JsonNode.Parse(net)!;
        var request = (int)log["constants"]!["logEventTypes"]!["URL_REQUEST_START_JOB"]!;
        return log["events"]!.AsArray().Where(e => (int)e!["type"]! == request).Select(e => e!["params"])
            .Where(p => p?["url"] is not null && (string?)p["initiator"] != "not an origin").Select(p => (string)p!["url"]!);
    }
}
