using LanguageExt;
using MiniTorch.Ir;

namespace MiniTorch.Frontend;

/// <summary>Where a kernel is anchored: how many cells lie before and after each axis.</summary>
/// <param name="Name">As printed.</param>
/// <param name="Of">(cells before, cells after) each axis, for the kernel's spread length along each.</param>
public sealed record Padding(string Name, Func<Dims, Either<IrError, (Dims Lo, Dims Hi)>> Of)
{
    /// <summary>No cells: the output is (H − k₁ + 1) × (W − k₂ + 1).</summary>
    public static readonly Padding Valid = Each("valid", _ => (0, 0));

    /// <summary>The lecture's convolution: as long as the input, anchored top-left, cells past the far edge.</summary>
    public static readonly Padding Same = Each("same", k => (0, k - 1));

    /// <summary>As long as the input, the kernel's middle over each cell.</summary>
    public static readonly Padding Centred = Each("centred", k => ((k - 1) / 2, k - 1 - (k - 1) / 2));

    /// <summary>As long as the input, the kernel ending at each cell: nothing depends on a later one.</summary>
    public static readonly Padding Causal = Each("causal", k => (k - 1, 0));

    /// <summary>A fixed number on both sides, for every axis or for each: <c>Zeros(1)</c>, <c>Zeros((1, 2))</c>.</summary>
    /// <remarks>Errors: extent.E1.</remarks>
    public static Padding Zeros(Extent count) =>
        new($"{count}", k => count.Along(k.Count, "padding").Map(c => (c, c)));

    /// <summary>Fixed numbers of cells before and after, for every axis or for each.</summary>
    /// <remarks>Errors: extent.E1.</remarks>
    public static Padding Sides(Extent before, Extent after) => new($"{before} before, {after} after", k =>
        from lo in before.Along(k.Count, "padding")
        from hi in after.Along(k.Count, "padding")
        select (lo, hi));

    /// <summary>As <see cref="Zeros"/>.</summary>
    public static implicit operator Padding(int count) => Zeros(count);

    /// <summary>As <see cref="Zeros"/>.</summary>
    public static implicit operator Padding((int Rows, int Columns) count) => Zeros(count);

    /// <summary>As <see cref="Zeros"/>.</summary>
    public static implicit operator Padding((int Planes, int Rows, int Columns) count) => Zeros(count);

    /// <summary>The window of each axis of a kernel.</summary>
    /// <remarks>Errors: extent.E1.</remarks>
    public Either<IrError, Arr<Window>> Windows(Dims kernel, Extent stride = default, Extent dilation = default) =>
        from s in stride.Or(1).Along(kernel.Count, "stride")
        from d in dilation.Or(1).Along(kernel.Count, "dilation")
        from cells in Of(kernel.Map((k, i) => (int)Window.Spread(k, d[i])))
        select new Arr<Window>(kernel.Select((_, i) => new Window(s[i], cells.Lo[i], cells.Hi[i], 1, d[i])));

    /// <inheritdoc/>
    public override string ToString() => Name;

    private static Padding Each(string name, Func<int, (int Lo, int Hi)> of) =>
        new(name, k => (k.Map((n, _) => of(n).Lo), k.Map((n, _) => of(n).Hi)));
}
