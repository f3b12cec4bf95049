using System.Collections.Immutable;

namespace MiniTorch.Ir;

/// <summary>An op that moves elements and computes none.</summary>
public abstract record Movement : Op
{
    /// <inheritdoc/>
    public override int Arity => 1;
}

/// <summary>Repeats: operand axis i becomes axis Axes[i] of the result; size 1 and absent axes repeat.</summary>
public sealed record Broadcast(Dims To, Dims Axes) : Movement
{
    /// <inheritdoc/>
    public override string Mnemonic => "broadcast";
    /// <inheritdoc/>
    public override IEnumerable<(string, string)> Attributes => [("to", $"{To}"), ("axes", $"{Axes}")];
    /// <inheritdoc/>
    public override Inferred Infer(ImmutableArray<TensorType> a) =>
        Need(() => Axes.Count == a[0].Rank && AreAxes(Axes, To.Count), "broadcast.B1",
            () => $"axes {Axes} must name one axis of {To} for each axis of {a[0]}")
        .Need(() => Enumerable.Range(0, a[0].Rank).All(i => a[0][i] == 1 || a[0][i] == To[Axes[i]]), "broadcast.B2",
            () => $"{a[0]} does not repeat to {To} along axes {Axes}; a size must be 1 or equal")
        .Then(() => a[0].With(To));
    /// <inheritdoc/>
    public override R Accept<TCases, R>(in TCases cases) => cases.Case(this);
}

/// <summary>The same elements in row-major order under another shape.</summary>
public sealed record Reshape(Dims To) : Movement
{
    /// <inheritdoc/>
    public override string Mnemonic => "reshape";
    /// <inheritdoc/>
    public override IEnumerable<(string, string)> Attributes => [("to", $"{To}")];
    /// <inheritdoc/>
    public override Inferred Infer(ImmutableArray<TensorType> a) =>
        Need(() => ShapeRule.Fits(To) && To.Product == a[0].Count, "reshape.R1",
            () => $"{a[0]} has {a[0].Count} elements, {To} does not; make the sizes' product {a[0].Count}")
        .Then(() => a[0].With(To));
    /// <inheritdoc/>
    public override R Accept<TCases, R>(in TCases cases) => cases.Case(this);
}

/// <summary>Axis i of the result is axis Perm[i] of the operand.</summary>
public sealed record Transpose(Dims Perm) : Movement
{
    /// <inheritdoc/>
    public override string Mnemonic => "transpose";
    /// <inheritdoc/>
    public override IEnumerable<(string, string)> Attributes => [("perm", $"{Perm}")];
    /// <inheritdoc/>
    public override Inferred Infer(ImmutableArray<TensorType> a) =>
        Need(() => Perm.Count == a[0].Rank && AreAxes(Perm, a[0].Rank), "transpose.T1",
            () => $"perm {Perm} must name each axis of {a[0]} once")
        .Then(() => a[0].With(a[0].Shape.At(Perm)));
    /// <inheritdoc/>
    public override R Accept<TCases, R>(in TCases cases) => cases.Case(this);
}

/// <summary>Flips the order along axes: a 180° rotation of a kernel flips all its spatial axes.</summary>
public sealed record Reverse(Dims Axes) : Movement
{
    /// <inheritdoc/>
    public override string Mnemonic => "reverse";
    /// <inheritdoc/>
    public override IEnumerable<(string, string)> Attributes => [("axes", $"{Axes}")];
    /// <inheritdoc/>
    public override Inferred Infer(ImmutableArray<TensorType> a) =>
        Need(() => AreAxes(Axes, a[0].Rank), "reverse.R1", () => $"axes {Axes} must be distinct axes of {a[0]}")
        .Then(() => a[0]);
    /// <inheritdoc/>
    public override R Accept<TCases, R>(in TCases cases) => cases.Case(this);
}

/// <summary>pad x v: v between neighbours (Interior of them), Lo before and Hi after; negative Lo and Hi crop.</summary>
public sealed record Pad(Dims Lo, Dims Hi, Dims Interior) : Op
{
    /// <inheritdoc/>
    public override string Mnemonic => "pad";
    /// <inheritdoc/>
    public override int Arity => 2;
    /// <inheritdoc/>
    public override IEnumerable<(string, string)> Attributes =>
        [("lo", $"{Lo}"), ("hi", $"{Hi}"), .. Interior.All(i => i == 0) ? [] : new[] { ("interior", $"{Interior}") }];

