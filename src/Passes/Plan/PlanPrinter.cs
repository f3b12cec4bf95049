using System.Globalization;
using System.Text;
using MiniTorch.Ir;
using MiniTorch.Ir.Text;

namespace MiniTorch.Passes.Planning;

/// <summary>Prints a plan: totals, then a line a step.</summary>
public static class PlanPrinter
{
    /// <summary>
    /// The text: index, mnemonics, result, operands, where the result lies, bytes moved, operations, marks; of several loops each
    /// on a line below its step's.
    /// </summary>
    public static string Print(Plan plan)
    {
        var names = Printer.Names(plan.Graph);
        string Name(Expr e) => names[plan.Graph.Index[e]];
        var text = new StringBuilder($"plan {plan.Graph.Name}: {plan.Steps.Length} steps, arena {plan.ArenaBytes} bytes ");
        text.Append($"(at least {plan.LowerBound}), {plan.Flops} flops");
        text.Append(CultureInfo.InvariantCulture, $", {Time(plan.Seconds)} on one thread\n");
        foreach (var step in plan.Steps) Line(text, plan, step, Name);
        foreach (var copy in plan.Copies) text.Append($"  copy {Name(copy.From)} -> {Name(copy.To)}\n");
        return text.ToString();
    }

    private static void Line(StringBuilder text, Plan plan, Step step, Func<Expr, string> name)
    {
        var parts = step.Parts;
        text.Append($"{step.Index,5}  {(parts.Count > 1 ? $"{parts.Count} loops" : Part(plan, step, parts[0], name))}");
        text.Append($" {step.Bytes} bytes {step.Flops} flops");
        if (step.Scratch > 0) text.Append($", scratch {step.Scratch} bytes @{step.ScratchAt}");
        text.Append($", {step.Estimate.Algorithm} {Time(step.Estimate.Seconds)}");
        if (parts.Count == 1) text.Append(Marks(plan, step, parts[0], name));
        else
            foreach (var part in parts) text.Append($"\n         {Part(plan, step, part, name)}{Marks(plan, step, part, name)}");
        text.Append('\n');
    }

    /// <summary>What a part stores, computes and reads, and where its results lie.</summary>
    private static string Part(Plan plan, Step step, IReadOnlyList<Expr> part, Func<Expr, string> name)
    {
        var results = step.Results.Where(part.Contains).ToList();
        var operands = step.Operands.Where(o => part.Any(n => n.Args.Contains(o.Node)));
        return $"{string.Join(", ", results.Select(name))} : {part[^1].Type} = {Mnemonics(part)}"
            + $"({string.Join(", ", operands.Select(o => Read(o, name)))})  "
            + $"{string.Join(' ', results.Select(r => $"@{plan.Slots[r].Offset}"))}";
    }

    /// <summary>Microseconds, to three digits.</summary>
    private static string Time(double seconds) => string.Create(CultureInfo.InvariantCulture, $"{seconds * 1e6:G3} µs");

    private static string Mnemonics(IReadOnlyList<Expr> part) => part.Count <= 8
        ? string.Join('+', part.Select(n => n.Op.Mnemonic))
        : $"{part[0].Op.Mnemonic}+…{part.Count - 2} more…+{part[^1].Op.Mnemonic}";

    private static string Read(Operand operand, Func<Expr, string> name) => ReferenceEquals(operand.Node, operand.View.Stored)
        ? name(operand.Node)
        : $"{name(operand.Node)}~{name(operand.View.Stored)}[{operand.View.Offset}: {Strides(operand.View)}]";

    private static string Strides(View view) =>
        string.Join(' ', view.Strides.Select((s, i) => i == 1 ? $"{s}{Lanes(view)}" : $"{s}"));

    private static string Lanes(View view) =>
        view.Lanes == 1 ? "" : view.LaneStep == 1 ? $"/{view.Lanes}" : $"/{view.Lanes}:{view.LaneStep}";

    private static string Marks(Plan plan, Step step, IReadOnlyList<Expr> part, Func<Expr, string> name) =>
        string.Concat(step.Results.Where(part.Contains).Select(r => Marks(plan, step, r, name)));

    private static string Marks(Plan plan, Step step, Expr result, Func<Expr, string> name)
    {
        var slot = plan.Slots[result];
        var heir = step.Operands.Select(o => o.View.Stored).FirstOrDefault(s => plan.Slots[s].Offset == slot.Offset);
        var donated = plan.Donations.Where(d => ReferenceEquals(plan.Graph.Outputs[d.Key].Value, result)
            && plan.Slots[d.Value].Offset == slot.Offset).Select(d => $", becomes {name(d.Value)}");
        return (heir is null ? "" : $", in place of {name(heir)}") + string.Concat(donated);
    }
}
