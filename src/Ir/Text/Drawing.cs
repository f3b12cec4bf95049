namespace MiniTorch.Ir.Text;

/// <summary>What a drawing shows of a graph, whatever the language it is drawn in.</summary>
internal sealed class Drawing(Graph graph)
{
    private const int MostElements = 6;

    /// <summary>The nodes with shapes of their own: all but scalar constants, which stand inside their users.</summary>
    internal IEnumerable<int> Shapes { get; } = [.. Enumerable.Range(0, graph.Nodes.Length)
        .Where(i => !IsInline(graph.Nodes[i]) || graph.Outputs.Any(o => ReferenceEquals(o.Value, graph.Nodes[i])))];

    /// <summary>The lines of a node's label: what it does, the user's label, its attributes, its type.</summary>
    internal IEnumerable<string> Lines(int i)
    {
        var node = graph.Nodes[i];
        yield return Headline(node);
        if (node.Label.Length > 0) yield return $"# {node.Label.ReplaceLineEndings(" ")}";
        if (node.Op is Constant { Value.Type.Rank: > 0 } c) yield return Elements(c.Value);
        else if (node.Op is not Constant)
            foreach (var (key, value) in node.Op.Attributes) yield return $"{key}={value}";
        yield return $"{node.Type}";
    }

    /// <summary>Operands that are shapes, each with its position, which is empty where there is only one.</summary>
    internal IEnumerable<(int From, string Position)> Edges(int i)
    {
        var args = graph.Nodes[i].Args;
        var several = args.Count(a => !IsInline(a)) > 1;
        for (var k = 0; k < args.Length; k++)
            if (!IsInline(args[k])) yield return (graph.Index[args[k]], several ? $"{k}" : "");
    }

    // max • 0.0: a bullet for each operand that an arrow brings
    private static string Headline(Expr node) => node switch
    {
        { Op: Input input } => input.Name,
        { Op: Constant { Value: { Type.Rank: 0 } value } } => Literals.Scalar(value),
        var _ when node.Args.Any(IsInline) => $"{node.Op.Mnemonic} {string.Join(' ', node.Args.Select(Argument))}",
        var _ => node.Op.Mnemonic,
    };

    private static string Argument(Expr arg) => IsInline(arg) ? Literals.Scalar(((Constant)arg.Op).Value) : "•";

    private static string Elements(Tensor value)
    {
        var shown = (int)Math.Min(value.Type.Count, MostElements);
        var first = Enumerable.Range(0, shown).Select(i => Literals.Element(value, i));
        return $"[{string.Join(' ', first)}{(value.Type.Count > MostElements ? " …]" : "]")}";
    }

    private static bool IsInline(Expr node) => node.Op is Constant { Value.Type.Rank: 0 };
}

/// <summary>The kinds of ops that a drawing tells apart by colour.</summary>
internal sealed record Family(string Name, string Fill, string Line)
{
    internal static readonly Family Input = new("input", "#e3f4e1", "#5b9a57");
    internal static readonly Family Result = new("result", "#ffffff", "#666666");
    internal static readonly Family Leaf = new("leaf", "#f1f1f1", "#9a9a9a");
    internal static readonly Family Elementwise = new("elementwise", "#e4eefb", "#6f93c4");
    internal static readonly Family Movement = new("movement", "#f7f7f2", "#b5b39a");
    internal static readonly Family Contraction = new("contraction", "#fde5cf", "#d08a45");
    internal static readonly Family Reduction = new("reduction", "#ede3f7", "#9576ba");
    internal static readonly Family Window = new("window", "#fcf3c8", "#c0a43a");
    internal static readonly Family Indexing = new("indexing", "#fbe2ea", "#c4738f");
    internal static readonly Family Random = new("random", "#dcf3f2", "#539c98");

    /// <summary>All of them, in the order of a legend.</summary>
    internal static readonly IReadOnlyList<Family> All =
        [Input, Result, Leaf, Elementwise, Movement, Contraction, Reduction, Window, Indexing, Random];

    /// <summary>The family of an op.</summary>
    internal static Family Of(Op op) => op switch
    {
        Ir.Input => Input,
        Ir.Leaf => Leaf,
        Ir.Elementwise => Elementwise,
        Ir.Movement or Pad or Concat => Movement,
        Dot or Conv => Contraction,
        Ir.Reduction or ArgMax => Reduction,
        Windowed => Window,
        Gather or ScatterAdd => Indexing,
        RandomBits => Random,
        var other => throw new InvalidOperationException($"no family for {other.Mnemonic}"),
    };
}
