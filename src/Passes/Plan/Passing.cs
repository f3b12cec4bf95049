using System.Collections.Immutable;
using MiniTorch.Ir;

namespace MiniTorch.Passes.Planning;

/// <summary>
/// What a step passes on to what goes on with its planes, and no other step reads but to ask how it compares with a number, is
/// not stored: the step answers that itself, a byte an element, and an image at a time lies in its working memory.
/// </summary>
internal static class Passing
{
    /// <summary>The steps with each such value unstored, where that takes less memory.</summary>
    internal static ImmutableArray<Step> Of(Storage storage, IPlanTarget target, ImmutableArray<Step> steps)
    {
        var kept = storage.Graph.Outputs.Select(o => storage.ViewOf(o.Value)!.Stored).ToHashSet();
        foreach (var step in steps.Where(s => s.Then > 0 && !kept.Contains(s.Passed)))
            if (IsAlone(step) && target.Holds(step) is { } bytes && Masks(steps, step) is { } masks
                && bytes + masks.Sum(m => m.Type.Bytes) < step.Passed.Type.Bytes)
                steps = [.. steps.Select(s => s.Index == step.Index ? Holding(s, masks, bytes) : Reading(s, step.Passed, masks))];
        return steps;
    }

    /// <summary>Whether the first of two stages stores nothing else, and no loop of the second reads what is passed on.</summary>
    private static bool IsAlone(Step step) => !step.Body[..(step.Then - 1)].Any(step.Results.Contains)
        && !step.Body[step.Then..].Any(n => n.Op is Elementwise && n.Args.Contains(step.Passed));

    /// <summary>The comparisons that other steps make of what is passed on; null where one does something else with it.</summary>
    private static ImmutableArray<Expr>? Masks(ImmutableArray<Step> steps, Step step)
    {
        var readers = steps.Where(s => s.Index != step.Index && s.Operands.Any(o => o.View.Stored == step.Passed)).ToList();
        var users = readers.SelectMany(s => s.Body).Where(n => n.Args.Contains(step.Passed)).Distinct().ToImmutableArray();
        return readers.TrueForAll(s => s is { Anchor: not null, IsByRows: false }
                && s.Operands.All(o => o.View.Stored != step.Passed || o.Node == step.Passed))
            && users.All(n => IsMask(n, step.Passed)) ? users : null;
    }

    private static bool IsMask(Expr n, Expr of) => n.Op is Elementwise && n.Type.Element == ElementType.Pred && n.Shape == of.Shape
        && n.Args.All(a => a == of || a is { Op: Constant, Type.Rank: 0 });

    private static Step Holding(Step step, ImmutableArray<Expr> masks, long bytes)
    {
        ImmutableArray<Expr> body = [.. step.Body[..step.Then], .. masks, .. step.Body[step.Then..]];
        ImmutableArray<Expr> results = [.. masks, .. step.Results.Remove(step.Passed)];
        return step with
        {
            Body = body, Results = results, Flops = body.Sum(Cost.Flops), Bytes = Cost.Bytes(results, step.Operands), Held = bytes,
            Scratch = Plan.RoundUp(step.Scratch - step.ThenScratch) + bytes + step.ThenScratch,
        };
    }

    private static Step Reading(Step step, Expr passed, ImmutableArray<Expr> masks)
    {
        if (!step.Operands.Any(o => o.Node == passed)) return step;
        ImmutableArray<Expr> body = [.. step.Body.Except(masks)];
        ImmutableArray<Operand> operands =
        [
            .. step.Operands.Where(o => o.Node != passed),
            .. masks.Where(step.Body.Contains).Select(m => new Operand(m, View.Of(m))),
        ];
        return step with
        {
            Body = body, Operands = operands, Flops = body.Sum(Cost.Flops), Bytes = Cost.Bytes(step.Results, operands),
            Then = step.Then - (step.Then == 0 ? 0 : step.Body[..step.Then].Count(masks.Contains)),
        };
    }
}
