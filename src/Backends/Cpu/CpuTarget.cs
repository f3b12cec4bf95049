using System.Collections.Immutable;
using MiniTorch.Ir;
using MiniTorch.Passes.Planning;
using MiniTorch.Passes.Rewrite;
using Movement = MiniTorch.Ir.Movement;

namespace MiniTorch.Backends.Cpu;

/// <summary>What the planner must know of a processor: which ops read views, which loops fuse, and working memory.</summary>
/// <param name="threads">The size of the team; 0 for all processors.</param>
public sealed class CpuTarget(int threads = 0) : IPlanTarget
{
    private readonly int threads = threads > 0 ? threads : Environment.ProcessorCount;

    /// <inheritdoc/>
    public bool ReadsView(Expr user, int operand) =>
        user.Op is Elementwise or Conv or Dot or Reduction or Movement or Concat || (user.Op is Pad && operand == 0);

    /// <inheritdoc/>
    public bool Fuses(Expr user, int operand) =>
        user.Op is Elementwise or Reduction && user.Args[operand].Op is not Iota;

    /// <inheritdoc/>
    public bool Finishes(Expr node) => node.Type.Element == ElementType.F32 && node.Type.Count > 0 && node.Op switch
    {
        Dot d => node.Args[0].Shape.At(d.LeftContract).Product > 0,
        Conv => node.Args[0].Shape[1] > 0,
        WindowSum w => w.Size.Count > 0 && node.Args[0].Type.Count > 0,
        _ => false,
    };

    /// <inheritdoc/>
    public bool KeepsApart(Expr node) => node.Op is Dot dot && Dots.KeepsApart(dot, node);

    /// <inheritdoc/>
    public bool StoresSeveral => true;

    /// <inheritdoc/>
    public bool JoinsLoops => true;

    /// <inheritdoc/>
    public bool ComputesToo(Expr user, Expr operand) => Windows.AreMaxima(user, operand);

    /// <inheritdoc/>
    public bool GoesByRows(Expr node) => node.Op switch
    {
        Reduction r => node.Type.Element == ElementType.F32
            && (RowPlan.Fits(node.Args[0].Shape, r.Axes) || RowPlan.FitsAcross(node.Args[0].Shape, r.Axes)),
        Elementwise => node.Type.Element.Kind is ElementKind.F32 or ElementKind.I32 or ElementKind.Pred
            && node.Args.All(a => a.Type.Element.Kind is ElementKind.F32 or ElementKind.I32 or ElementKind.Pred),
        Broadcast => node.Type.Element == ElementType.F32,
        _ => false,
    };

    /// <inheritdoc/>
    public bool Blocked(Expr conv, bool reads) => Convs.Saved(conv, reads) is not null;

    /// <inheritdoc/>
    public bool ReadsGroups(Expr conv, View view) => Convs.ReadsGroups(conv, view);

    /// <inheritdoc/>
    public long? GoesOn(Step first, Step next) => !TellsPlanes(first) ? null
        : first.Anchor!.Op is Conv && Windows.AreOverPlanes(next, first.Root) ? 0 : ChannelSums.Bytes(next, first.Root);

    /// <inheritdoc/>
    public long? Holds(Step step) => step.Anchor is { Op: Conv op, Type.Count: > 0 } conv
        ? Convs.Held(op, conv.Type, step.Read(conv.Args[0]), step.Read(conv.Args[1]), threads) : null;

    private bool TellsPlanes(Step step) => step.Root.Type.Element == ElementType.F32 && step.Anchor switch
    {
        { Op: Conv op, Type.Element.Kind: ElementKind.F32 } conv => !Step.StoresBlocks(step.Body)
            && Convs.TellsPlanes(op, conv.Type, step.Read(conv.Args[0]), step.Read(conv.Args[1])),
        { Op: WindowSum w } sum => w.Size.Count == sum.Type.Rank - 2 && Finishes(sum) && sum.Type.Count > 0,
        { Op: ScatterAdd } scatter => Windows.AreUpdates(scatter) is not null,
        var _ => false,
    };

    /// <inheritdoc/>
    public Graph Prepare(Graph graph) =>
        Layouts.For(new LayoutCosts()).Run(Reciprocals.Of(Logistic.Of(graph))).IfLeft(graph);

    /// <inheritdoc/>
    public long Scratch(ImmutableArray<Expr> body, ImmutableArray<Operand> operands)
    {
        if (Step.GoesByRows(body)) return RowPlan.ScratchBytes(body);
        var root = Step.AnchorOf(body) ?? body[^1];
        Operand Of(int i) => operands.First(o => ReferenceEquals(o.Node, root.Args[i]));
        return root.Op switch
        {
            Dot dot => Dots.ScratchBytes(dot, root, root != body[^1], Of(0), Of(1), threads),
            Conv conv => Convs.ScratchBytes(conv, root.Type, Of(0), Of(1), Step.StoresBlocks(body), threads),
            Reduction => FoldPlan.ScratchBytes(root, root.Args[0].Type),
            var _ => 0,
        };
    }

    /// <inheritdoc/>
    public Estimate Estimate(ImmutableArray<Expr> body, ImmutableArray<Operand> operands) => Estimates.Of(body, operands);
}

/// <summary>What a processor gains by blocks of sixteen channels.</summary>
internal sealed class LayoutCosts : ILayoutCosts
{
    /// <inheritdoc/>
    public bool Takes(Expr conv, bool reads) => Convs.Saved(conv, reads) is not null;

    /// <inheritdoc/>
    public double Saved(Expr conv, bool reads) => Convs.Saved(conv, reads) ?? 0;

    /// <inheritdoc/>
    public double Conversion(TensorType value) => Rates.Region + Rates.Moving(2 * value.Bytes, 2 * value.Bytes);
}
