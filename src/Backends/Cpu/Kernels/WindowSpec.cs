namespace MiniTorch.Backends.Cpu.Kernels;

/// <summary>A window sliding over the spatial axes of contiguous [Outer, In...] data, to [Outer, Out...].</summary>
/// <remarks>Cell t of output p reads <c>p * Stride + t * Dilation - Lo</c> of the input spread by Base.</remarks>
internal sealed record WindowSpec(
    long Outer, int[] In, int[] Size, int[] Out, int[] Stride, int[] Lo, int[] Hi, int[] Base, int[] Dilation)
{
    /// <summary>Told of planes that are summed, or scattered to.</summary>
    internal Finish? Finish { get; init; }

    /// <summary>What each sum is multiplied by, as where it becomes an average.</summary>
    internal float Scale { get; init; } = 1;

    /// <summary>Where a byte of each element lies that becomes zero where it is zero, for <see cref="RepeatsRows"/>; or zero.</summary>
    internal nint Mask { get; init; }

    internal int InCells { get; } = In.Aggregate(1, (a, b) => a * b);

    internal int OutCells { get; } = Out.Aggregate(1, (a, b) => a * b);

    internal int SizeCells { get; } = Size.Aggregate(1, (a, b) => a * b);

    internal int Parts => Outer * (InCells + OutCells) < 1 << 15 ? 1 : (int)Math.Min(Outer, 8);

    /// <summary>One or two axes, unpadded, each window next to the last.</summary>
    internal bool Tiles { get; } = In.Length is 1 or 2 && Size[^1] <= WindowKernels.ColumnFloats
        && Enumerable.Range(0, In.Length).All(a =>
        Base[a] == 1 && Dilation[a] == 1 && Stride[a] == Size[a] && Lo[a] == 0 && Out[a] * Size[a] <= In[a]);

    /// <summary>One or two axes, each output cell under one input cell: the transpose of Tiles.</summary>
    internal bool Repeats { get; } = In.Length <= 2 && Enumerable.Range(0, In.Length).All(a =>
        Stride[a] == 1 && Dilation[a] == 1 && Base[a] == Size[a] && Lo[a] == Size[a] - 1);

    /// <summary>Repeats by whole vectors of a row.</summary>
    internal bool RepeatsRows =>
        Repeats && Out[^1] is >= WindowLines.Lanes and <= WindowKernels.ColumnFloats && Out[^1] <= In[^1] * Size[^1];

    /// <summary>
    /// Which cell of a row each of the outputs that repeat it repeats, over rows of outputs, where a vector holds the row; null
    /// elsewhere.
    /// </summary>
    internal int[]? Places { get; init; }

    /// <summary>The cells under each window, for the general way; null where they are too many.</summary>
    internal WindowCells? Cells { get; init; }

    /// <summary>The windows as lines, for maxima; null where they are not.</summary>
    internal WindowLines? Lines { get; init; }

    /// <summary>The windows that each cell may be the maximum of, for the way back; null where they are not.</summary>
    internal WindowCandidates? Candidates { get; init; }

    /// <summary>The same with its candidates.</summary>
    internal WindowSpec Backward() => this with { Candidates = WindowCandidates.Of(this) };

    /// <summary>The same with its lines.</summary>
    internal WindowSpec Lined() => WindowLines.Fits(this) ? this with { Lines = new(this) } : this;

    /// <summary>The same with its places; what they say of one row of outputs they say of all.</summary>
    internal WindowSpec Placed() => RepeatsRows && In[^1] <= WindowLines.Lanes && High <= WindowKernels.ColumnFloats / Out[^1]
        ? this with { Places = [.. Enumerable.Range(0, High * Out[^1]).Select(i => i % Out[^1] / Size[^1])] } : this;

    private int High => In.Length == 1 ? 1 : Size[0];

    /// <summary>The same with its cells listed.</summary>
    internal WindowSpec Listed() => (long)OutCells * SizeCells <= WindowCells.Most ? this with { Cells = new(this) } : this;
}
