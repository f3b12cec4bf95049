using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MiniTorch.Generators;
using MiniTorch.Ir.Text;
using Xunit;

namespace MiniTorch.Ir.Tests;

public partial class DrawingTests
{
    private static Graph Parsed(string text) => Parser.Parse(text).Match(g => g, e => throw new IrException(e));

    private static readonly Graph Small = Parsed("""
        graph "a \"b\" & \\N"("x:0": f32[2,3], k: f32[3])
          %broadcast.0 = broadcast k {to=[2 3] axes=[1]} : f32[2,3]
          %sub.0 = sub "x:0" %broadcast.0 : f32[2,3]
          %max.0 = max %sub.0 0.0 : f32[2,3]
          return "y\"1"=%max.0 1.5

        """);

    [Fact]
    public void Json_holds_the_whole_graph() =>
        Check.Holds(Graphs.Any(), g => Parsed(TextOf(JsonNode.Parse(JsonText.Print(g))!)).Equals(g), count: 300);

    [Fact]
    public void Json_has_a_line_for_each_node_with_names_as_they_are()
    {
        var json = JsonText.Print(Small);
        var id = Enumerable.Range(0, Small.Nodes.Length).Single(i => Small.Nodes[i].Op is Max);
        var operands = string.Join(',', Small.Nodes[id].Args.Select(a => Small.Index[a]));
        Assert.Contains($"{{\"id\":{id},\"op\":\"max\",\"name\":\"%max.0\",\"operands\":[{operands}],\"attributes\":{{}},"
            + "\"type\":{\"element\":\"f32\",\"shape\":[2,3]}}", json);
        Assert.Equal("a \"b\" & \\N", (string?)JsonNode.Parse(json)!["name"]);
    }

    [Fact]
    public void Graphviz_draws_inputs_as_ellipses_ops_as_boxes_and_scalars_inside_their_users()
    {
        var dot = Graphviz.Print(Small);
        Assert.Contains("label=\"a \\\"b\\\" &amp; \\\\N\";", dot);
        Assert.Matches("n0 \\[label=\"x:0\\\\nf32\\[2,3\\]\", fillcolor=\"#e3f4e1\", color=\"#5b9a57\", shape=ellipse", dot);
        Assert.Matches("n\\d \\[label=\"max • 0.0\\\\nf32\\[2,3\\]\", fillcolor=\"#e4eefb\"", dot);
        Assert.Matches("n0 -> n3 \\[label=\"0\"\\];", dot);
        Assert.Contains("r0 [label=\"y\\\"1\"", dot);
    }

    [Fact]
    public void Mermaid_draws_the_same_with_every_mark_escaped()
    {
        var text = Mermaid.Print(Small);
        Assert.StartsWith("flowchart TD\n  n0([\"x:0<br/>f32[2,3]\"]):::input\n", text, StringComparison.Ordinal);
        Assert.Contains("r0([\"y#34;1\"]):::result", text);
        Assert.Contains("  n0 -->|0| n3\n", text);
        Assert.Contains("classDef elementwise fill:#e4eefb", text);
        Assert.DoesNotContain("classDef random", text);
    }

    [Fact]
    public void Every_drawing_of_a_random_graph_has_its_arrows_and_closed_quotes() => Check.Holds(Graphs.Any(), g =>
    {
        var arrows = g.Nodes.Sum(n => n.Args.Count(a => a.Op is not Constant { Value.Type.Rank: 0 })) + g.Outputs.Length;
        var (dot, mermaid) = (Graphviz.Print(g).Split('\n'), Mermaid.Print(g).Split('\n'));
        return dot.Count(l => Arrow().IsMatch(l)) == arrows && mermaid.Count(l => MermaidArrow().IsMatch(l)) == arrows
            && dot.All(l => Unescaped().Matches(l).Count % 2 == 0) && mermaid.All(l => l.Count(c => c == '"') % 2 == 0);
    });

    // the text form again, from the JSON alone
    private static string TextOf(JsonNode json)
    {
        var nodes = json["nodes"]!.AsArray();
        string Name(JsonNode? id) => nodes[(int)id!]! is var n && (string)n["op"]! == "input"
            ? Names.Print((string)n["name"]!) : $"%n{(int)id!}";
        var inputs = json["inputs"]!.AsArray().Select(i => $"{Name(i)}: {TypeOf(nodes[(int)i!]!["type"]!)}");
        var lines = nodes.Where(n => (string)n!["op"]! != "input").Select(n =>
            $" {Name(n!["id"])} = {n["op"]} {string.Join(' ', n["operands"]!.AsArray().Select(Name))}"
            + $" {{{Attributes(n["attributes"]!)}}} : {TypeOf(n["type"]!)}");
        var results = json["outputs"]!.AsArray().Select(o =>
            ((string)o!["name"]! is { Length: > 0 } name ? Names.Print(name) + "=" : "") + Name(o["value"]));
        return $"graph {Names.Print((string)json["name"]!)}({string.Join(", ", inputs)})\n"
            + string.Join("\n", lines) + $"\n return {string.Join(' ', results)}\n";
    }

    private static string Attributes(JsonNode attributes) =>
        string.Join(' ', attributes.AsObject().Select(a => $"{a.Key}={ValueOf(a.Value!)}"));

    private static string TypeOf(JsonNode type) => $"{type["element"]}[{string.Join(',', type["shape"]!.AsArray())}]";

    private static string ValueOf(JsonNode value) =>
        value is JsonArray list ? $"[{string.Join(' ', list.Select(v => ValueOf(v!)))}]"
        : value.GetValueKind() == System.Text.Json.JsonValueKind.String ? (string)value! : value.ToJsonString();

    [GeneratedRegex("^  n\\d+ -> [nr]\\d+( \\[label=\"\\d+\"\\])?;$")]
    private static partial Regex Arrow();

    [GeneratedRegex("^  n\\d+ -->(\\|\\d+\\|)? [nr]\\d+$")]
    private static partial Regex MermaidArrow();

    [GeneratedRegex("(?<!\\\\)(\\\\\\\\)*\"")]
    private static partial Regex Unescaped();
}
