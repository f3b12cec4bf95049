using MiniTorch.Ir;

namespace MiniTorch.Passes.Rewrite;

/// <summary>What a machine gains by a layout.</summary>
public interface ILayoutCosts
{
    /// <summary>Whether a convolution can read its input, or store its result, in blocks (<see cref="Blocks"/>).</summary>
    bool Takes(Expr conv, bool reads);

    /// <summary>What it then takes less than in planes.</summary>
    /// <remarks>Units: seconds.</remarks>
    double Saved(Expr conv, bool reads);

    /// <summary>What it takes to bring a value from planes to blocks or back.</summary>
    /// <remarks>Units: seconds.</remarks>
    double Conversion(TensorType value);
}

/// <summary>
/// The layout of each value between convolutions. Values that elementwise ops join have one layout; they lie in blocks when
/// the convolutions on both sides save more than the conversions at the border cost.
/// </summary>
public static class Layouts
{
    /// <summary>The pass for one machine's costs.</summary>
    public static Pass For(ILayoutCosts costs) => Pass.Of(
        "layouts", "keeps values between convolutions in blocks of sixteen channels where that saves time",
        g => new Choice(g, costs).Rewritten());

    private sealed class Choice
    {
        private readonly Graph graph;
        private readonly ILayoutCosts costs;
        private readonly int[] leader;
        private readonly Dictionary<Expr, List<(Expr User, int Operand)>> users = [];

        internal Choice(Graph graph, ILayoutCosts costs)
        {
            (this.graph, this.costs, leader) = (graph, costs, [.. Enumerable.Range(0, graph.Nodes.Length)]);
            foreach (var node in graph.Nodes)
                for (var i = 0; i < node.Args.Length; i++)
                {
                    if (!users.TryGetValue(node.Args[i], out var list)) users[node.Args[i]] = list = [];
                    list.Add((node, i));
                    if (node.Op is Elementwise && MayBlock(node) && MayBlock(node.Args[i])) Join(node, node.Args[i]);
                }
        }

        internal Graph Rewritten()
        {
            if (!graph.Nodes.Any(n => n.Op is Conv)) return graph;
            var blocked = graph.Nodes.Where(MayBlock).GroupBy(Leader).Where(group => Gain([.. group]) > 0)
                .SelectMany(group => group).ToHashSet();
            if (blocked.Count == 0) return graph;
            var now = new Dictionary<Expr, Expr>();
            foreach (var node in graph.Nodes) now[node] = Over(node, blocked, now);
            var outputs = graph.Outputs.Select(o => o with { Value = now[o.Value] });
            return Rewriter.Run(Graph.Of(outputs, graph.Inputs, graph.Name), Blocks.Rules);
        }

        /// <summary>A convolution that stores blocks, and an elementwise value of a shape that blocks fill.</summary>
        private bool MayBlock(Expr node) => node.Type.Rank >= 3 && Blocks.Fits(new(ElementType.F32, node.Shape))
            && (node.Op is Elementwise || (node.Op is Conv && costs.Takes(node, reads: false)));

        private Expr Over(Expr node, System.Collections.Generic.HashSet<Expr> blocked, Dictionary<Expr, Expr> now)
        {
            if (node.Args.IsEmpty) return node;
            var entering = blocked.Contains(node) && node.Op is Elementwise;
            var over = node.With([.. node.Args.Select(a => entering && Enters(a, node, blocked) ? Around(now[a]) : now[a])]);
            return blocked.Contains(node) && node.Op is Conv ? Around(over) : over;
        }

        /// <summary>The same value, by way of blocks.</summary>
        private static Expr Around(Expr x) => Blocks.Plain(Blocks.Of(x));

        private static bool Enters(Expr arg, Expr node, System.Collections.Generic.HashSet<Expr> blocked) =>
            arg.Shape == node.Shape && !blocked.Contains(arg) && !IsFree(arg);

        /// <summary>What can be repeated over blocks as well as over planes.</summary>
        private static bool IsFree(Expr arg) =>
            arg is (Broadcast b, [var x]) && (x.Type.Rank == 0 || (b.Axes.Count == 1 && b.Axes[0] == 1));

        private double Gain(IReadOnlyList<Expr> group)
        {
            if (!group.Any(n => n.Op is Conv)) return 0;
            var inside = group.ToHashSet();
            var entering = group.Where(n => n.Op is Elementwise)
                .SelectMany(n => n.Args.Where(a => a.Shape == n.Shape && !inside.Contains(a) && !IsFree(a))).Distinct();
            return group.Where(n => n.Op is Conv).Sum(n => costs.Saved(n, reads: false))
                + group.Sum(n => Uses(n).Where(IsRead).Sum(u => costs.Saved(u.User, reads: true)))
                - entering.Concat(group.Where(n => Leaves(n, inside))).Sum(n => costs.Conversion(n.Type));
        }

        private bool Leaves(Expr node, System.Collections.Generic.HashSet<Expr> inside) =>
            graph.Outputs.Any(o => ReferenceEquals(o.Value, node))
            || Uses(node).Any(u => !(inside.Contains(u.User) && u.User.Op is Elementwise) && !IsRead(u));

        private bool IsRead((Expr User, int Operand) use) =>
            use is { User.Op: Conv, Operand: 0 } && costs.Takes(use.User, reads: true);

        private List<(Expr User, int Operand)> Uses(Expr node) => users.GetValueOrDefault(node) ?? [];

        private int Leader(Expr node) => Leader(graph.Index[node]);

        private int Leader(int n)
        {
            while (leader[n] != n) n = leader[n] = leader[leader[n]];
            return n;
        }

        private void Join(Expr a, Expr b)
        {
            if (a.Shape == b.Shape) leader[Leader(a)] = Leader(b);
        }
    }
}
