using System.Collections.Immutable;
using MiniTorch.Ir;

namespace MiniTorch.Passes.Planning;

/// <summary>The steps of a graph in the order of their roots; updates of inputs wait for the last reader of the old value.</summary>
internal static class StepList
{
    internal static ImmutableArray<Step> Of(Storage storage, IPlanTarget target)
    {
        var bodies = Bodies(storage);
        var steps = Ordered([.. bodies.Select(b => Make(storage, target, b))]);
        var keys = Keys(storage.Graph, steps);
        return [.. Enumerable.Range(0, steps.Count).OrderBy(i => keys[i]).Select((i, at) => steps[i] with { Index = at })];
    }

    private static IEnumerable<ImmutableArray<Expr>> Bodies(Storage storage)
    {
        var nodes = storage.Graph.Nodes;
        var bodies = new List<Expr>?[nodes.Length];
        for (var n = 0; n < nodes.Length; n++)
            if (storage.Home(n) != n || storage.IsWritten(n)) (bodies[storage.Home(n)] ??= []).Add(nodes[n]);
        return bodies.OfType<List<Expr>>().Select(b => b.ToImmutableArray());
    }

    /// <summary>The step of a body.</summary>
    internal static Step Make(Storage storage, IPlanTarget target, ImmutableArray<Expr> body)
    {
        var operands = Operands(storage, body);
        ImmutableArray<Expr> results = [.. body.Where(storage.IsWritten)];
        return new(0, body, results, operands, body.Sum(Cost.Flops), Cost.Bytes(results, operands), target.Scratch(body, operands),
            target.Estimate(body, operands))
        {
            Apart = Step.AnchorOf(body) is { } anchor && anchor != body[^1] && target.Finishes(anchor) && target.KeepsApart(anchor)
                && body.All(n => n == anchor || (n.Op is Elementwise or Iota or Broadcast && n.Shape == anchor.Shape)),
        };
    }

    /// <summary>Each step after those whose results it reads, else in the order of roots.</summary>
    private static List<Step> Ordered(List<Step> steps)
    {
        var writer = new Dictionary<Expr, int>();
        for (var i = 0; i < steps.Count; i++)
            foreach (var result in steps[i].Results) writer[result] = i;
        var (waits, followers) = (new int[steps.Count], steps.ConvertAll(_ => new List<int>()));
        for (var i = 0; i < steps.Count; i++)
            foreach (var before in steps[i].Operands.Select(o => writer.GetValueOrDefault(o.View.Stored, -1)).Where(b => b >= 0))
            {
                followers[before].Add(i);
                waits[i]++;
            }
        var ready = new PriorityQueue<int, int>(Enumerable.Range(0, steps.Count).Where(i => waits[i] == 0).Select(i => (i, i)));
        var ordered = new List<Step>(steps.Count);
        while (ready.TryDequeue(out var next, out _))
        {
            ordered.Add(steps[next]);
            foreach (var follower in followers[next])
                if (--waits[follower] == 0) ready.Enqueue(follower, follower);
        }
        return ordered;
    }

    private static ImmutableArray<Operand> Operands(Storage storage, ImmutableArray<Expr> body)
    {
        var seen = body.ToHashSet();
        var operands = ImmutableArray.CreateBuilder<Operand>();
        foreach (var node in body)
            for (var i = 0; i < node.Args.Length; i++)
                if (Read(storage, body, node, i) is { } view && seen.Add(node.Args[i]))
                    operands.Add(new(node.Args[i], Widened(view, node.Args[i], node)));
        return operands.ToImmutable();
    }

    /// <summary>Where an operand is read; one that several nodes of a body read is read at one place.</summary>
    private static View? Read(Storage storage, ImmutableArray<Expr> body, Expr node, int operand) =>
        node.Op is Conv && body.Count(n => n.Args.Contains(node.Args[operand])) == 1
            ? storage.ReadBy(node, operand) : storage.ViewOf(node.Args[operand]);

    /// <summary>A scalar in memory that a loop over a shape reads: stride 0 along every axis.</summary>
    private static View Widened(View view, Expr arg, Expr user) =>
        user.Op is Elementwise && arg.Type.Rank == 0 ? view with { Strides = [.. new long[user.Type.Rank]] } : view;

    /// <summary>Each step's time: its own place, but for updates that no step reads and that overwrite an input read later.</summary>
    private static int[] Keys(Graph graph, List<Step> steps)
    {
        var keys = Enumerable.Range(0, steps.Count).Select(i => 2 * i).ToArray();
        var lastRead = new Dictionary<Expr, int>();
        var writer = new Dictionary<Expr, int>();
        for (var at = 0; at < steps.Count; at++)
        {
            foreach (var operand in steps[at].Operands) lastRead[operand.View.Stored] = at;
            foreach (var result in steps[at].Results) writer[result] = at;
        }
        foreach (var (result, input) in Donation.Of(graph))
            if (writer.TryGetValue(graph.Outputs[result].Value, out var at) && !steps[at].Results.Any(lastRead.ContainsKey))
                keys[at] = Math.Max(keys[at], 2 * lastRead.GetValueOrDefault(input, -1) + 1);
        return keys;
    }
}
