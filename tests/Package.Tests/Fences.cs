using System.Text.RegularExpressions;
using MiniTorch.Generators;

namespace MiniTorch.Package.Tests;

/// <summary>The blocks between fences of a page, in order.</summary>
internal static partial class Fences
{
    internal static string[] Of(params string[] path) =>
        [.. Fenced().Matches(File.ReadAllText(Path.Combine([Repository.Root, .. path]))).Select(m => m.Groups[1].Value)];

    [GeneratedRegex(@"^```\w*\n(.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fenced();
}
