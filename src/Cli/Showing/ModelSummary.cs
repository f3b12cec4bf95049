using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using MiniTorch.Ir;
using MiniTorch.Passes.Analysis;
using MiniTorch.Passes.Planning;

namespace MiniTorch.Cli.Showing;

/// <summary>A line for each node, and the totals of a model.</summary>
internal static class ModelSummary
{
    private static readonly string[] Head =
        ["node", "formula", "type", "flops", "bytes", "flops/byte", "parameters", "receptive field"];

    /// <summary>Shows both.</summary>
    internal static int Show(Screen screen, ImmutableArray<Explanation> nodes, Plan plan, bool json)
    {
        if (json)
        {
            screen.Json(w => Write(w, nodes, plan));
            return Exit.Success;
        }
        screen.Table(Head, nodes.Select(Row));
        screen.Line("");
        screen.Table(["total", "value"], Totals(nodes, plan).Select(t => new[] { t.Name, Number(t.Value) }));
        return Exit.Success;
    }

    /// <summary>The fields in the inputs that are no parameters: <c>x[1, all, 3, 3]</c>.</summary>
    internal static string Fields(Explanation e) =>
        e.Fields.IsEmpty ? "-" : string.Join(' ', e.Fields.Select(f => Ir.Text.Names.Print(f.Input) + f.Field.Brief));

    /// <summary>A number with two digits after its point.</summary>
    internal static string Intensity(Explanation e) => e.Intensity.ToString("0.##", CultureInfo.InvariantCulture);

    private static IReadOnlyList<string> Row(Explanation e) =>
    [
        e.Name, e.Formula, $"{e.Node.Type}", Number(e.Flops), Number(e.Bytes), Intensity(e), Number(e.Parameters), Fields(e),
    ];

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    // bytes are those of nodes run one by one; the plan's fused steps move fewer
    private static IEnumerable<(string Name, long Value)> Totals(ImmutableArray<Explanation> nodes, Plan plan) =>
    [
        ("nodes", nodes.Count(e => e.Node.Op is not Input)), ("parameters", nodes.Sum(e => e.Parameters)),
        ("flops", nodes.Sum(e => e.Flops)), ("bytes", nodes.Sum(e => e.Bytes)),
        ("planned steps", plan.Steps.Length), ("planned flops", plan.Flops), ("planned bytes", plan.Steps.Sum(s => s.Bytes)),
        ("peak arena bytes", plan.ArenaBytes),
    ];

    private static void Write(Utf8JsonWriter w, ImmutableArray<Explanation> nodes, Plan plan)
    {
        w.WriteStartObject();
        w.WriteStartArray("nodes");
        foreach (var e in nodes) Write(w, e);
        w.WriteEndArray();
        w.WriteStartObject("totals");
        foreach (var (name, value) in Totals(nodes, plan)) w.WriteNumber(name.Replace(' ', '_'), value);
        w.WriteEndObject();
        w.WriteEndObject();
    }

    /// <summary>One node as a JSON object.</summary>
    internal static void Write(Utf8JsonWriter w, Explanation e)
    {
        w.WriteStartObject();
        w.WriteString("name", e.Name);
        w.WriteString("op", e.Node.Op.Mnemonic);
        w.WriteString("formula", e.Formula);
        w.WriteString("shape_rule", e.Sizing);
        w.WriteString("type", $"{e.Node.Type}");
        w.WriteNumber("flops", e.Flops);
        w.WriteNumber("bytes", e.Bytes);
        w.WriteNumber("intensity", e.Intensity);
        w.WriteNumber("parameters", e.Parameters);
        w.WriteStartObject("receptive_field");
        foreach (var (input, field) in e.Fields) w.WriteString(input, $"{field}");
        w.WriteEndObject();
        w.WriteEndObject();
    }
}
