using MiniTorch.Ir;
using MiniTorch.Passes.Evaluation;
using MiniTorch.Passes.Planning;

namespace MiniTorch.Passes.Tests;

/// <summary>Runs a plan's steps over bytes, each node as the evaluator defines it; what is not in use is garbage.</summary>
internal sealed class PlanArena(Plan plan)
{
    private readonly byte[] bytes = [.. Enumerable.Repeat((byte)0xA5, (int)plan.ArenaBytes)];

    internal bool Agrees(IReadOnlyDictionary<string, Tensor> inputs)
    {
        var expected = new Dictionary<Expr, Tensor>();
        foreach (var n in plan.Graph.Nodes) expected[n] = n.Op is Input i ? inputs[i.Name] : Value(n, expected);
        foreach (var n in plan.Slots.Keys.Where(n => n.Op is Input or Constant)) Write(n, expected[n]);
        foreach (var step in plan.Steps) Run(step);
        foreach (var copy in plan.Copies) Write(copy.To, Read(copy.From));
        return plan.Graph.Outputs.All(o => Read(o.Value).Equals(expected[o.Value]))
            && plan.Donations.All(d => Read(d.Value).Equals(expected[plan.Graph.Outputs[d.Key].Value]))
            && plan.Graph.Inputs.Except(plan.Donations.Values).All(i => Read(i).Equals(expected[i]));
    }

    /// <summary>Parts that need nothing of each other run in any order: here from the last to the first.</summary>
    private void Run(Step step)
    {
        bytes.AsSpan((int)step.ScratchAt, (int)step.Scratch).Fill(0x5A);
        foreach (var part in step.Parts.Reverse()) Run(step, part);
    }

    private void Run(Step step, IReadOnlyList<Expr> part)
    {
        var values = step.Operands.Where(o => part.Any(n => n.Args.Contains(o.Node))).ToDictionary(o => o.Node, Gather);
        foreach (var node in part) values[node] = Value(node, values);
        foreach (var result in step.Results.Where(part.Contains)) Write(result, values[result]);
    }

    private Tensor Gather(Operand o)
    {
        var (size, data) = (o.Node.Type.Element.Bytes, new byte[o.Node.Type.Bytes]);
        for (var i = 0; i < o.Node.Type.Count; i++)
        {
            var (at, rest) = (o.View.Offset, i);
            for (var axis = o.Node.Type.Rank - 1; axis >= 0; rest /= o.Node.Type[axis], axis--)
            {
                var k = rest % o.Node.Type[axis];
                at += axis != 1 ? k * o.View.Strides[axis]
                    : (k / o.View.Lanes * o.View.Strides[axis]) + (k % o.View.Lanes * o.View.LaneStep);
            }
            bytes.AsSpan((int)(plan.Slots[o.View.Stored].Offset + at * size), size).CopyTo(data.AsSpan(i * size));
        }
        return Tensor.Adopt(o.Node.Type, data);
    }

    private static Tensor Value(Expr node, Dictionary<Expr, Tensor> values) => node.Op is Constant c ? c.Value
        : Evaluator.Constant(node, [.. node.Args.Select(a => a.Op is Constant k ? k.Value : values[a])])
            .Match(t => t, e => throw new IrException(LanguageExt.Prelude.Seq1(e)));

    private Tensor Read(Expr node) =>
        Tensor.Adopt(node.Type, bytes.AsSpan((int)plan.Slots[node].Offset, (int)node.Type.Bytes).ToArray());

    private void Write(Expr node, Tensor value)
    {
        var slot = plan.Slots[node];
        bytes.AsSpan((int)slot.Offset, (int)Plan.Extent(slot.Bytes)).Fill(0xC3);
        value.Bytes.CopyTo(bytes.AsSpan((int)slot.Offset));
    }
}
