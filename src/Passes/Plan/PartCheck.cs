using MiniTorch.Ir;

namespace MiniTorch.Passes.Planning;

/// <summary>A step of several parts runs loops alone, each over one shape and with a result of its own as its last node.</summary>
internal static class PartCheck
{
    internal static IEnumerable<IrError> Violations(Plan plan) => [.. Loops(plan), .. Onward(plan)];

    private static IEnumerable<IrError> Loops(Plan plan) =>
        from step in plan.Steps
        let parts = step.Parts
        where parts.Count > 1
        from part in parts
        where !part.All(n => n.Op is Elementwise or Iota or Broadcast && n.Shape == part[^1].Shape)
            || part[^1].Op is not Elementwise || !step.Results.Contains(part[^1])
        select new IrError("plan.P10", $"step {step.Index} has several parts, the one of {part[^1]} is not a loop that stores it");

    /// <summary>
    /// What a step goes on with reads what is stored just before it, or has room for an image of it, and nothing else that the
    /// step computes.
    /// </summary>
    private static IEnumerable<IrError> Onward(Plan plan) =>
        from step in plan.Steps
        where step.Then != 0
        let first = step.Body[..Math.Clamp(step.Then, 1, step.Body.Length)]
        let next = step.Body[first.Length..]
        where !(step.Results.Contains(first[^1]) || HasRoom(step, first[^1]))
            || next.All(n => n.Op is not (Windowed or Gather or Reduction))
            || next.Any(n => n.Args.Any(a => first[..^1].Contains(a))) || step.ThenScratch + step.Held > step.Scratch
        select new IrError("plan.P11", $"step {step.Index} goes on with {step.Root}, which needs more than {first[^1]}");

    private static bool HasRoom(Step step, Expr held) =>
        held.Type is { Rank: > 0, Count: > 0 } type && step.Held >= type.Bytes / type.Shape[0];
}
