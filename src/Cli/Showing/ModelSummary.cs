using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using MiniTorch.Passes.Analysis;

namespace MiniTorch.Cli.Showing;

/// <summary>A line for each node, the totals of a model, the parameters of its layers and what it is warned of.</summary>
internal static class ModelSummary
{
    private static readonly string[] Head =
        ["node", "formula", "type", "flops", "bytes", "flops/byte", "parameters", "receptive field"];

    /// <summary>Shows them; layers and warnings where there are any.</summary>
    internal static int Show(Screen screen, Account account, bool json)
    {
        if (json)
        {
            screen.Json(w => Write(w, account));
            return Exit.Success;
        }
        screen.Table(Head, account.Nodes.Select(Row));
        Section(screen, ["total", "value"], account.Totals.Select(t => new[] { t.Name, Number(t.Value) }));
        Section(screen, ["layer", "weights", "parameters", "of this layer", "count"], account.Layers.Select(l =>
            new[] { account.Name(l.Node), l.Sharing, l.Law, l.Numbers, Number(l.Count) }));
        Section(screen, ["warning", "node", "what"], account.Warnings.Select(w =>
            new[] { w.Rule, account.Name(w.Node), w.Message }));
        return Exit.Success;
    }

    /// <summary>The fields in the inputs that are no parameters: <c>x[1, all, 3, 3]</c>.</summary>
    internal static string Fields(Explanation e) =>
        e.Fields.IsEmpty ? "-" : string.Join(' ', e.Fields.Select(f => Ir.Text.Names.Print(f.Input) + f.Field.Brief));

    /// <summary>A number with two digits after its point.</summary>
    internal static string Intensity(Explanation e) => e.Intensity.ToString("0.##", CultureInfo.InvariantCulture);

    private static void Section(Screen screen, string[] head, IEnumerable<IReadOnlyList<string>> rows)
    {
        var all = rows.ToList();
        if (all.Count == 0) return;
        screen.Line("");
        screen.Table(head, all);
    }

    private static IReadOnlyList<string> Row(Explanation e) =>
    [
        e.Name, e.Formula, $"{e.Node.Type}", Number(e.Flops), Number(e.Bytes), Intensity(e), Number(e.Parameters), Fields(e),
    ];

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static void Write(Utf8JsonWriter w, Account account)
    {
        w.WriteStartObject();
        w.WriteStartArray("nodes");
        foreach (var e in account.Nodes) Write(w, e);
        w.WriteEndArray();
        w.WriteStartObject("totals");
        foreach (var (name, value) in account.Totals) w.WriteNumber(name.Replace(' ', '_'), value);
        w.WriteEndObject();
        w.WriteStartArray("layers");
        foreach (var layer in account.Layers) Write(w, layer, account.Name(layer.Node));
        w.WriteEndArray();
        w.WriteStartArray("warnings");
        foreach (var warning in account.Warnings) Write(w, warning, account.Name(warning.Node));
        w.WriteEndArray();
        w.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter w, LayerParameters layer, string node)
    {
        w.WriteStartObject();
        w.WriteString("node", node);
        w.WriteString("weights", layer.Sharing);
        w.WriteString("law", layer.Law);
        w.WriteString("numbers", layer.Numbers);
        w.WriteNumber("parameters", layer.Count);
        w.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter w, Warning warning, string node)
    {
        w.WriteStartObject();
        w.WriteString("rule", warning.Rule);
        w.WriteString("node", node);
        w.WriteString("message", warning.Message);
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
