using LanguageExt;
using MiniTorch.Ir;

namespace MiniTorch.Report;

/// <summary>What the network makes of the example: a bar for each class, the greatest first where there are many.</summary>
internal static class Scores
{
    private const int Most = 20;

    /// <summary>Whether a result is a score for each class.</summary>
    internal static bool Are(Expr node) => node.Type.Rank >= 2 && node.Type.Element.IsFloat && node.Type.Count > 0
        && node.Shape.Skip(2).All(n => n == 1);

    internal static IEnumerable<Block> Of(string name, Tensor scores, Seq<string> classes)
    {
        var raw = scores.ToDoubles();
        var (values, share) = Shares(raw);
        var named = values.Select((v, i) => (classes.Count == values.Length ? classes[i] : $"{i}", v)).ToList();
        var shown = named.Count <= Most ? named : [.. named.OrderByDescending(n => n.v).Take(Most)];
        var best = named.MaxBy(n => double.IsNaN(n.v) ? double.NegativeInfinity : n.v);
        yield return Block.Text($"The greatest is {best.Item1}, {new Axis("", Percent: share).Write(Math.Round(best.v, 4))}."
            + (named.Count > shown.Count ? $" {named.Count - shown.Count} classes with less are not shown as bars." : ""));
        yield return Block.Figure(new BarChart(share ? "Probability of each class" : "Score of each class",
            shown.ToSeq().Strict(), share).Draw());
        if (shown.Count < named.Count) yield return new Block(Walls.Strip(name, scores));
    }

    // logarithms of probabilities are shown as probabilities
    private static (double[] Values, bool Share) Shares(double[] raw)
    {
        var powers = raw.Select(Math.Exp).ToArray();
        return raw.All(v => v >= 0) && IsOne(raw.Sum()) ? (raw, true)
            : raw.All(v => v <= 1e-6) && IsOne(powers.Sum()) ? (powers, true) : (raw, false);
    }

    private static bool IsOne(double sum) => Math.Abs(sum - 1) < 1e-3;
}
