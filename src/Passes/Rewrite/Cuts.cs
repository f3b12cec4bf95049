using MiniTorch.Ir;
using static MiniTorch.Passes.Rewrite.Sample;
using static MiniTorch.Passes.Rewrite.Soundness;

namespace MiniTorch.Passes.Rewrite;

/// <summary>Laws of slices, padding and concatenation.</summary>
public static class Cuts
{
    /// <summary>What is cut twice is cut once; what is put on and cut off again was never there.</summary>
    public static readonly IReadOnlyList<Rule> Rules =
    [
        Rule.On<Slice>("slice-idle", "a slice of everything = x", Exact,
            n => n.Shape == n.Args[0].Shape ? n.Args[0] : null, () => [Prim.Slice(X, [0, 0], [2, 3], [1, 1])]),
        Rule.On<Slice>("slice-slice", "a slice of a slice is one", Exact, Twice,
            () => [Prim.Slice(Prim.Slice(X3, [0, 1, 0], [2, 3, 4], [1, 1, 2]), [1, 1, 0], [2, 2, 2], [1, 1, 1])]),
        Rule.On<Slice>("slice-scalar", "a slice of a repeated scalar repeats it", Exact,
            n => n is (Slice, [(Broadcast, [{ Type.Rank: 0 } s])]) ? Prim.Fill(s, n.Shape) : null,
            () => [Prim.Slice(Prim.Fill(S, [4, 5]), [1, 0], [4, 5], [2, 3])]),
        Rule.On<Slice>("slice-concat", "a slice within one part is a slice of that part", Exact, Within,
            () =>
            [
                Prim.Slice(Prim.Concat(1, X, Y), [0, 3], [2, 6], [1, 1]), Prim.Slice(Prim.Concat(1, X, Y), [0, 1], [2, 3], [1, 1]),
                Prim.Slice(Prim.Concat(0, X, Y), [2, 0], [4, 3], [1, 2]),
            ]),
        Rule.On<Slice>("slice-moved", "a slice of a concatenation whose axes are permuted, or of size 1 more or fewer, is a slice moved so",
            Exact, OfMoved,
            () =>
            [
                Prim.Slice(Prim.Transpose(Prim.Concat(1, X, Y), [1, 0]), [3, 0], [6, 2], [1, 1]),
                Prim.Slice(Prim.Reshape(Prim.Concat(0, X, Y), [1, 4, 1, 3]), [0, 2, 0, 0], [1, 4, 1, 3], [1, 1, 1, 2]),
            ]),
        Rule.On<Pad>("pad-idle", "padding of nothing = x", Exact,
            n => n is (Pad p, [var x, _]) && All(x, i => p.Lo[i] == 0 && p.Hi[i] == 0 && (p.Interior[i] == 0 || x.Shape[i] < 2)) ? x : null,
            () => [Prim.Pad(X, S, [0, 0], [0, 0], [0, 0])]),
        Rule.On<Pad>("pad-crop", "padding that crops alone is a slice", Exact,
            n => n is (Pad p, [var x, _]) && All(x, i => p.Lo[i] <= 0 && p.Hi[i] <= 0 && p.Interior[i] == 0)
                ? Prim.Slice(x, p.Lo.Map((l, _) => -l), x.Shape.Map((s, i) => s + p.Hi[i]), Dims.Repeat(1, x.Type.Rank)) : null,
            () => [Prim.Pad(X, S, [-1, 0], [0, -2], [0, 0])]),
        Rule.On<Pad>("pad-pad", "padding of padding with one value is one", Exact, PadTwice,
            () =>
            [
                Prim.Pad(Prim.Pad(X, S, [1, 0], [2, 1], [0, 1]), S, [2, 1], [0, 0], [0, 0]),
                Prim.Pad(Prim.Pad(X, Prim.Like(X, 0), [1, 2], [2, 1], [0, 0]), Prim.Like(X, 0), [-1, 1], [1, -1], [0, 0]),
            ]),
        Rule.On<Pad>("pad-scalar", "padding of a repeated scalar with itself repeats it", Exact,
            n => n is (Pad, [(Broadcast, [{ Type.Rank: 0 } s]), var v]) && Known.Same(s, v) ? Prim.Fill(s, n.Shape) : null,
            () => [Prim.Pad(Prim.Fill(S, [2, 3]), S, [1, 0], [0, 2], [1, 0])]),
        Rule.On<Transpose>("transpose-pad", "a transpose of padding is padding of a transpose", Exact,
            n => n is (Transpose t, [(Pad p, [var x, var v])])
                ? Prim.Pad(Prim.Transpose(x, t.Perm), v, p.Lo.At(t.Perm), p.Hi.At(t.Perm), p.Interior.At(t.Perm)) : null,
            () => [Prim.Transpose(Prim.Pad(X, S, [1, -1], [2, 1], [0, 1]), [1, 0])]),
        Rule.On<Concat>("concat-one", "a concatenation of one = x", Exact,
            n => n.Args.Length == 1 ? n.Args[0] : null, () => [Prim.Concat(0, X)]),
        Rule.On<Concat>("concat-empty", "parts of size 0 do not count", Exact,
            n => n.Op is Concat c && n.Args.Any(a => a.Shape[c.Axis] == 0) && n.Args.Any(a => a.Shape[c.Axis] > 0)
                ? Prim.Concat(c.Axis, [.. n.Args.Where(a => a.Shape[c.Axis] > 0)]) : null,
            () => [Prim.Concat(0, X, Prim.Slice(Y, [0, 0], [0, 3], [1, 1]))]),
        Rule.On<Concat>("concat-concat", "a concatenation of concatenations is one", Exact,
            n => n.Op is Concat c && n.Args.Any(a => a.Op.Equals(c))
                ? Prim.Concat(c.Axis, [.. n.Args.SelectMany(a => a.Op.Equals(c) ? a.Args : [a])]) : null,
            () => [Prim.Concat(1, Prim.Concat(1, X, Y), X)]),
    ];

