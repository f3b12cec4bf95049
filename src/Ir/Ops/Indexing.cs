using System.Collections.Immutable;

namespace MiniTorch.Ir;

/// <summary>
/// gather x i: y[b…, p…, r…] = x[b…, i[b…, p…], r…], 0 where the index is outside. The first Batch axes pair up.
/// Shape: x [b…, n, r…], i [b…, p…] → [b…, p…, r…]. Its transpose is <see cref="ScatterAdd"/>.
/// </summary>
public sealed record Gather(int Batch) : Op
{
    /// <inheritdoc/>
    public override string Mnemonic => "gather";
    /// <inheritdoc/>
    public override int Arity => 2;
    /// <inheritdoc/>
    public override IEnumerable<(string, string)> Attributes => Batch == 0 ? [] : [("batch", $"{Batch}")];
    /// <inheritdoc/>
    public override Inferred Infer(ImmutableArray<TensorType> a) =>
        Need(() => a[1].Element.Kind is ElementKind.I32 or ElementKind.I64, "gather.G1",
            () => $"the index is {a[1]}; cast it to i32 or i64")
        .Need(() => Batch >= 0 && Batch < a[0].Rank && Batch <= a[1].Rank
                && a[0].Shape.Slice(0, Batch) == a[1].Shape.Slice(0, Batch), "gather.G2",
            () => $"{a[0]} and index {a[1]} must agree on their first {Batch} axes, and {a[0]} have one more")
        .Then(() => a[0].With(a[1].Shape.Then(a[0].Shape.Slice(Batch + 1, a[0].Rank - Batch - 1))));
    /// <inheritdoc/>
    public override R Accept<TCases, R>(in TCases cases) => cases.Case(this);
}

/// <summary>
/// scatter_add u i: y[b…, i[b…, p…], r…] += u[b…, p…, r…] in row-major order, indices outside dropped.
/// Shape: u [b…, p…, r…], i [b…, p…] → [b…, Size, r…]. Its transpose is <see cref="Gather"/>.
/// </summary>
public sealed record ScatterAdd(int Batch, int Size) : Op
{
    /// <inheritdoc/>
    public override string Mnemonic => "scatter_add";
    /// <inheritdoc/>
    public override int Arity => 2;
    /// <inheritdoc/>
    public override IEnumerable<(string, string)> Attributes =>
        [.. Batch == 0 ? [] : new[] { ("batch", $"{Batch}") }, ("size", $"{Size}")];
    /// <inheritdoc/>
    public override Inferred Infer(ImmutableArray<TensorType> a) =>
        Need(() => a[1].Element.Kind is ElementKind.I32 or ElementKind.I64, "scatter.S1",
            () => $"the index is {a[1]}; cast it to i32 or i64")
        .Need(() => Batch >= 0 && Batch <= a[1].Rank && a[1].Rank <= a[0].Rank && Size >= 0
                && a[0].Shape.Slice(0, a[1].Rank) == a[1].Shape, "scatter.S2",
            () => $"update {a[0]} must begin with the shape of index {a[1]}, which has at least {Batch} batch axes")
        .Need(() => a[0].Element.IsNumber, "scatter.S3", () => $"scatter_add takes numbers, has {a[0]}; cast it")
        .Then(() => a[0].With(a[1].Shape.Slice(0, Batch).Then([Size])
            .Then(a[0].Shape.Slice(a[1].Rank, a[0].Rank - a[1].Rank))));
    /// <inheritdoc/>
    public override R Accept<TCases, R>(in TCases cases) => cases.Case(this);
}
