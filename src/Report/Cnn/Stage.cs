using MiniTorch.Ir;

namespace MiniTorch.Report;

/// <summary>A layer as the explainer shows it.</summary>
/// <param name="Name">Its label, or its name in the text form.</param>
/// <param name="Kind">What its anchor is; empty where its name alone tells.</param>
/// <param name="Anchor">Its first node: the convolution, the product, the windows.</param>
/// <param name="Node">Its last node, whose value is shown.</param>
/// <param name="IsResult">Whether the graph gives it.</param>
internal sealed record Stage(string Name, string Kind, Expr Anchor, Expr Node, bool IsResult)
{
    /// <summary>Name and kind.</summary>
    internal string Title => Kind.Length == 0 ? Name : $"{Name}: {Kind}";

    /// <summary>The kernels it slides, if it does.</summary>
    internal Expr? Kernels => Anchor.Op is Conv ? Anchor.Args[1] : null;

    /// <summary>What a reader calls it.</summary>
    internal static string KindOf(Expr anchor, Expr node) => anchor switch
    {
        { Op: Conv } => $"convolution, {anchor.Type.Rank - 2}-D",
        { Op: Dot } => "dense layer",
        { Op: WindowSum } => ReferenceEquals(anchor, node) ? "sum pooling" : "average pooling",
        { Op: Gather, Args: [_, { Op: WindowArgMax }] } => "max pooling",
        { Op: Gather } => "lookup",
        { Op: ReduceMax } => "maximum over axes",
        { Op: ReduceSum } => ReferenceEquals(anchor, node) ? "sum over axes" : "mean over axes",
        { Op: Concat } => "concatenation",
        { Op: Max } when IsRelu(anchor) && ReferenceEquals(anchor, node) => "ReLU",
        { Op: Add } when ReferenceEquals(anchor, node) => "sum",
        { Op: Add } when IsRelu(node) && ReferenceEquals(node.Args[0], anchor) => "sum, ReLU",
        { Op: Elementwise } => "",
        _ => anchor.Op.Mnemonic,
    };

    private static bool IsRelu(Expr e) => e is { Op: Max, Args: [_, var zero] } && IsZero(zero);

    private static bool IsZero(Expr e) => e is { Op: Constant { Value: { Type.Rank: 0 } value } } ? value.ToDoubles()[0] == 0
        : e.Op is Broadcast && IsZero(e.Args[0]);
}
