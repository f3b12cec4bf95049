using MiniTorch.Ir;
using static MiniTorch.Passes.Rewrite.Sample;
using static MiniTorch.Passes.Rewrite.Soundness;

namespace MiniTorch.Passes.Rewrite;

/// <summary>Laws of transposes, reshapes, reversals and broadcasts: two in a row are one, and idle ones go.</summary>
public static class Movement
{
    /// <summary>Reorderings and repetitions.</summary>
    public static readonly IReadOnlyList<Rule> Rules =
    [
        Rule.On<Transpose>("transpose-idle", "an identity transpose = x", Exact,
            n => n is (Transpose t, [var x]) && IsRange(t.Perm) ? x : null, () => [Expr.Of(new Transpose([0, 1]), X)]),
        Rule.On<Transpose>("transpose-transpose", "transpose(transpose x p) q = transpose x (p at q)", Exact,
            n => n is (Transpose q, [(Transpose p, [var x])]) ? Prim.Transpose(x, p.Perm.At(q.Perm)) : null,
            () => [Prim.Transpose(Prim.Transpose(X3, [1, 2, 0]), [2, 1, 0]), Prim.Transpose(Prim.Transpose(X, [1, 0]), [1, 0])]),
        Rule.On<Transpose>("transpose-broadcast", "a transpose of a broadcast is a broadcast", Exact,
            n => n is (Transpose t, [(Broadcast b, [var x])])
                ? Prim.Broadcast(x, n.Shape, b.Axes.Map((a, _) => t.Perm.IndexOf(a))) : null,
            () => [Prim.Transpose(Prim.Broadcast(Row, [2, 3], [1]), [1, 0]), Prim.Transpose(Prim.Fill(S, [2, 3]), [1, 0])]),
        Rule.On<Transpose>("transpose-thin", "a transpose that moves axes of size 1 alone is a reshape", Exact,
            n => n is (Transpose t, [var x]) && !IsRange(t.Perm) && IsRising(t.Perm.Where(a => x.Shape[a] != 1))
                ? Prim.Reshape(x, n.Shape) : null,
            () => [Prim.Transpose(Thin, [1, 0, 2]), Prim.Transpose(Thin, [2, 1, 0])]),
        Rule.On<Reshape>("reshape-idle", "a reshape to the same shape = x", Exact,
            n => n.Args[0].Shape == n.Shape ? n.Args[0] : null, () => [Expr.Of(new Reshape([2, 3]), X)]),
        Rule.On<Reshape>("reshape-reshape", "reshape(reshape x) = reshape x", Exact,
            n => n is (Reshape r, [(Reshape, [var x])]) ? Prim.Reshape(x, r.To) : null,
            () => [Prim.Reshape(Prim.Reshape(X, [6]), [3, 2]), Prim.Reshape(Prim.Reshape(X, [6]), [2, 3])]),
        Rule.On<Reshape>("reshape-scalar", "a reshape of a repeated scalar repeats it", Exact, n => n switch
        {
            (Reshape r, [(Broadcast, [{ Type.Rank: 0 } s])]) => Prim.Fill(s, r.To),
            (Reshape r, [{ Type.Rank: 0 } s]) => Prim.Fill(s, r.To),
            var _ => null,
        }, () => [Prim.Reshape(Prim.Fill(S, [2, 3]), [6]), Prim.Reshape(S, [1, 1])]),
        Rule.On<Reverse>("reverse-idle", "a reversal of axes of size 0 or 1 = x", Exact,
            n => n is (Reverse r, [var x]) && r.Axes.Any(a => x.Shape[a] < 2)
                ? Prim.Reverse(x, Dims.Of(r.Axes.Where(a => x.Shape[a] >= 2)))
                : n is (Reverse { Axes.Count: 0 }, [var same]) ? same : null,
            () => [Prim.Reverse(Thin, [0, 1]), Prim.Reverse(X, [])]),
        Rule.On<Reverse>("reverse-reverse", "two reversals cancel on the axes that both flip", Exact,
            n => n is (Reverse p, [(Reverse q, [var x])]) ? Prim.Reverse(x, OnceIn(p.Axes, q.Axes)) : null,
            () => [Prim.Reverse(Prim.Reverse(X, [0]), [0]), Prim.Reverse(Prim.Reverse(X3, [0, 1]), [2, 1])]),
        Rule.On<Reverse>("reverse-broadcast", "a reversal of copies = the copies", Exact,
            n => n is (Reverse r, [(Broadcast b, [_]) x]) && r.Axes.Any(a => !b.Axes.Contains(a))
                ? Prim.Reverse(x, Dims.Of(r.Axes.Where(a => b.Axes.Contains(a)))) : null,
            () => [Prim.Reverse(Prim.Fill(S, [2, 3]), [0, 1]), Prim.Reverse(Prim.Broadcast(Row, [2, 3], [1]), [0, 1])]),
        Rule.On<Broadcast>("broadcast-idle", "a broadcast to the same shape = x", Exact,
            n => n is (Broadcast b, [var x]) && x.Shape == n.Shape && IsRange(b.Axes) ? x : null,
            () => [Prim.Broadcast(X, [2, 3], [0, 1])]),
        Rule.On<Broadcast>("broadcast-broadcast", "a broadcast of a broadcast is one", Exact,
            n => n is (Broadcast p, [(Broadcast q, [var x])]) ? Prim.Broadcast(x, p.To, p.Axes.At(q.Axes)) : null,
            () => [Prim.Broadcast(Prim.Broadcast(Row, [1, 3], [1]), [2, 3, 4], [0, 1]), Prim.Broadcast(Prim.Fill(S, [3]), [2, 3], [1])]),
        Rule.On<Broadcast>("broadcast-thin", "a broadcast that adds axes of size 1 alone is a reshape", Exact,
            n => n is (Broadcast b, [{ Type.Rank: > 0 } x]) && x.Type.Count == n.Type.Count && x.Shape != n.Shape && IsRising(b.Axes)
                && b.Axes.Select((a, i) => b.To[a] == x.Shape[i]).All(same => same) ? Prim.Reshape(x, b.To) : null,
            () => [Prim.Broadcast(Row, [1, 3], [1])]),
        Rule.On<Broadcast>("broadcast-reshape", "a broadcast of x with axes of size 1 put in is a broadcast of x", Exact, SkipThin,
            () => [Prim.Broadcast(Prim.Reshape(Row, [1, 3]), [2, 3], [0, 1]), Prim.Broadcast(Prim.Reshape(Row, [3, 1]), [3, 2], [0, 1])]),
    ];

    internal static bool IsRange(Dims d) => d == Dims.Range(0, d.Count);

    internal static bool IsRising(IEnumerable<int> axes) => axes.Zip(axes.Skip(1), (a, b) => a < b).All(rises => rises);

    private static Dims OnceIn(Dims a, Dims b) =>
        Dims.Of(a.Where(v => !b.Contains(v)).Concat(b.Where(v => !a.Contains(v))).Order());

    private static Expr? SkipThin(Expr n)
    {
        if (n is not (Broadcast b, [(Reshape r, [{ Type.Rank: > 0 } x])]) || x.Shape.Contains(1)) return null;
        var wide = Dims.Of(Enumerable.Range(0, r.To.Count).Where(i => r.To[i] != 1));
        return r.To.At(wide) == x.Shape ? Prim.Broadcast(x, b.To, b.Axes.At(wide)) : null;
    }
}
