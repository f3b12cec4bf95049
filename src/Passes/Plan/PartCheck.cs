using MiniTorch.Ir;

namespace MiniTorch.Passes.Planning;

/// <summary>A step of several parts runs loops alone, each over one shape and with a result of its own as its last node.</summary>
internal static class PartCheck
{
    internal static IEnumerable<IrError> Violations(Plan plan) =>
        from step in plan.Steps
        let parts = step.Parts
        where parts.Count > 1
        from part in parts
        where !part.All(n => n.Op is Elementwise or Iota or Broadcast && n.Shape == part[^1].Shape)
            || part[^1].Op is not Elementwise || !step.Results.Contains(part[^1])
        select new IrError("plan.P10", $"step {step.Index} has several parts, the one of {part[^1]} is not a loop that stores it");
}
