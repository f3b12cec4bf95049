using Xunit;

namespace MiniTorch.Report.Tests;

/// <summary>A theory about what a browser makes of a page, checked where Chromium or Chrome is on the path.</summary>
public sealed class TheoryWithBrowserAttribute : TheoryAttribute
{
    private static readonly string[] Names =
        ["google-chrome-stable", "google-chrome", "chrome", "chromium", "chromium-browser"];

    /// <summary>Skipped, with the reason, elsewhere.</summary>
    public TheoryWithBrowserAttribute()
    {
        if (Browser is null) Skip = $"needs one of {string.Join(", ", Names)} on the path of a Linux machine";
    }

    /// <summary>The browser's file. One in a snap has a temporary folder of its own and would not see the page.</summary>
    internal static string? Browser => !OperatingSystem.IsLinux() ? null
        : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Where(folder => !folder.StartsWith("/snap", StringComparison.Ordinal))
            .SelectMany(folder => Names.Select(name => Path.Combine(folder, name))).FirstOrDefault(File.Exists);
}
