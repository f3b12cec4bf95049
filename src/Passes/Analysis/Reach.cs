using System.Collections.Immutable;
using LanguageExt;
using MiniTorch.Ir;
using MiniTorch.Passes.Evaluation;

namespace MiniTorch.Passes.Analysis;

/// <summary>For each axis of each operand of a node: the places that one element of the result reads.</summary>
internal readonly struct Reach(Expr node) : IOpCases<ImmutableArray<ImmutableArray<Span>>>
{
    private int Rank => node.Type.Rank;

    /// <summary>The reach of a node into its operands.</summary>
    internal static ImmutableArray<ImmutableArray<Span>> Of(Expr node) =>
        node.Op.Accept<Reach, ImmutableArray<ImmutableArray<Span>>>(new Reach(node));

    // an axis of size 1 has one place, wherever the element is
    private static ImmutableArray<Span> Axes(Expr operand, int rank, Func<int, Span> span) =>
        [.. Enumerable.Range(0, operand.Type.Rank).Select(i => operand.Shape[i] == 1 ? Span.Whole(rank, 1) : span(i))];

    private ImmutableArray<ImmutableArray<Span>> One(Func<int, Span> span) => [Axes(node.Args[0], Rank, span)];

    private ImmutableArray<ImmutableArray<Span>> Each()
    {
        var rank = Rank;
        return [.. node.Args.Select(a => Axes(a, rank, i => Span.Same(rank, i)))];
    }

    private ImmutableArray<ImmutableArray<Span>> Without(Dims axes)
    {
        var (rank, x) = (Rank, node.Args[0]);
        var kept = Dims.Range(0, x.Type.Rank).Without(axes);
        return One(i => axes.Contains(i) ? Span.Whole(rank, x.Shape[i]) : Span.Same(rank, kept.IndexOf(i)));
    }

#pragma warning disable CS1591 // a line an op
    public ImmutableArray<ImmutableArray<Span>> Case(Input op) => [];
    public ImmutableArray<ImmutableArray<Span>> Case(Constant op) => [];
    public ImmutableArray<ImmutableArray<Span>> Case(Iota op) => [];
    public ImmutableArray<ImmutableArray<Span>> Case(Neg op) => Each();
    public ImmutableArray<ImmutableArray<Span>> Case(Abs op) => Each();
    public ImmutableArray<ImmutableArray<Span>> Case(Sign op) => Each();
    public ImmutableArray<ImmutableArray<Span>> Case(Exp op) => Each();
    public ImmutableArray<ImmutableArray<Span>> Case(Log op) => Each();
    public ImmutableArray<ImmutableArray<Span>> Case(Sqrt op) => Each();
    public ImmutableArray<ImmutableArray<Span>> Case(Tanh op) => Each();
    public ImmutableArray<ImmutableArray<Span>> Case(Sin op) => Each();
    public ImmutableArray<ImmutableArray<Span>> Case(Cos op) => Each();
    public ImmutableArray<ImmutableArray<Span>> Case(Erf op) => Each();
    public ImmutableArray<ImmutableArray<Span>> Case(Floor op) => Each();
    public ImmutableArray<ImmutableArray<Span>> Case(Not op) => Each();
    public ImmutableArray<ImmutableArray<Span>> Case(StopGradient op) => Each();
    public ImmutableArray<ImmutableArray<Span>> Case(Cast op) => Each();
    public ImmutableArray<ImmutableArray<Span>> Case(Add op) => Each();
    public ImmutableArray<ImmutableArray<Span>> Case(Sub op) => Each();
    public ImmutableArray<ImmutableArray<Span>> Case(Mul op) => Each();
    public ImmutableArray<ImmutableArray<Span>> Case(Div op) => Each();
    public ImmutableArray<ImmutableArray<Span>> Case(Pow op) => Each();
    public ImmutableArray<ImmutableArray<Span>> Case(Max op) => Each();
    public ImmutableArray<ImmutableArray<Span>> Case(Min op) => Each();
    public ImmutableArray<ImmutableArray<Span>> Case(And op) => Each();
    public ImmutableArray<ImmutableArray<Span>> Case(Or op) => Each();
    public ImmutableArray<ImmutableArray<Span>> Case(Xor op) => Each();
    public ImmutableArray<ImmutableArray<Span>> Case(Eq op) => Each();
    public ImmutableArray<ImmutableArray<Span>> Case(Ne op) => Each();
    public ImmutableArray<ImmutableArray<Span>> Case(Lt op) => Each();
    public ImmutableArray<ImmutableArray<Span>> Case(Le op) => Each();
    public ImmutableArray<ImmutableArray<Span>> Case(Gt op) => Each();
    public ImmutableArray<ImmutableArray<Span>> Case(Ge op) => Each();
    public ImmutableArray<ImmutableArray<Span>> Case(Select op) => Each();
    public ImmutableArray<ImmutableArray<Span>> Case(RandomBits op) => Each();
    public ImmutableArray<ImmutableArray<Span>> Case(ReduceSum op) => Without(op.Axes);
    public ImmutableArray<ImmutableArray<Span>> Case(ReduceMax op) => Without(op.Axes);
    public ImmutableArray<ImmutableArray<Span>> Case(ReduceMin op) => Without(op.Axes);
    public ImmutableArray<ImmutableArray<Span>> Case(ReduceProd op) => Without(op.Axes);
    public ImmutableArray<ImmutableArray<Span>> Case(ArgMax op) => Without([op.Axis]);
    public ImmutableArray<ImmutableArray<Span>> Case(Reshape op) => [ReshapeReach.Of(node.Args[0].Shape, op.To)];
    public ImmutableArray<ImmutableArray<Span>> Case(WindowSum op) => [Windowed(node.Args[0], op, Rank)];
    public ImmutableArray<ImmutableArray<Span>> Case(WindowArgMax op) => [Windowed(node.Args[0], op, Rank)];

    public ImmutableArray<ImmutableArray<Span>> Case(Broadcast op)
    {
        var rank = Rank;
        return One(i => Span.Same(rank, op.Axes[i]));
    }

    public ImmutableArray<ImmutableArray<Span>> Case(Transpose op)
    {
        var rank = Rank;
        return One(i => Span.Same(rank, op.Perm.IndexOf(i)));
    }

    public ImmutableArray<ImmutableArray<Span>> Case(Reverse op)
    {
        var (rank, x) = (Rank, node.Args[0].Shape);
        return One(i => op.Axes.Contains(i) ? Span.Of(rank, i, -Rational.One, x[i] - 1, x[i] - 1) : Span.Same(rank, i));
    }

    public ImmutableArray<ImmutableArray<Span>> Case(Slice op)
    {
        var rank = Rank;
        return One(i => Span.Of(rank, i, op.Stride[i], op.Start[i], op.Start[i]));
    }

    public ImmutableArray<ImmutableArray<Span>> Case(Pad op)
    {
        var rank = Rank;
        return [.. One(i => Divided(rank, i, 1, -op.Lo[i], -op.Lo[i], op.Interior[i] + 1L)), []];
    }

    public ImmutableArray<ImmutableArray<Span>> Case(Concat op)
    {
        var (rank, before, parts) = (Rank, 0, ImmutableArray.CreateBuilder<ImmutableArray<Span>>(node.Args.Length));
        foreach (var part in node.Args)
        {
            var shift = -before;
            parts.Add([.. Enumerable.Range(0, rank)
                .Select(i => i == op.Axis ? Span.Of(rank, i, 1, shift, shift) : Span.Same(rank, i))]);
            before += part.Shape[op.Axis];
        }
        return parts.MoveToImmutable();
    }

    public ImmutableArray<ImmutableArray<Span>> Case(Dot op)
    {
        var (rank, left, right) = (Rank, node.Args[0], node.Args[1]);
        var (l, r) = (op.LeftFree(left.Type.Rank), op.RightFree(right.Type.Rank));
        var batch = op.LeftBatch.Count;
        Span At(Expr x, Dims batches, Dims contract, Dims free, int from, int i) =>
            contract.Contains(i) ? Span.Whole(rank, x.Shape[i])
            : Span.Same(rank, batches.Contains(i) ? batches.IndexOf(i) : from + free.IndexOf(i));
        return
        [
            Axes(left, rank, i => At(left, op.LeftBatch, op.LeftContract, l, batch, i)),
            Axes(right, rank, i => At(right, op.RightBatch, op.RightContract, r, batch + l.Count, i)),
        ];
    }

    public ImmutableArray<ImmutableArray<Span>> Case(Conv op)
    {
        var (rank, x, w) = (Rank, node.Args[0], node.Args[1]);
        return
        [
            Axes(x, rank, i => i == 0 ? Span.Same(rank, 0) : i == 1 ? Channels(rank, w.Shape, op.Groups)
                : Slid(rank, i, op.Windows[i - 2], w.Shape[i])),
            Axes(w, rank, i => i == 0 ? Span.Same(rank, 1) : Span.Whole(rank, w.Shape[i])),
        ];
    }

    public ImmutableArray<ImmutableArray<Span>> Case(Gather op)
    {
        var (rank, x, index, taken) = (Rank, node.Args[0], node.Args[1].Type.Rank, Indexed(node, op.Batch));
        return
        [
            Axes(x, rank, i => i == op.Batch ? taken
                : Span.Same(rank, i < op.Batch ? i : index + i - op.Batch - 1)),
            Axes(node.Args[1], rank, i => Span.Same(rank, i)),
        ];
    }

    public ImmutableArray<ImmutableArray<Span>> Case(ScatterAdd op)
    {
        var (rank, u, index) = (Rank, node.Args[0], node.Args[1]);
        return
        [
            Axes(u, rank, i => i < op.Batch ? Span.Same(rank, i) : i < index.Type.Rank ? Span.Whole(rank, u.Shape[i])
                : Span.Same(rank, op.Batch + 1 + i - index.Type.Rank)),
            Axes(index, rank, i => i < op.Batch ? Span.Same(rank, i) : Span.Whole(rank, index.Shape[i])),
        ];
    }
#pragma warning restore CS1591

    /// <summary>The reach of windows into the last axes of an operand, for a result of the operand's rank.</summary>
    internal static ImmutableArray<Span> Windowed(Expr x, Windowed op, int rank)
    {
        var lead = x.Type.Rank - op.Size.Count;
        return Axes(x, rank, i => i < lead ? Span.Same(rank, i) : Slid(rank, i, op.Windows[i - lead], op.Size[i - lead]));
    }

    /// <summary>What a gather reads along its axis: the index's axes are the first of the result's.</summary>
    private static Span Indexed(Expr gather, int axis)
    {
        var rank = gather.Type.Rank;
        return AffineIndex.Of(gather.Args[1]) is { } at
            ? at with { Steps = [.. Enumerable.Range(0, rank).Select(i => i < at.Steps.Length ? at.Steps[i] : Rational.Zero)] }
            : Span.Whole(rank, gather.Args[0].Shape[axis]);
    }

    private static Span Slid(int rank, int axis, Window w, int k) =>
        Divided(rank, axis, w.Stride, -w.Lo, (k - 1L) * w.Dilation - w.Lo, w.Base);

    private static Span Divided(int rank, int axis, long step, long lo, long hi, long by) =>
        Span.Of(rank, axis, Rational.Of(step, by), Rational.Of(lo, by), Rational.Of(hi, by));

    // channels c·⌊o/m⌋ to c·⌊o/m⌋ + c−1, where ⌊o/m⌋ lies between (o−m+1)/m and o/m
    private static Span Channels(int rank, Dims w, int groups)
    {
        var (c, m) = (w[1], w[0] / groups);
        return groups == 1 ? Span.Whole(rank, c)
            : Span.Of(rank, 1, Rational.Of(c, m), Rational.Of(-c * (m - 1L), m), c - 1);
    }
}