    private static bool All(Expr x, Func<int, bool> holds) => Enumerable.Range(0, x.Type.Rank).All(holds);

    private static Expr? Twice(Expr n)
    {
        if (n is not (Slice q, [(Slice p, [var x])])) return null;
        var start = n.Shape.Map((s, i) => s == 0 ? 0 : p.Start[i] + q.Start[i] * p.Stride[i]);
        var stride = n.Shape.Map((s, i) => s < 2 ? 1 : p.Stride[i] * q.Stride[i]);
        return Prim.Slice(x, start, n.Shape.Map((s, i) => s == 0 ? 0 : start[i] + (s - 1) * stride[i] + 1), stride);
    }

    private static Expr? Within(Expr n)
    {
        if (n is not (Slice s, [{ Op: Concat c } whole]) || n.Shape[c.Axis] == 0) return null;
        var from = 0;
        foreach (var part in whole.Args)
        {
            var to = from + part.Shape[c.Axis];
            if (from <= s.Start[c.Axis] && s.Limit[c.Axis] <= to)
                return Prim.Slice(part, Moved(s.Start, c.Axis, from), Moved(s.Limit, c.Axis, from), s.Stride);
            from = to;
        }
        return null;
    }

    /// <summary>A slice of what only moves a concatenation: a movement of its slice.</summary>
    private static Expr? OfMoved(Expr n)
    {
        if (n is not (Slice s, [var moved]) || n.Type.Count == 0 || Sources(moved) is not { } from || !Joined(moved.Args[0])) return null;
        var x = moved.Args[0];
        Dims At(Dims given, int other) => x.Shape.Map((_, axis) => from.IndexOf(axis) is >= 0 and var i ? given[i] : other);
        var part = Prim.Slice(x, At(s.Start, 0), At(s.Limit, 1), At(s.Stride, 1));
        return moved.Op is Transpose t ? Prim.Transpose(part, t.Perm) : Prim.Reshape(part, n.Shape);
    }

    private static bool Joined(Expr x)
    {
        while (Sources(x) is not null) x = x.Args[0];
        return x.Op is Concat;
    }

    /// <summary>For each axis of a transpose, or of a reshape by axes of size 1, the operand's, −1 for none; null elsewhere.</summary>
    private static List<int>? Sources(Expr n)
    {
        if (n.Op is Transpose t) return [.. t.Perm];
        if (n is not (Reshape, [var x]) || !Wide(n).Select(i => n.Shape[i]).SequenceEqual(Wide(x).Select(i => x.Shape[i]))) return null;
        var wide = new Queue<int>(Wide(x));
        return [.. n.Shape.Select(size => size == 1 ? -1 : wide.Dequeue())];
    }

    private static IEnumerable<int> Wide(Expr x) => Enumerable.Range(0, x.Type.Rank).Where(i => x.Shape[i] != 1);

    private static Dims Moved(Dims d, int axis, int by) => d.Map((v, i) => i == axis ? v - by : v);

    /// <summary>Not where the first crops what the second would put back, nor where a crop takes more than there was.</summary>
    private static Expr? PadTwice(Expr n)
    {
        if (n is not (Pad q, [(Pad p, [var x, var v]), var w]) || !Known.Same(v, w)) return null;
        var (lo, hi) = (p.Lo.Map((l, i) => l + q.Lo[i]), p.Hi.Map((h, i) => h + q.Hi[i]));
        return All(x, i => q.Interior[i] == 0 && (p.Lo[i] >= 0 || q.Lo[i] <= 0) && (p.Hi[i] >= 0 || q.Hi[i] <= 0)
            && Math.Min(lo[i], hi[i]) >= -Window.Spread(x.Shape[i], p.Interior[i] + 1L))
            ? Prim.Pad(x, v, lo, hi, p.Interior) : null;
    }
}
