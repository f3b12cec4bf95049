using System.Collections.Immutable;
using System.Globalization;
using LanguageExt;
using MiniTorch.Ir;
using MiniTorch.Passes.Analysis;

namespace MiniTorch.Cli.Showing;

/// <summary>One node in depth: what it computes, of what, for whom, and on what it depends.</summary>
internal static class OneNode
{
    /// <summary>Shows it; <paramref name="name"/> is its name in the text form, with or without the %.</summary>
    internal static Either<IrError, int> Show(
        Screen screen, Graph graph, string name, IReadOnlySet<string> parameters, bool json)
    {
        var all = Explanation.Of(graph, parameters);
        if (Find(all, name) is not { } found) return Unknown(all, name);
        var e = found with { Fields = [.. Fields(graph, found.Node)] };
        if (json) screen.Json(w => ModelSummary.Write(w, e));
        else screen.Table(["of", e.Name], Lines(e, all, Warning.Of(graph)).Select(l => new[] { l.Key, l.Value }));
        return Exit.Success;
    }

    // parameters too: which of their elements one element of the node multiplies
    private static IEnumerable<(string, ReceptiveField)> Fields(Graph graph, Expr node) =>
        from input in graph.Inputs
        let fields = ReceptiveField.Of(graph, input)
        where fields.ContainsKey(node)
        select (((Input)input.Op).Name, fields[node]);

    private static Explanation? Find(ImmutableArray<Explanation> all, string name) =>
        all.FirstOrDefault(e => e.Name == name) ?? all.FirstOrDefault(e => e.Node.Op is Input i && i.Name == name)
        ?? all.FirstOrDefault(e => e.Name == $"%{name}");

    private static IrError Unknown(ImmutableArray<Explanation> all, string name)
    {
        var begin = $"%{name.TrimStart('%').Split('.')[0]}";
        var alike = all.Where(e => e.Name.StartsWith(begin, StringComparison.Ordinal)).Take(8).ToList();
        var known = alike.Count > 0 ? alike : [.. all.Take(8)];
        return new("cli.C16", $"there is no node '{name}'; take one as {string.Join(", ", known.Select(e => e.Name))}");
    }

    private static IEnumerable<(string Key, string Value)> Lines(
        Explanation e, ImmutableArray<Explanation> all, ImmutableArray<Warning> warnings)
    {
        yield return ("formula", e.Formula);
        if (e.Node.Label.Length > 0) yield return ("label", e.Node.Label.ReplaceLineEndings(" "));
        yield return ("type", $"{e.Node.Type}");
        yield return ("shape rule", e.Sizing);
        yield return ("flops", Number(e.Flops));
        yield return ("bytes", Number(e.Bytes));
        yield return ("flops/byte", ModelSummary.Intensity(e));
        yield return ("parameters", Number(e.Parameters));
        foreach (var warning in warnings.Where(w => ReferenceEquals(w.Node, e.Node)))
            yield return (warning.Rule, warning.Message);
        foreach (var (arg, k) in e.Node.Args.Select((a, k) => (a, k)))
            yield return ($"operand {k}", $"{Name(arg, all)}: {arg.Type}");
        foreach (var user in all.Where(u => u.Node.Args.Contains(e.Node)))
            yield return ("user", $"{user.Name}: {user.Node.Type}");
        foreach (var (input, field) in e.Fields) yield return ($"reads of {Ir.Text.Names.Print(input)}", $"{field}");
    }

    private static string Name(Expr node, ImmutableArray<Explanation> all) =>
        all.FirstOrDefault(e => ReferenceEquals(e.Node, node))?.Name ?? Ir.Text.Literals.Scalar(((Constant)node.Op).Value);

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
