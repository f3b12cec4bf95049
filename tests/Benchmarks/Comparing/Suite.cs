using System.Collections.Immutable;

namespace MiniTorch.Benchmarks.Comparing;

/// <summary>All works, in the order of the page.</summary>
internal static class Suite
{
    /// <summary>Those whose family or name has one of the words; all without a word.</summary>
    internal static ImmutableArray<Work> Of(IReadOnlyCollection<string> words) =>
        [.. All.Where(w => words.Count == 0 || words.Any($"{w.Family}: {w.Name}".ContainsWord))];

    private static bool ContainsWord(this string text, string word) => text.Contains(word, StringComparison.OrdinalIgnoreCase);

    private static IEnumerable<Work> All =>
        [.. Network.Works, .. Convs.All, .. Others.Dots, .. Others.Pools, .. Others.Rows, .. Others.Maps, .. Others.Moves,
            .. Models.All];
}
