using System.Runtime.Intrinsics.X86;

namespace MiniTorch.Backends.Cpu.Kernels;

/// <summary>
/// Which windows of a row may have a cell as their maximum, for strips of sixteen cells of a row: one, or two neighbours, whether
/// they have it or not, since the position that a window names tells. It knows windows of at most twice their stride.
/// </summary>
internal sealed class WindowCandidates
{
    private const int Lanes = WindowLines.Lanes;

    private WindowCandidates(WindowLines.Axis across, WindowLines.Axis down)
    {
        (Across, Down, Each) = (across, down, across.Size > across.Stride || down.Size > down.Stride ? 2 : 1);
        Strips = [.. Enumerable.Range(0, (across.In + Lanes - 1) / Lanes).Select(i => Cut(Math.Min(i * Lanes, across.In - Lanes)))];
        Places = [.. Strips.SelectMany(s => Enumerable.Range(0, Each).SelectMany(k =>
            Enumerable.Range(0, Lanes).Select(lane => First(s.Cell + lane) + k - s.Window)))];
    }

    /// <summary>The axis of a row, and that of rows.</summary>
    public WindowLines.Axis Across { get; }

    /// <inheritdoc cref="Across"/>
    public WindowLines.Axis Down { get; }

    /// <summary>Windows of a row that may have a cell.</summary>
    public int Each { get; }

    /// <summary>The strips of a row; the last begins earlier.</summary>
    public Strip[] Strips { get; }

    /// <summary>For each strip and candidate, where each lane's window is among the strip's.</summary>
    public int[] Places { get; }

    /// <summary>Those of windows that are not spread, where asking them takes less than adding one by one; null elsewhere.</summary>
    public static WindowCandidates? Of(WindowSpec s)
    {
        WindowLines.Axis across = WindowLines.Axis.Of(s, s.In.Length - 1), down = WindowLines.Axis.Of(s, s.In.Length - 2);
        bool near = s.In.Length <= 2 && Enumerable.Range(0, s.In.Length).All(a =>
            s.Base[a] == 1 && s.Dilation[a] == 1 && s.Size[a] <= 2 * s.Stride[a]);
        if (!Avx512F.IsSupported || !near || across.In < Lanes || 2 * across.Out < Lanes || s.OutCells < Lanes) return null;
        var all = new WindowCandidates(across, down);
        return all.Each * all.Each * s.InCells <= Lanes * s.OutCells && all.Places.All(p => p < Lanes) ? all : null;
    }

    private Strip Cut(int cell)
    {
        int window = Math.Max(0, Math.Min(First(cell), Across.Out - Lanes));
        return new(cell, window, Math.Max(0, window + Lanes - Across.Out));
    }

    private int First(int cell) => Math.Min(Across.Over(cell).From, Across.Out - Each);

    /// <summary>Sixteen cells and windows of a row from the first; in the last row it reads so many windows earlier.</summary>
    internal readonly record struct Strip(int Cell, int Window, int Back);
}
