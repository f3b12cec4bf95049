using System.Collections.Immutable;
using LanguageExt;
using MiniTorch.Ir;
using static LanguageExt.Prelude;

namespace MiniTorch.Passes.Autodiff;

/// <summary>
/// Reverse mode: the gradient as expressions over the same nodes, so that forward and backward are one graph and a
/// gradient has a gradient. Source: Griewank and Walther, "Evaluating Derivatives", ch. 3.
/// </summary>
public static class Backward
{
    /// <summary>∂y/∂x for each x. A mistake comes back as an expression that every graph reports.</summary>
    /// <param name="y">A scalar of a float type.</param>
    /// <param name="wrt">Expressions of a float type below y; a zero where y does not depend on it.</param>
    /// <remarks>Errors: backward.B1 (y is no scalar), backward.B2 (x is no float), backward.B3 (no derivative on any path).</remarks>
    public static ImmutableArray<Expr> Grad(Expr y, params ImmutableArray<Expr> wrt)
    {
        if (y.Type.IsUnknown) return [.. wrt.Select(_ => y)];
        if (y.Type.Rank > 0 || !y.Type.Element.IsFloat)
            return [.. wrt.Select(_ => Expr.Broken(new("backward.B1", $"the gradient is taken of a float scalar, "
                + $"{y.Describe()} is {y.Type}; sum it, or use Vjp with a cotangent", y.Describe())))];
        return Vjp([y], [Prim.Like(y, 1)], wrt);
    }

    /// <summary>Σ ⟨cotangent, ∂output/∂x⟩ for each x.</summary>
    public static ImmutableArray<Expr> Vjp(ImmutableArray<Expr> outputs, ImmutableArray<Expr> cotangents, ImmutableArray<Expr> wrt)
    {
        var sweep = new Sweep(Order.Of(outputs.AddRange(wrt)), wrt);
        for (var i = 0; i < outputs.Length; i++) sweep.Give(outputs[i], cotangents[i]);
        sweep.Run();
        return [.. wrt.Select(sweep.Taken)];
    }

    /// <summary>The pass that adds to a graph the gradients of its first result, which is a scalar.</summary>
    public static Pass Of(params string[] wrt) =>
        new("backward", "adds the gradient of the first result with respect to inputs", g => Append(g, wrt));

    private static Either<IrError, Graph> Append(Graph g, string[] wrt)
    {
        var missing = wrt.Where(n => g.Input(n).IsNone).ToList();
        if (missing.Count > 0)
            return Left<IrError, Graph>(new("backward.B4", $"the graph has no input {string.Join(", ", missing)}"));
        var inputs = wrt.Select(n => g.Input(n).IfNone(() => throw new InvalidOperationException(n))).ToImmutableArray();
        var grads = Grad(g.Outputs[0].Value, inputs).Select((e, i) => new Output($"d_{wrt[i]}", e));
        return Graph.Check(g.Outputs.Concat(grads), g.Inputs, g.Name).ToEither().MapLeft(errors => errors.Head);
    }

    /// <summary>The one mutable thing of the sweep: cotangents gathered so far, by node.</summary>
    private sealed class Sweep
    {
        private readonly List<Expr> order;
        private readonly System.Collections.Generic.HashSet<Expr> varies = [];
        private readonly Dictionary<Expr, Expr> given = [];
        private readonly Dictionary<Expr, string> blocked = [];

        internal Sweep(List<Expr> order, ImmutableArray<Expr> wrt)
        {
            this.order = order;
            var names = wrt.Select(e => e.Op).OfType<Input>().ToHashSet();
            foreach (var e in order)
                if (wrt.Contains(e) || (e.Op is Input i && names.Contains(i)) || e.Args.Any(varies.Contains)) varies.Add(e);
        }

        internal void Give(Expr to, Expr cotangent) =>
            given[to] = given.TryGetValue(to, out var sum) ? sum + cotangent : cotangent;

        internal void Run()
        {
            for (var i = order.Count - 1; i >= 0; i--)
            {
                var node = order[i];
                if (!varies.Contains(node) || node.Args.IsEmpty) continue;
                if (given.TryGetValue(node, out var dy)) Hand(node, node.Op.Accept<Vjp, ImmutableArray<Cotangent>>(new(node, dy)));
                if (blocked.TryGetValue(node, out var reason)) Block(node, reason);
            }
        }

        internal Expr Taken(Expr x)
        {
            var at = x.Op is Input ? order.Find(e => e.Op.Equals(x.Op)) ?? x : x;
            if (!x.Type.IsUnknown && !x.Type.Element.IsFloat)
                return Expr.Broken(new("backward.B2",
                    $"{x.Describe()} is {x.Type}, which has no gradient; cast it to a float type", x.Describe()));
            if (Sum(x) is { } sum) return sum;
            return blocked.TryGetValue(at, out var reason)
                ? Expr.Broken(new("backward.B3", $"there is no gradient with respect to {x.Describe()}: {reason}", x.Describe()))
                : Prim.Full(x.Type, 0);
        }

        /// <summary>An input may stand several times in an expression; its cotangents add.</summary>
        private Expr? Sum(Expr x) => x.Op is not Input
            ? given.GetValueOrDefault(x)
            : given.Where(p => p.Key.Op.Equals(x.Op)).OrderBy(p => order.IndexOf(p.Key)).Select(p => p.Value)
                .Aggregate((Expr?)null, (sum, g) => sum is null ? g : sum + g);

        private void Hand(Expr node, ImmutableArray<Cotangent> cotangents)
        {
            for (var i = 0; i < cotangents.Length; i++)
            {
                var x = node.Args[i];
                if (!varies.Contains(x)) continue;
                if (cotangents[i] is Flows f) Give(x, Fitted(node, x, f.Value));
                if (cotangents[i] is NoGradient no) blocked.TryAdd(x, $"{node.Describe()}: {no.Reason}");
            }
        }

        private void Block(Expr node, string reason)
        {
            foreach (var x in node.Args.Where(varies.Contains)) blocked.TryAdd(x, reason);
        }

        /// <summary>A rank-0 operand that stood for every element takes the sum over all.</summary>
        private static Expr Fitted(Expr node, Expr x, Expr cotangent) =>
            node.Op is Elementwise && x.Type.Rank == 0 && cotangent.Type.Rank > 0
                ? Prim.Sum(cotangent, Dims.Range(0, cotangent.Type.Rank))
                : cotangent;
    }
}
