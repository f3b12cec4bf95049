using MiniTorch.Ir;

namespace MiniTorch.Passes.Analysis;

/// <summary>How a node's type follows from its operands' types, with their numbers.</summary>
public static class Sizing
{
    /// <summary>One line: <c>p: ⌊(28+1+1−3)/1⌋+1 = 28</c> for each axis that is computed.</summary>
    public static string Of(Expr node) => node.Op.Accept<SizingOf, string>(new SizingOf(node));
}

/// <summary>The shape rule of each op, with a node's numbers.</summary>
internal readonly struct SizingOf(Expr node) : IOpCases<string>
{
    private Dims X => node.Args[0].Shape;

    private string Same() => node.Type.Rank == 0 ? "a scalar of scalars"
        : $"as the operands' {node.Shape}{(node.Args.Any(a => a.Type.Rank == 0) ? "; scalars repeat" : "")}";

    private string Truth() => $"{Same()}, pred";

    private string Without(Dims axes)
    {
        var x = X;
        return axes.Count == 0 ? "no axis goes"
            : $"{x} without {(axes.Count == 1 ? "axis" : "axes")} {string.Join(", ", axes.Select(a => $"{a} ({x[a]})"))}";
    }

#pragma warning disable CS1591 // a line an op
    public string Case(Input op) => "as declared";
    public string Case(Constant op) => "as written";
    public string Case(Iota op) => "as written";
    public string Case(Neg op) => Same();
    public string Case(Abs op) => Same();
    public string Case(Sign op) => Same();
    public string Case(Exp op) => Same();
    public string Case(Log op) => Same();
    public string Case(Sqrt op) => Same();
    public string Case(Tanh op) => Same();
    public string Case(Sin op) => Same();
    public string Case(Cos op) => Same();
    public string Case(Erf op) => Same();
    public string Case(Floor op) => Same();
    public string Case(Not op) => Same();
    public string Case(StopGradient op) => Same();
    public string Case(Cast op) => $"{Same()}, {op.To}";
    public string Case(Add op) => Same();
    public string Case(Sub op) => Same();
    public string Case(Mul op) => Same();
    public string Case(Div op) => Same();
    public string Case(Pow op) => Same();
    public string Case(Max op) => Same();
    public string Case(Min op) => Same();
    public string Case(And op) => Same();
    public string Case(Or op) => Same();
    public string Case(Xor op) => Same();
    public string Case(Eq op) => Truth();
    public string Case(Ne op) => Truth();
    public string Case(Lt op) => Truth();
    public string Case(Le op) => Truth();
    public string Case(Gt op) => Truth();
    public string Case(Ge op) => Truth();
    public string Case(Select op) => Same();
    public string Case(Broadcast op) => $"{X} on axes {op.Axes} of {op.To}; the rest repeats";
    public string Case(Reshape op) => $"{Product(X)} = {Product(op.To)} = {op.To.Product} elements";
    public string Case(Transpose op) => $"{X} in the order {op.Perm}";
    public string Case(Reverse op) => Same();
    public string Case(ReduceSum op) => Without(op.Axes);
    public string Case(ReduceMax op) => Without(op.Axes);
    public string Case(ReduceMin op) => Without(op.Axes);
    public string Case(ReduceProd op) => Without(op.Axes);
    public string Case(ArgMax op) => $"{Without([op.Axis])}, i32";
    public string Case(RandomBits op) => $"as asked: {op.To}";

    public string Case(Pad op)
    {
        var x = X;
        return Axes(i => $"{op.Lo[i]}+{Spread(x[i], op.Interior[i] + 1)}+{op.Hi[i]}",
            i => (op.Lo[i], op.Hi[i], op.Interior[i]) != (0, 0, 0));
    }

    public string Case(Slice op)
    {
        var x = X;
        return Axes(i => $"⌈({op.Limit[i]}−{op.Start[i]})/{op.Stride[i]}⌉",
            i => (op.Start[i], op.Limit[i], op.Stride[i]) != (0, x[i], 1));
    }

    public string Case(Concat op)
    {
        var args = node.Args;
        return Axes(_ => string.Join('+', args.Select(a => a.Shape[op.Axis])), i => i == op.Axis);
    }

    public string Case(Dot op) => $"batch {X.At(op.LeftBatch)}, left's {X.At(op.LeftFree(X.Count))}, "
        + $"right's {node.Args[1].Shape.At(op.RightFree(node.Args[1].Type.Rank))}; summed over {X.At(op.LeftContract)}";

    public string Case(Conv op)
    {
        var (x, w) = (X, node.Args[1].Shape);
        return $"batch {x[0]}, {w[0]} kernels; "
            + Axes(i => Output(op.Windows[i - 2], x[i], w[i]), i => i >= 2);
    }

    public string Case(WindowSum op) => Windowed(op);
    public string Case(WindowArgMax op) => $"{Windowed(op)}, i32";
    public string Case(Gather op) =>
        $"index {node.Args[1].Shape}, then the rest {X.Slice(op.Batch + 1, X.Count - op.Batch - 1)} of {X}";
    public string Case(ScatterAdd op) => $"batch {X.Slice(0, op.Batch)}, size [{op.Size}], then the rest "
        + $"{X.Slice(node.Args[1].Type.Rank, X.Count - node.Args[1].Type.Rank)} of {X}";
#pragma warning restore CS1591

    private string Windowed(Windowed op)
    {
        var (x, lead) = (X, X.Count - op.Size.Count);
        return Axes(i => Output(op.Windows[i - lead], x[i], op.Size[i - lead]), i => i >= lead);
    }

    private string Axes(Func<int, string> sum, Func<int, bool> shown)
    {
        var shape = node.Shape;
        var axes = Enumerable.Range(0, shape.Count).Where(shown)
            .Select(i => $"axis {i}: {sum(i).Replace("+-", "−").Replace('-', '−')} = {shape[i]}").ToList();
        return axes.Count == 0 ? Same() : string.Join("; ", axes);
    }

    private static string Output(Window w, int n, int k) =>
        $"⌊({Spread(n, w.Base)}+{w.Lo}+{w.Hi}−{Spread(k, w.Dilation)})/{w.Stride}⌋+1";

    private static string Spread(int n, int step) => step == 1 || n == 0 ? $"{n}" : $"(({n}−1)·{step}+1)";

    private static string Product(Dims shape) => shape.Count == 0 ? "1" : string.Join('·', shape);
}
