using System.Collections.Immutable;
using MiniTorch.Ir;

namespace MiniTorch.Passes.Planning;

/// <summary>
/// What reads a step's result plane by plane, as windows over a convolution or a channel's sum over a gradient, becomes part of
/// that step, which goes on with each plane while it is in cache: convolution, bias, activation and pooling are one step.
/// </summary>
internal static class Onward
{
    /// <summary>
    /// The steps with each such pair as one, at the place of the first. Sums come before windows: they need nothing else, so that
    /// whether they join depends on no order of the steps, and their bits on no number of threads.
    /// </summary>
    internal static SlotMap Joined(Storage storage, IPlanTarget target, SlotMap slots)
    {
        var readers = slots.Steps.Where(s => s is { Anchor.Op: Windowed or Gather or Reduction, IsByRows: false })
            .SelectMany(s => s.Operands.Select(o => (o.View.Stored, Step: s))).ToLookup(p => p.Stored, p => p.Step);
        var joined = slots.Steps;
        foreach (var able in slots.Steps.Where(s => s is { Anchor.Op: Conv or Windowed or ScatterAdd } && readers.Contains(s.Root)))
        {
            if (joined.FirstOrDefault(s => s.Root == able.Root) is not { Then: 0 } first) continue;
            var pairs = from next in readers[first.Root].OrderByDescending(s => s.Anchor!.Op is Reduction)
                        where joined.Any(s => s.Root == next.Root && s.Then == 0) && IsOver(first, next, joined)
                        let bytes = target.GoesOn(first, next)
                        where bytes is not null
                        select Both(first, next, bytes.Value);
            if (pairs.FirstOrDefault() is { } both) joined = Merged(joined, both);
        }
        return joined == slots.Steps ? slots : new(storage, Passing.Of(storage, target, joined));
    }

    /// <summary>Whether a step reads what another stores last as it is, and nothing else that is computed there or later.</summary>
    private static bool IsOver(Step first, Step next, ImmutableArray<Step> steps)
    {
        var late = steps.Skip(first.Index).SelectMany(s => s.Results).ToHashSet();
        return next.Operands.All(o => (!late.Contains(o.View.Stored) || IsWhole(o, first.Root))
            && first.Operands.All(other => other.Node != o.Node));
    }

    /// <summary>Whether an operand is a stored node itself, or a reshape of it.</summary>
    private static bool IsWhole(Operand operand, Expr stored) => operand.View.Stored == stored
        && (operand.Node == stored || (operand.Node is (Reshape, [var x]) && x == stored));

    private static Step Both(Step first, Step next, long bytes)
    {
        var over = next.Operands.Where(o => o.View.Stored == first.Root).Select(o => o.Node).ToList();
        ImmutableArray<Expr> body = [.. first.Body, .. over.Where(n => n != first.Root), .. next.Body];
        ImmutableArray<Expr> results = [.. first.Results, .. next.Results];
        ImmutableArray<Operand> operands = [.. first.Operands, .. next.Operands.Where(o => !over.Contains(o.Node))];
        return new(first.Index, body, results, operands, first.Flops + next.Flops, Cost.Bytes(results, operands),
            Plan.RoundUp(first.Scratch) + bytes, first.Estimate with { Seconds = first.Estimate.Seconds + next.Estimate.Seconds })
        {
            Then = first.Body.Length, ThenScratch = bytes,
        };
    }

    private static ImmutableArray<Step> Merged(ImmutableArray<Step> steps, Step both) =>
        [.. steps.Where(s => s.Root != both.Root).Select(s => s.Index == both.Index ? both : s).Select((s, at) => s with { Index = at })];
}
