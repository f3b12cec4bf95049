using LanguageExt;

namespace MiniTorch.Report;

/// <summary>The confusion matrix, and the mistakes that were made most often.</summary>
internal static class JudgedPart
{
    // a wider matrix is read by nobody; the list of mistakes stays
    private const int Widest = 40, Often = 10;

    internal static IEnumerable<Block> Of(Judged judged)
    {
        var (n, names) = (judged.Names.Count, judged.Names);
        var pairs = Enumerable.Zip(judged.Truth.AsEnumerable(), judged.Taken.AsEnumerable()).ToList();
        var right = pairs.Count(p => p.First == p.Second);
        yield return Block.Text($"{right} of {pairs.Count} test examples were taken for what they are.");
        if (n <= Widest) yield return Block.Figure(new MatrixChart("Confusion matrix", names, Counts(pairs, n)).Draw());
        if (right < pairs.Count) yield return Frequent(pairs, names);
    }

    private static Seq<int> Counts(List<(int Truth, int Taken)> pairs, int n)
    {
        var counts = new int[n * n];
        foreach (var (truth, taken) in pairs) counts[truth * n + taken]++;
        return counts.ToSeq().Strict();
    }

    private static Block Frequent(List<(int Truth, int Taken)> pairs, Seq<string> names) => Block.Table(
        "The mistakes that were made most often", ["it is", "taken for", "times"],
        pairs.Where(p => p.Truth != p.Taken).GroupBy(p => p).OrderByDescending(g => g.Count()).ThenBy(g => g.Key).Take(Often)
            .Select(g => new[] { names[g.Key.Truth], names[g.Key.Taken], $"{g.Count()}" }));
}
