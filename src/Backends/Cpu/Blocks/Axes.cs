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

    /// <summary>
    /// Merges the two innermost axes where the inner one is sixteen single-precision elements, which every operand walks on
    /// from one sixteen to the next, or repeats: that one's stride is then <see cref="Load.Band"/>.
    /// </summary>
    public static Axis[] Banded(Axis[] axes)
    {
        if (axes is not [.. var rest, var outer, { Size: 16 } inner] || outer.Class != inner.Class) return axes;
        var strides = outer.Strides.Zip(inner.Strides, (o, i) => o == i * 16 ? i : (o, i) == (0, 4) ? Load.Band : -1).ToArray();
        return strides.Contains(-1) || !strides.Contains(Load.Band) ? axes
            : [.. rest, outer with { Size = outer.Size * 16, Strides = strides }];
    }

    private static bool Continues(Axis outer, Axis inner) => outer.Class == inner.Class
        && Enumerable.Range(0, outer.Strides.Length).All(i => outer.Strides[i] == inner.Strides[i] * inner.Size);
}
