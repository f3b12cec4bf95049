using System.Collections.Immutable;
using MiniTorch.Ir;

namespace MiniTorch.Passes.Planning;

/// <summary>Gives every stored node its stretch of the arena: lifetimes, then shared stretches, then offsets.</summary>
internal sealed class SlotMap
{
    private readonly Storage storage;
    private readonly ImmutableArray<Step> steps;
    private readonly Dictionary<Expr, Life> lives = [];
    private readonly Dictionary<Expr, IReadOnlyList<Expr>> parts = [];
    private readonly List<Want> wants = [];
    private readonly List<Copy> copies = [];
    private readonly Dictionary<int, Expr> donations;
    private readonly int[] scratch;

    internal SlotMap(Storage storage, ImmutableArray<Step> steps)
    {
        (this.storage, this.steps, donations) = (storage, steps, Donation.Of(storage.Graph));
        foreach (var several in steps.Where(s => s.Results.Length > 1).Select(s => s.Parts).Where(p => p.Count > 1))
            foreach (var part in several)
                foreach (var node in part) parts[node] = part;
        Live();
        foreach (var (node, life) in lives.Where(l => l.Value.From < 0)) Give(node, life);
        Donate();
        foreach (var step in steps) Place(step);
        scratch = [.. steps.Select(Working)];
    }

    /// <summary>The steps in their order.</summary>
    internal ImmutableArray<Step> Steps => steps;

    private int End => steps.Length;

    /// <summary>A stored node's time and the place in <see cref="wants"/> that it shares with those it takes over from.</summary>
    private sealed class Life(int from)
    {
        internal int From { get; } = from;
        internal int To { get; set; } = from;
        internal int LastRead { get; set; } = from;
        internal int Want { get; set; } = -1;
    }

    internal Plan Plan()
    {
        var (offsets, top) = Placement.Of(wants, End);
        var slots = lives.ToDictionary(l => l.Key,
            l => new Slot(l.Key, offsets[l.Value.Want], l.Key.Type.Bytes, l.Value.From, l.Value.To));
        foreach (var alias in storage.Aliases) slots[alias] = slots[storage.ViewOf(alias)!.Stored] with { Node = alias };
        return new(storage.Graph, [.. steps.Select(s => scratch[s.Index] < 0 ? s : s with { ScratchAt = offsets[scratch[s.Index]] })],
            slots, donations, [.. copies], top, Bound());
    }

    private void Live()
    {
        foreach (var node in storage.Graph.Nodes.Where((_, n) => storage.IsStored(n) && !storage.IsWritten(n)))
            lives[node] = new(-1) { To = End };
        foreach (var step in steps)
        {
            foreach (var result in step.Results) lives[result] = new(step.Index);
            foreach (var life in step.Operands.Select(o => lives[o.View.Stored]))
                (life.LastRead, life.To) = (step.Index, Math.Max(life.To, step.Index));
        }
        foreach (var output in storage.Graph.Outputs) lives[storage.ViewOf(output.Value)!.Stored].To = End;
    }

    private void Donate()
    {
        foreach (var (result, input) in donations)
        {
            var root = storage.Graph.Outputs[result].Value;
            if (ReferenceEquals(root, input)) continue;
            if (TakesOver(root, input)) lives[root].Want = lives[input].Want;
            else copies.Add(new(root, input));
        }
    }

    /// <summary>A result may be written over an input that no later step reads, and its own step at the same index only.</summary>
    private bool TakesOver(Expr root, Expr input) =>
        lives[root] is { From: >= 0, Want: < 0 } life && lives[input].LastRead <= life.From
        && (lives[input].LastRead < life.From || ReadsInStep(steps[life.From], root, input));

    private void Place(Step step)
    {
        var heirs = step.Operands.Select(o => o.View.Stored).Distinct().Where(s => Dies(s, step)).ToList();
        foreach (var result in step.Results.Where(r => lives[r].Want < 0))
        {
            var heir = heirs.Find(s => ReadsInStep(step, result, s));
            if (heir is null) Give(result, lives[result]);
            else Inherit(lives[result], lives[heir].Want);
            if (heir is not null) heirs.Remove(heir);
        }
    }

    private bool Dies(Expr stored, Step step) => lives[stored] is { From: >= 0 } life && life.To == step.Index;

    private void Inherit(Life life, int want)
    {
        life.Want = want;
        wants[want] = wants[want] with { To = life.To };
    }

    private void Give(Expr node, Life life)
    {
        life.Want = wants.Count;
        wants.Add(new(wants.Count, Planning.Plan.Extent(node.Type.Bytes), life.From, life.To));
    }

    /// <summary>The want of a step's working memory, −1 when it needs none.</summary>
    private int Working(Step step)
    {
        if (step.Scratch == 0) return -1;
        wants.Add(new(wants.Count, Planning.Plan.RoundUp(step.Scratch), step.Index, step.Index));
        return wants.Count - 1;
    }

    /// <summary>Whether the loop that computes a result reads a node only at the index that it writes, and none beside it does.</summary>
    private bool ReadsInStep(Step step, Expr result, Expr stored) =>
        (step.Anchor is null || (step.Apart && result != step.Anchor))
        && stored.Type.Count == result.Type.Count && stored.Type.Element.Bytes == result.Type.Element.Bytes
        && step.Operands.Where(o => ReferenceEquals(o.View.Stored, stored)).All(o =>
            o.View.Strides.Length == result.Type.Rank && o.View.IsAlias(result.Shape) && !IsReadBeside(step, result, o.Node)
            && step.Anchor?.Args.Contains(o.Node) != true);

    /// <summary>Whether, in a step of several loops, another than the one that computes a result reads a node.</summary>
    private bool IsReadBeside(Step step, Expr result, Expr node) =>
        parts.TryGetValue(result, out var own) && step.Body.Any(n => n.Args.Contains(node) && !own.Contains(n));

    /// <summary>The most that is wanted at one step, its working memory included.</summary>
    internal long Bound()
    {
        var most = 0L;
        foreach (var bytes in Alive()) most = Math.Max(most, bytes);
        return most;
    }

    /// <summary>Bytes wanted before the first step, at each, and after the last, working memory included.</summary>
    internal long[] Alive()
    {
        var change = new long[End + 3];
        foreach (var want in wants)
        {
            change[want.From + 1] += want.Size;
            change[want.To + 2] -= want.Size;
        }
        for (var t = 1; t < change.Length; t++) change[t] += change[t - 1];
        return change;
    }

    /// <summary>Bytes that are wanted until a step and no longer: what it alone still reads.</summary>
    internal long Held(Step step) => step.Operands.Select(o => lives[o.View.Stored].Want).Distinct()
        .Where(w => wants[w].To == step.Index).Sum(w => wants[w].Size);
}
