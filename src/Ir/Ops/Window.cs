using System.Collections.Immutable;
using LanguageExt;

namespace MiniTorch.Ir;

/// <summary>An op over windows of the last Size.Count axes; the axes before them are a batch.</summary>
public abstract record Windowed(Dims Size, Arr<Window> Windows) : Op
{
    /// <inheritdoc/>
    public override int Arity => 1;
    /// <inheritdoc/>
    public override IEnumerable<(string, string)> Attributes =>
        [("size", $"{Size}"), ("window", $"[{string.Join(' ', Windows)}]")];

    /// <summary>The shape rule up to the element type.</summary>
    protected ShapeRule Rule(TensorType x) =>
        Need(() => x.Element.IsNumber, "window.W1", () => $"{Mnemonic} takes numbers, has {x}; cast it")
        .Need(() => Size.Count == Windows.Count && Size.Count <= x.Rank, "window.W2",
            () => $"size {Size} and its {Windows.Count} windows must cover the last axes of {x}")
        .Need(() => Windowing.AreValid(Windows), "window.W3", () => "strides and spreads must be 1 or more")
        .Need(() => Windowing.Fit(Windows, x.Shape, Size, 0), "window.W4",
            () => $"window {Size} is larger than the padded input {x}; pad more or take a smaller window");

    /// <summary>The shape of the result.</summary>
    protected Dims Result(TensorType x) =>
        x.Shape.Slice(0, x.Rank - Size.Count).Then(Windowing.Sizes(Windows, x.Shape, Size, 0));

    /// <summary>Equal when the ops are the same, the sizes, and the windows one by one.</summary>
    public virtual bool Equals(Windowed? other) => other is not null && EqualityContract == other.EqualityContract
        && Size == other.Size && Windowing.Same(Windows, other.Windows);
    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(EqualityContract, Size, Windowing.Hash(Windows));
}

/// <summary>y[p] = Σ over the window of x; zeros outside.</summary>
public sealed record WindowSum(Dims Size, Arr<Window> Windows) : Windowed(Size, Windows)
{
    /// <inheritdoc/>
    public override string Mnemonic => "window_sum";
    /// <inheritdoc/>
    public override Inferred Infer(ImmutableArray<TensorType> a) => Rule(a[0]).Then(() => a[0].With(Result(a[0])));
    /// <inheritdoc/>
    public override R Accept<TCases, R>(in TCases cases) => cases.Case(this);
}

/// <summary>
/// y[p] = row-major position, among x's spatial cells, of the window's largest; i32; the first of equals, the first NaN
/// before any number. Cells outside x never win; a window that has none inside gives −1.
/// </summary>
public sealed record WindowArgMax(Dims Size, Arr<Window> Windows) : Windowed(Size, Windows)
{
    /// <inheritdoc/>
    public override string Mnemonic => "window_argmax";
    /// <inheritdoc/>
    public override Inferred Infer(ImmutableArray<TensorType> a) =>
        Rule(a[0]).Then(() => new(ElementType.I32, Result(a[0])));
    /// <inheritdoc/>
    public override R Accept<TCases, R>(in TCases cases) => cases.Case(this);
}
