using System.Text;

namespace MiniTorch.Ir.Text;

/// <summary>Prints a graph in the form of GRAMMAR.md: counters run per mnemonic, defaults are left out.</summary>
public static class Printer
{
    /// <summary>The text of a graph; labels stand as comments.</summary>
    public static string Print(Graph graph, bool labels = true)
    {
        var names = Names(graph);
        var text = new StringBuilder($"graph {Text.Names.Print(graph.Name)}(");
        text.AppendJoin(", ", graph.Inputs.Select(Parameter)).Append(")\n");
        foreach (var node in graph.Nodes.Where(IsLine))
            text.Append("  ").Append(Line(graph, node, names, labels)).Append('\n');
        text.Append("  return");
        foreach (var (name, value) in graph.Outputs)
            text.Append(' ').Append(name.Length == 0 ? "" : Text.Names.Print(name) + "=").Append(names[graph.Index[value]]);
        return text.Append('\n').ToString();
    }

    /// <summary>The printed name of each node, by position: <c>%conv.0</c>, an input's own, a scalar's value.</summary>
    public static string[] Names(Graph graph)
    {
        var counters = new Dictionary<string, int>();
        return [.. graph.Nodes.Select(n => Name(n, counters))];
    }

    /// <summary>Inputs stand in the head and scalar constants in place; every other node has a line.</summary>
    public static bool IsLine(Expr node) => node is not ({ Op: Input } or { Op: Constant { Value.Type.Rank: 0 } });

    private static string Parameter(Expr input) => $"{Text.Names.Print(((Input)input.Op).Name)}: {input.Type}";

    private static string Name(Expr node, Dictionary<string, int> counters)
    {
        if (node.Op is Input input) return Text.Names.Print(input.Name);
        if (node.Op is Constant { Value.Type.Rank: 0 } constant) return Literals.Scalar(constant.Value);
        var count = counters.GetValueOrDefault(node.Op.Mnemonic);
        counters[node.Op.Mnemonic] = count + 1;
        return $"%{node.Op.Mnemonic}.{count}";
    }

    /// <summary>The line of a node, or an input as it stands in the head.</summary>
    internal static string Line(Graph graph, Expr node, string[] names, bool labels = false)
    {
        if (node.Op is Input) return Parameter(node);
        var text = new StringBuilder($"{names[graph.Index[node]]} = {node.Op.Mnemonic}");
        foreach (var arg in node.Args) text.Append(' ').Append(names[graph.Index[arg]]);
        var separator = " {";
        foreach (var (key, value) in node.Op.Attributes)
        {
            text.Append(separator).Append(key).Append('=').Append(value);
            separator = " ";
        }
        if (separator == " ") text.Append('}');
        text.Append(" : ").Append(node.Type);
        if (labels && node.Label.Length > 0) text.Append("  # ").Append(node.Label.ReplaceLineEndings(" "));
        return text.ToString();
    }
}
