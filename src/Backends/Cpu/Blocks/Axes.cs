namespace MiniTorch.Backends.Cpu;

/// <summary>An axis of a loop: its length and each operand's stride along it.</summary>
/// <param name="Size">How many.</param>
/// <param name="Strides">In the operands' own units, one for each.</param>
/// <param name="Class">Axes of different classes never merge.</param>
internal sealed record Axis(long Size, long[] Strides, int Class = 0);

/// <summary>Lists of axes, outermost first.</summary>
internal static class Axes
{
    /// <summary>Drops axes of size 1 and merges neighbours that every operand walks as one.</summary>
    public static Axis[] Collapse(IEnumerable<Axis> axes)
    {
        var merged = new List<Axis>();
        foreach (var axis in axes.Where(a => a.Size != 1))
        {
            if (merged.Count > 0 && Continues(merged[^1], axis)) merged[^1] = axis with { Size = merged[^1].Size * axis.Size };
            else merged.Add(axis);
        }
        return [.. merged];
    }

    private static bool Continues(Axis outer, Axis inner) => outer.Class == inner.Class
        && Enumerable.Range(0, outer.Strides.Length).All(i => outer.Strides[i] == inner.Strides[i] * inner.Size);
}