    /// <summary>The padded length of axis i.</summary>
    public long Size(int n, int i) => Lo[i] + Hi[i] + Window.Spread(n, Interior[i] + 1L);

    /// <inheritdoc/>
    public override Inferred Infer(ImmutableArray<TensorType> a) =>
        Need(() => Lo.Count == a[0].Rank && Hi.Count == a[0].Rank && Interior.Count == a[0].Rank && Interior.All(i => i >= 0),
            "pad.P1", () => $"lo {Lo}, hi {Hi} and interior {Interior} need one value for each axis of {a[0]}, interior not below 0")
        .Need(() => a[1].Rank == 0 && a[1].Element == a[0].Element, "pad.P2",
            () => $"the padding value is {a[1]}; give a {a[0].Element} scalar")
        .Need(() => Enumerable.Range(0, a[0].Rank).All(i => Size(a[0][i], i) is >= 0 and <= int.MaxValue), "pad.P3",
            () => $"lo {Lo} and hi {Hi} crop more than {a[0]} has")
        .Then(() => a[0].With(a[0].Shape.Map((n, i) => (int)Size(n, i))));
    /// <inheritdoc/>
    public override R Accept<TCases, R>(in TCases cases) => cases.Case(this);
}

/// <summary>Elements Start, Start + Stride, … below Limit along each axis.</summary>
public sealed record Slice(Dims Start, Dims Limit, Dims Stride) : Movement
{
    /// <inheritdoc/>
    public override string Mnemonic => "slice";
    /// <inheritdoc/>
    public override IEnumerable<(string, string)> Attributes =>
        [("start", $"{Start}"), ("limit", $"{Limit}"), .. Stride.All(s => s == 1) ? [] : new[] { ("stride", $"{Stride}") }];
    /// <inheritdoc/>
    public override Inferred Infer(ImmutableArray<TensorType> a) =>
        Need(() => Start.Count == a[0].Rank && Limit.Count == a[0].Rank && Stride.Count == a[0].Rank, "slice.S1",
            () => $"start {Start}, limit {Limit} and stride {Stride} need one value for each axis of {a[0]}")
        .Need(() => Enumerable.Range(0, a[0].Rank).All(i =>
                0 <= Start[i] && Start[i] <= Limit[i] && Limit[i] <= a[0][i] && Stride[i] > 0), "slice.S2",
            () => $"start {Start}, limit {Limit}, stride {Stride} leave {a[0]}; keep 0 ≤ start ≤ limit ≤ size, stride above 0")
        .Then(() => a[0].With(a[0].Shape.Map((_, i) => (int)(((long)Limit[i] - Start[i] + Stride[i] - 1) / Stride[i]))));
    /// <inheritdoc/>
    public override R Accept<TCases, R>(in TCases cases) => cases.Case(this);
}

/// <summary>The operands one after the other along an axis.</summary>
public sealed record Concat(int Axis) : Op
{
    /// <inheritdoc/>
    public override string Mnemonic => "concat";
    /// <inheritdoc/>
    public override int Arity => -1;
    /// <inheritdoc/>
    public override IEnumerable<(string, string)> Attributes => [("axis", $"{Axis}")];
    /// <inheritdoc/>
    public override Inferred Infer(ImmutableArray<TensorType> a) =>
        Need(() => Axis >= 0 && Axis < a[0].Rank, "concat.C1", () => $"axis {Axis} is not one of {a[0]}")
        .Need(() => a.All(t => t.Element == a[0].Element && t.Shape.Without([Axis]) == a[0].Shape.Without([Axis])
                && t.Rank == a[0].Rank), "concat.C2",
            () => $"concat along axis {Axis} takes operands equal on every other axis, has {string.Join(" and ", a)}")
        .Need(() => a.Sum(t => (long)t[Axis]) <= int.MaxValue, "type.T1",
            () => $"the operands are {a.Sum(t => (long)t[Axis])} long along axis {Axis}; keep it to {int.MaxValue}")
        .Then(() => a[0].With(a[0].Shape.Map((n, i) => i == Axis ? a.Sum(t => t[i]) : n)));
    /// <inheritdoc/>
    public override R Accept<TCases, R>(in TCases cases) => cases.Case(this);
}
