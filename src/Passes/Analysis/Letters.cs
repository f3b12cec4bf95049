using MiniTorch.Ir;

namespace MiniTorch.Passes.Analysis;

/// <summary>Names of indices, and index arithmetic as mathematics writes it.</summary>
internal static class Letters
{
    /// <summary>Letters of a word, then the same with numbers: any rank has names.</summary>
    internal static string[] From(string word, int count) =>
        [.. Enumerable.Range(0, count).Select(i => $"{word[i % word.Length]}{Round(i / word.Length)}")];

    /// <summary>i, j, k, …</summary>
    internal static string[] Axes(int count) => From("ijklmnopqrstuvw", count);

    /// <summary><c>2p+k−1</c>: factors of 0 and terms of 0 are left out.</summary>
    internal static string Sum(long constant, params (long Factor, string Name)[] terms)
    {
        var parts = terms.Where(t => t.Factor != 0).Select(t => (t.Factor < 0, Term(Math.Abs(t.Factor), t.Name))).ToList();
        if (constant != 0 || parts.Count == 0) parts.Add((constant < 0, $"{Math.Abs(constant)}"));
        if (parts[0].Item1 && parts.Find(p => !p.Item1) is { Item2: not null } first)
        {
            parts.Remove(first);
            parts.Insert(0, first);
        }
        return string.Concat(parts.Select((p, i) => (p.Item1 ? "−" : i == 0 ? "" : "+") + p.Item2));
    }

    /// <summary>A sum over a step: itself over 1.</summary>
    internal static string Over(string sum, long step) => step == 1 ? sum : $"({sum})/{step}";

    /// <summary><c>x[i,j]</c>; a scalar has no brackets.</summary>
    internal static string At(string name, IEnumerable<string> indices) =>
        string.Join(',', indices) is { Length: > 0 } list ? $"{name}[{list}]" : name;

    /// <summary>What a window reads: <c>2p+k−1</c>, over its base.</summary>
    internal static string Read(Window w, string p, string k, int size) =>
        Over(Sum(-w.Lo, (w.Stride, p), (size == 1 ? 0 : w.Dilation, k)), w.Base);

    private static string Round(int times) => times == 0 ? "" : $"{times}";

    private static string Term(long factor, string name) => factor == 1 ? name : $"{factor}{name}";
}
