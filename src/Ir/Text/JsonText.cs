using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MiniTorch.Ir.Text;

/// <summary>Prints a graph as JSON for other programs: all that the text form says, a node a line, operands by id.</summary>
/// <remarks>The schema is in docs/ir.md.</remarks>
public static class JsonText
{
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The text; ids are positions in the graph's order, and attributes at their defaults are absent.</summary>
    public static string Print(Graph graph)
    {
        var names = Printer.Names(graph);
        var nodes = Enumerable.Range(0, graph.Nodes.Length)
            .Select(i => $"    {Node(graph, i, names[i]).ToJsonString(Readable)}");
        return $$"""
            {
              "format": "minitorch graph 1",
              "name": {{JsonValue.Create(graph.Name).ToJsonString(Readable)}},
              "inputs": [{{string.Join(", ", graph.Inputs.Select(i => graph.Index[i]))}}],
              "nodes": [
            {{string.Join(",\n", nodes)}}
              ],
              "outputs": [{{string.Join(", ", graph.Outputs.Select(o => Result(graph, o).ToJsonString(Readable)))}}]
            }

            """.ReplaceLineEndings("\n");
    }

    private static JsonObject Node(Graph graph, int i, string name)
    {
        var node = graph.Nodes[i];
        var json = new JsonObject
        {
            ["id"] = i,
            ["op"] = node.Op.Mnemonic,
            ["name"] = node.Op is Input input ? input.Name : name,
            ["operands"] = new JsonArray([.. node.Args.Select(a => (JsonNode)graph.Index[a])]),
            ["attributes"] = new JsonObject(node.Op.Attributes.Select(a => KeyValuePair.Create(a.Key, Value(a.Value)))),
            ["type"] = Type(node.Type),
        };
        if (node.Label.Length > 0) json["label"] = node.Label;
        return json;
    }

    private static JsonObject Type(TensorType type) => new()
    {
        ["element"] = type.Element.Name,
        ["shape"] = new JsonArray([.. type.Shape.Select(n => (JsonNode)n)]),
    };

    private static JsonObject Result(Graph graph, Output output) =>
        new() { ["name"] = output.Name, ["value"] = graph.Index[output.Value] };

    // a list in brackets becomes an array, numbers stay digit for digit, all else (p1:1, +inf, f32) becomes a string
    private static JsonNode? Value(string text) => text.StartsWith('[')
        ? new JsonArray([.. text[1..^1].Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Atom)])
        : Atom(text);

    private static JsonNode? Atom(string text) =>
        text[0] != '+' && double.IsFinite(Number(text)) ? JsonNode.Parse(text) : text;

    private static double Number(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : double.NaN;
}
