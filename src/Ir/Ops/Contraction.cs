using System.Collections.Immutable;
using LanguageExt;

namespace MiniTorch.Ir;

/// <summary>Sum over pairs of contracted axes, for each index of the batch pairs. Result: batch, left's free, right's free axes.</summary>
public sealed record Dot(Dims LeftContract, Dims RightContract, Dims LeftBatch, Dims RightBatch) : Op
{
    /// <inheritdoc/>
    public override string Mnemonic => "dot";
    /// <inheritdoc/>
    public override int Arity => 2;
    /// <inheritdoc/>
    public override IEnumerable<(string, string)> Attributes =>
        [("contract", Pairs(LeftContract, RightContract)),
         .. LeftBatch.Count == 0 ? [] : new[] { ("batch", Pairs(LeftBatch, RightBatch)) }];

    /// <summary>Left's axes that are neither contracted nor batch.</summary>
    public Dims LeftFree(int rank) => Dims.Range(0, rank).Without(LeftContract.Then(LeftBatch));

    /// <summary>Right's axes that are neither contracted nor batch.</summary>
    public Dims RightFree(int rank) => Dims.Range(0, rank).Without(RightContract.Then(RightBatch));

    /// <inheritdoc/>
    public override Inferred Infer(ImmutableArray<TensorType> a) =>
        Need(() => a[0].Element == a[1].Element && a[0].Element.IsNumber, "dot.D1",
            () => $"dot takes two operands of one number type, has {a[0]} and {a[1]}; cast one of them")
        .Need(() => LeftContract.Count == RightContract.Count && LeftBatch.Count == RightBatch.Count
                && AreAxes(LeftContract.Then(LeftBatch), a[0].Rank) && AreAxes(RightContract.Then(RightBatch), a[1].Rank),
            "dot.D2", () => $"contract and batch must pair distinct axes of {a[0]} and {a[1]}")
        .Need(() => a[0].Shape.At(LeftBatch) == a[1].Shape.At(RightBatch), "dot.D3",
            () => $"batch axes have sizes {a[0].Shape.At(LeftBatch)} and {a[1].Shape.At(RightBatch)}; make them equal")
        .Need(() => a[0].Shape.At(LeftContract) == a[1].Shape.At(RightContract), "dot.D4",
            () => $"left has {a[0].Shape.At(LeftContract)} to sum over, right {a[1].Shape.At(RightContract)}: "
                + $"{a[0]} · {a[1]}; make the contracted sizes equal")
        .Then(() => a[0].With(a[0].Shape.At(LeftBatch).Then(a[0].Shape.At(LeftFree(a[0].Rank)))
            .Then(a[1].Shape.At(RightFree(a[1].Rank)))));

    private static string Pairs(Dims l, Dims r) => $"[{string.Join(' ', l.Zip(r, (x, y) => $"{x}:{y}"))}]";

    /// <inheritdoc/>
    public override R Accept<TCases, R>(in TCases cases) => cases.Case(this);
}

/// <summary>
/// Cross-correlation over N spatial axes: y[n,o,p] = Σ x[n,i,p·s + k·d − lo] · w[o,i,k], in groups of channels.
/// Cells outside add nothing; where a kernel holds NaN or infinity a backend may add 0 · that, which is NaN.
/// Shape: x [N, C, …], w [O, C/Groups, k…], y [N, O, …].
/// </summary>
public sealed record Conv(Arr<Window> Windows, int Groups = 1) : Op
{
    /// <inheritdoc/>
    public override string Mnemonic => "conv";
    /// <inheritdoc/>
    public override int Arity => 2;
    /// <inheritdoc/>
    public override IEnumerable<(string, string)> Attributes =>
        [("window", $"[{string.Join(' ', Windows)}]"), .. Groups == 1 ? [] : new[] { ("groups", $"{Groups}") }];
    /// <inheritdoc/>
    public override Inferred Infer(ImmutableArray<TensorType> a) =>
        Need(() => a[0].Element == a[1].Element && a[0].Element.IsNumber, "conv.C1",
            () => $"conv takes input and kernel of one number type, has {a[0]} and {a[1]}; cast one of them")
        .Need(() => a[0].Rank == Windows.Count + 2 && a[1].Rank == a[0].Rank, "conv.C2",
            () => $"conv over {Windows.Count} spatial axes takes rank {Windows.Count + 2}, has input {a[0]} and kernel {a[1]}")
        .Need(() => Windowing.AreValid(Windows), "conv.C3", () => "strides and spreads must be 1 or more")
        .Need(() => Groups > 0 && (long)a[1][1] * Groups == a[0][1], "conv.C4",
            () => $"kernel takes {a[1][1]} × {Groups} channels, input has {a[0][1]}; "
                + $"make the kernel {a[1].With(a[1].Shape.Map((n, i) => i == 1 ? a[0][1] / Math.Max(Groups, 1) : n))}")
        .Need(() => a[1][0] % Groups == 0, "conv.C5",
            () => $"{a[1][0]} output channels do not split into {Groups} groups; take a multiple")
        .Need(() => Windowing.Fit(Windows, a[0].Shape, a[1].Shape, 2), "conv.C6",
            () => $"kernel {a[1]} is larger than the padded input {a[0]}; pad more or take a smaller kernel")
        .Then(() => a[0].With(Dims.Create([a[0][0], a[1][0]]).Then(Windowing.Sizes(Windows, a[0].Shape, a[1].Shape, 2))));
    /// <inheritdoc/>
    public override R Accept<TCases, R>(in TCases cases) => cases.Case(this);
    /// <summary>Equal when the windows are, one by one, and the groups.</summary>
    public bool Equals(Conv? other) =>
        other is not null && Groups == other.Groups && Windowing.Same(Windows, other.Windows);
    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Windowing.Hash(Windows), Groups);
}

/// <summary>What convolution and the sliding-window ops share: trailing spatial axes under windows.</summary>
internal static class Windowing
{
    // Arr's own equality first looks through every loaded assembly, a quarter of a second in a process that runs one graph
    internal static bool Same(Arr<Window> a, Arr<Window> b) => a.AsEnumerable().SequenceEqual(b.AsEnumerable());

    internal static int Hash(Arr<Window> windows) =>
        windows.AsEnumerable().Aggregate(17, (hash, w) => HashCode.Combine(hash, w));

    internal static bool AreValid(Arr<Window> windows) => windows.ForAll(w => w is { Stride: > 0, Base: > 0, Dilation: > 0 });

    internal static bool Fit(Arr<Window> windows, Dims x, Dims kernel, int lead) =>
        Enumerable.Range(0, windows.Count).All(i => kernel[lead + i] > 0
            && windows[i].Output(x[x.Count - windows.Count + i], kernel[lead + i]) is > 0 and <= int.MaxValue);

    internal static Dims Sizes(Arr<Window> windows, Dims x, Dims kernel, int lead) =>
        Dims.Of(Enumerable.Range(0, windows.Count)
            .Select(i => (int)windows[i].Output(x[x.Count - windows.Count + i], kernel[lead + i])));
}
