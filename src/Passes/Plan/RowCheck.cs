using MiniTorch.Ir;

namespace MiniTorch.Passes.Planning;

/// <summary>
/// A step that goes row by row can: its reductions take the last axes of one shape away, its broadcasts bring what is left
/// back to that shape, sums may take its first axes away, which none of the others reads, and all else is a loop over one of the two.
/// </summary>
internal static class RowCheck
{
    internal static IEnumerable<IrError> Violations(Plan plan) =>
        from step in plan.Steps
        where step.IsByRows
        let shape = Step.BackOf(step.Body)!.Shape
        let rows = Step.BackOf(step.Body)!.Args[0].Shape
        from node in step.Body
        where !(node.Op switch
        {
            ReduceSum { Axes: var axes } when axes.Contains(0) => node.Args[0].Shape == shape
                && axes.Order().SequenceEqual(Enumerable.Range(0, rows.Count)) && !step.Body.Any(n => n.Args.Contains(node)),
            Reduction r => node.Args[0].Shape == shape && node.Shape == rows && r.Axes.All(a => a >= rows.Count),
            Broadcast b when step.Body.Contains(node.Args[0]) => b.To == shape && node.Args[0].Shape == rows
                && b.Axes.SequenceEqual(Enumerable.Range(0, rows.Count)),
            Broadcast b => b.To == shape && node.Args[0].Op is Constant,
            Elementwise => node.Shape == shape || node.Shape == rows,
            var _ => false,
        })
        select new IrError("plan.P9", $"step {step.Index} goes by rows of {shape}, {node} does not");
}
