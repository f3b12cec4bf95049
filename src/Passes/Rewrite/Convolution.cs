using LanguageExt;
using MiniTorch.Ir;
using static MiniTorch.Passes.Rewrite.Sample;
using static MiniTorch.Passes.Rewrite.Soundness;

namespace MiniTorch.Passes.Rewrite;

/// <summary>Padding, spreading and cropping around a window belong to the window.</summary>
public static class Convolution
{
    /// <summary>Convolutions and window sums over what was padded or cut.</summary>
    public static readonly IReadOnlyList<Rule> Rules =
    [
        Rule.On<Conv>("conv-pad", "conv(pad x 0, w) pads in its window", Real, n =>
            n is (Conv c, [(Pad p, [var x, var v]), var w]) && Known.Is(v, 0) && Windows(c.Windows, p, x) is { } windows
                ? Prim.Conv(x, w, windows, c.Groups) : null,
            () =>
            [
                Prim.Conv(Padded([1, 2], [0, 1], [0, 0]), Kernels, [new(2, 1, 0), new(1, 0, -1)]),
                Prim.Conv(Padded([-1, 0], [2, -1], [0, 2]), Kernels, [new(1, 0, 0, 2), new(1, -1, 0)]),
            ]),
        Rule.On<Conv>("conv-slice", "conv(slice x, w) crops in its window", Exact, n =>
            n is (Conv c, [(Slice s, [var x]), var w]) && Windows(c.Windows, s, x) is { } windows
                ? Prim.Conv(x, w, windows, c.Groups) : null,
            () => [Prim.Conv(Prim.Slice(Images, [0, 0, 1, 0], [2, 2, 5, 4], [1, 1, 1, 1]), Kernels, [new(1, 0, 1), new(2, 1, 0, 2)])]),
        Rule.On<Conv>("conv-spread-kernel", "conv(x, w spread with 0) dilates in its window", Real, n =>
            n is (Conv c, [var x, (Pad p, [var w, var v])]) && Known.Is(v, 0) && Dilated(c.Windows, p, w) is { } windows
                ? Prim.Conv(x, w, windows, c.Groups) : null,
            () => [Prim.Conv(Images, Prim.Pad(Kernels, Prim.Like(Kernels, 0), Zeros, Zeros, [0, 0, 1, 2]), [new(1, 1), Window.Unit])]),
        Rule.On<WindowSum>("window-sum-pad", "window_sum(pad x 0) pads in its window", Real, n =>
            n is (WindowSum s, [(Pad p, [var x, var v])]) && Known.Is(v, 0) && Windows(s.Windows, p, x) is { } windows
                ? Prim.WindowSum(x, s.Size, windows) : null,
            () => [Prim.WindowSum(Padded([1, 0], [0, 2], [1, 0]), [2, 2], [new(2), Window.Unit])]),
        Rule.On<WindowSum>("window-sum-slice", "window_sum(slice x) crops in its window", Exact, n =>
            n is (WindowSum s, [(Slice cut, [var x])]) && Windows(s.Windows, cut, x) is { } windows
                ? Prim.WindowSum(x, s.Size, windows) : null,
            () => [Prim.WindowSum(Prim.Slice(Images, [0, 0, 1, 0], [2, 2, 5, 4], [1, 1, 1, 1]), [2, 2], [new(2), Window.Unit])]),
    ];

    private static Dims Zeros => Dims.Repeat(0, 4);

    private static Expr Padded(Dims lo, Dims hi, Dims interior) =>
        Prim.Pad(Images, Prim.Like(Images, 0), Dims.Repeat(0, 2).Then(lo), Dims.Repeat(0, 2).Then(hi), Dims.Repeat(0, 2).Then(interior));

    private static Arr<Window>? Windows(Arr<Window> windows, Pad p, Expr x)
    {
        var lead = x.Type.Rank - windows.Count;
        if (Enumerable.Range(0, lead).Any(i => p.Lo[i] != 0 || p.Hi[i] != 0 || p.Interior[i] != 0)) return null;
        return Each(windows, (w, i) => Around(w, x.Shape[lead + i], p.Lo[lead + i], p.Hi[lead + i], p.Interior[lead + i]));
    }

    private static Arr<Window>? Windows(Arr<Window> windows, Slice s, Expr x)
    {
        var lead = x.Type.Rank - windows.Count;
        if (Enumerable.Range(0, x.Type.Rank).Any(i => s.Stride[i] != 1)
            || Enumerable.Range(0, lead).Any(i => s.Start[i] != 0 || s.Limit[i] != x.Shape[i])) return null;
        return Each(windows, (w, i) =>
            Around(w, x.Shape[lead + i], -s.Start[lead + i], s.Limit[lead + i] - x.Shape[lead + i], 0));
    }

    private static Arr<Window>? Dilated(Arr<Window> windows, Pad p, Expr w)
    {
        if (p.Lo.Any(v => v != 0) || p.Hi.Any(v => v != 0) || p.Interior[0] != 0 || p.Interior[1] != 0) return null;
        return Each(windows, (v, i) => w.Shape[2 + i] == 0 ? null : v with { Dilation = v.Dilation * (p.Interior[2 + i] + 1) });
    }

    /// <summary>The null is typed, since a bare one would become an empty Arr.</summary>
    private static Arr<Window>? Each(Arr<Window> windows, Func<Window, int, Window?> f)
    {
        var all = windows.Select((w, i) => f(w, i)).ToList();
        return all.All(w => w is not null) ? new Arr<Window>(all.Select(w => w!.Value)) : (Arr<Window>?)null;
    }

    /// <summary>
    /// The window over n cells that sees what it saw over them padded: Lo + lo·Base, Hi + hi·Base, Base·(interior + 1).
    /// Not where the padding crops what the window would fill with zeros, nor past the other end.
    /// </summary>
    private static Window? Around(Window w, int n, int lo, int hi, int interior)
    {
        var spread = Window.Spread(n, w.Base * (interior + 1L));
        if (n == 0 || lo + hi + Window.Spread(n, interior + 1L) <= 0 || (lo < 0 && w.Lo > 0) || (hi < 0 && w.Hi > 0)) return null;
        var (low, high) = (w.Lo + (long)lo * w.Base, w.Hi + (long)hi * w.Base);
        return Math.Min(low, high) > -spread && Math.Max(Math.Max(low, high), spread) < int.MaxValue
            ? w with { Lo = (int)low, Hi = (int)high, Base = w.Base * (interior + 1) } : null;
    }
}
