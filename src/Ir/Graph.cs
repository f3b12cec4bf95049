using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using LanguageExt;

namespace MiniTorch.Ir;

/// <summary>One result of a graph. A result that bears an input's name is that input's next value.</summary>
/// <param name="Name">Its name, empty for none.</param>
/// <param name="Value">Its expression.</param>
public sealed record Output(string Name, Expr Value)
{
    /// <summary>An unnamed result.</summary>
    public static implicit operator Output(Expr value) => new("", value);
}

/// <summary>
/// A checked, interned, ordered graph: inputs in their order, then every node after its operands; equal nodes are one
/// node. Equal when inputs, nodes and outputs are; labels do not count.
/// </summary>
public sealed class Graph : IEquatable<Graph>
{
    private readonly Lazy<string> text;

    internal Graph(string name, ImmutableArray<Expr> inputs, ImmutableArray<Expr> nodes, ImmutableArray<Output> outputs)
    {
        (Name, Inputs, Nodes, Outputs) = (name, inputs, nodes, outputs);
        Index = Enumerable.Range(0, nodes.Length).ToDictionary(i => nodes[i]);
        text = new(() => Text.Printer.Print(this));
    }

    /// <summary>Its name in the text form.</summary>
    public string Name { get; }

    /// <summary>Its inputs, used or not, in order.</summary>
    public ImmutableArray<Expr> Inputs { get; }

    /// <summary>Every node, inputs first, each after its operands.</summary>
    public ImmutableArray<Expr> Nodes { get; }

    /// <summary>Its results.</summary>
    public ImmutableArray<Output> Outputs { get; }

    /// <summary>The position of each node.</summary>
    public IReadOnlyDictionary<Expr, int> Index { get; }

    /// <summary>SHA-256 of the text form: equal graphs have equal hashes.</summary>
    public string Hash => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Text.Printer.Print(this, labels: false))));

    /// <summary>The door to a graph: orders, interns and validates; every violation is reported.</summary>
    /// <param name="outputs">The results.</param>
    /// <param name="inputs">Inputs in the wanted order; others follow in order of first use.</param>
    /// <param name="name">Its name in the text form.</param>
    public static Validation<IrError, Graph> Check(
        IEnumerable<Output> outputs, IEnumerable<Expr>? inputs = null, string name = "main") =>
        Interning.Check([.. outputs], [.. inputs ?? []], name);

    /// <summary>The same door for a script: throws <see cref="IrException"/> with every violation.</summary>
    public static Graph Of(IEnumerable<Output> outputs, IEnumerable<Expr>? inputs = null, string name = "main") =>
        Check(outputs, inputs, name).Match(g => g, errors => throw new IrException(errors));

    /// <summary>The same door for unnamed results.</summary>
    public static Graph Of(IEnumerable<Expr> outputs, IEnumerable<Expr>? inputs = null, string name = "main") =>
        Of(outputs.Select(e => (Output)e), inputs, name);

    /// <summary>The node of an input.</summary>
    public Option<Expr> Input(string name) => Inputs.Where(i => ((Input)i.Op).Name == name).HeadOrNone();

    /// <summary>The expression of a named result.</summary>
    public Option<Expr> Result(string name) => Outputs.Where(o => o.Name == name).Select(o => o.Value).HeadOrNone();

    /// <inheritdoc/>
    public bool Equals(Graph? other) => other is not null && (ReferenceEquals(this, other) || Same(other));

    private bool Same(Graph other) =>
        Name == other.Name && Nodes.Length == other.Nodes.Length && Inputs.Length == other.Inputs.Length
        && Outputs.Length == other.Outputs.Length
        && Enumerable.Range(0, Nodes.Length).All(i => SameNode(Nodes[i], other, other.Nodes[i]))
        && Enumerable.Range(0, Outputs.Length).All(i => Outputs[i].Name == other.Outputs[i].Name
            && Index[Outputs[i].Value] == other.Index[other.Outputs[i].Value]);

    private bool SameNode(Expr node, Graph other, Expr its) =>
        node.Op.Equals(its.Op) && Operands(node).SequenceEqual(other.Operands(its));

    private IEnumerable<int> Operands(Expr node) => node.Args.Select(a => Index[a]);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Graph);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, Nodes.Length, Outputs.Length, Nodes.LastOrDefault()?.Op);

    /// <summary>The text form, which <see cref="Text.Parser"/> reads back.</summary>
    public override string ToString() => text.Value;
}
