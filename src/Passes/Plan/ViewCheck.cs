using MiniTorch.Ir;

namespace MiniTorch.Passes.Planning;

/// <summary>
/// Views stay within what is stored, and give at the corners and between them the element that the ops from the stored
/// node to the operand define, found index by index.
/// </summary>
internal static class ViewCheck
{
    internal static IEnumerable<IrError> Violations(Plan plan) =>
        from step in plan.Steps
        from operand in step.Operands
        where operand.Node.Type.Count > 0
        let wrong = Wrong(operand.Node, operand.View)
        where wrong.Length > 0
        select new IrError("plan.P4", $"step {step.Index} reads {operand.Node} {wrong}");

    /// <summary>Whether a node has exactly a stored node's elements in their order.</summary>
    internal static bool IsWhole(Expr node, Expr stored) =>
        node.Type.Count == stored.Type.Count && node.Type.Element == stored.Type.Element
        && (node.Type.Count == 0 || Wrong(node, new(stored, 0, [.. node.Shape.Strides()])).Length == 0);

    private static string Wrong(Expr node, View view)
    {
        var scalar = node.Type.Rank == 0;
        if (scalar ? view.Strides.Any(s => s != 0) : view.Strides.Length != node.Type.Rank) return "with strides of another rank";
        if (scalar) return Agrees(node, view, []) ? "" : "at a wrong offset";
        if (view.Lanes > 1 && node.Type.Rank < 2) return "in blocks of an axis that it does not have";
        var reach = view.Strides.Select((s, i) => Along(view, i, node.Type[i] - 1)).ToList();
        if (view.Offset + reach.Where(r => r < 0).Sum() < 0
            || view.Offset + reach.Where(r => r > 0).Sum() >= view.Stored.Type.Count) return "outside what is stored";
        return Probes(node.Shape).All(p => Agrees(node, view, p)) ? "" : "at wrong places";
    }

    private static long Along(View view, int axis, long k) => axis == 1
        ? (k / view.Lanes * view.Strides[axis]) + (k % view.Lanes * view.LaneStep) : k * view.Strides[axis];

    /// <summary>The first element, the last, the middle, and along each axis the second and the last.</summary>
    private static IEnumerable<long[]> Probes(Dims shape)
    {
        yield return new long[shape.Count];
        yield return [.. shape.Select(n => n - 1L)];
        yield return [.. shape.Select(n => n / 2L)];
        for (var axis = 0; axis < shape.Count; axis++)
        {
            yield return [.. shape.Select((n, i) => i == axis ? Math.Min(1L, n - 1) : 0)];
            yield return [.. shape.Select((n, i) => i == axis ? n - 1L : 0)];
        }
    }

    private static bool Agrees(Expr node, View view, long[] index)
    {
        var at = view.Offset + index.Select((k, i) => Along(view, i, k)).Sum();
        while (!ReferenceEquals(node, view.Stored))
        {
            if (node.Op is not Movement) return false;
            (index, node) = (Source(node, index), node.Args[0]);
        }
        return at == Position(index, node.Shape);
    }

    /// <summary>The index in a movement op's operand of one of its elements.</summary>
    private static long[] Source(Expr node, long[] index) => node.Op switch
    {
        Broadcast b => [.. node.Args[0].Shape.Select((n, i) => n == 1 ? 0 : index[b.Axes[i]])],
        Transpose t => [.. index.Select((_, i) => index[t.Perm.IndexOf(i)])],
        Reverse r => [.. index.Select((k, i) => r.Axes.Contains(i) ? node.Type[i] - 1 - k : k)],
        Slice s => [.. index.Select((k, i) => s.Start[i] + k * s.Stride[i])],
        Reshape => Index(Position(index, node.Shape), node.Args[0].Shape),
        var other => throw new InvalidOperationException($"{other.Mnemonic} moves no elements"),
    };

    private static long Position(long[] index, Dims shape)
    {
        long at = 0;
        for (var i = 0; i < index.Length; i++) at = at * shape[i] + index[i];
        return at;
    }

    private static long[] Index(long at, Dims shape)
    {
        var index = new long[shape.Count];
        for (var i = shape.Count - 1; i >= 0; at /= shape[i], i--) index[i] = at % shape[i];
        return index;
    }
}
