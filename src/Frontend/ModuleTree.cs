using System.Globalization;
using LanguageExt;
using MiniTorch.Ir;
using static LanguageExt.Prelude;

namespace MiniTorch.Frontend;

/// <summary>A model as a tree of modules: what each gives, which parameters it holds, what it draws in training.</summary>
/// <param name="Name">As <c>residual1.conv2</c>; empty for the whole model.</param>
/// <param name="Text">As composed.</param>
/// <param name="Type">Of its result.</param>
/// <param name="Parameters">Its own, without those of the modules in it.</param>
/// <param name="Draws">Random counters of a training step, with those of the modules in it; evaluation takes none.</param>
/// <param name="Modules">In it, in order.</param>
public sealed record ModuleTree(
    string Name, string Text, TensorType Type, Seq<Parameter> Parameters, long Draws, Seq<ModuleTree> Modules)
{
    private static readonly Mode Training =
        new(true, Prim.Scalar(ElementType.I64, 0L), Prim.Scalar(ElementType.I64, 0L));

    /// <summary>How many numbers are learned in it.</summary>
    public long Count => Parameters.Sum(p => p.Type.Count) + Modules.Sum(m => m.Count);

    /// <summary>The tree of a model for an input's type.</summary>
    public static ModuleTree Of(Model model, TensorType x)
    {
        var (flow, modules) = Walk(model, Flow.Of(Prim.Input("x", x)));
        return new("", $"{x} →", flow.Value.Type, LanguageExt.Seq<Parameter>.Empty, flow.Draws, modules);
    }

    private static (Flow Flow, Seq<ModuleTree> Modules) Walk(Model model, Flow start) =>
        model.Layers.Fold((start, LanguageExt.Seq<ModuleTree>.Empty), (at, layer) =>
        {
            var after = layer.Through(at.Item1, Training);
            return (after, at.Item2.Add(Module(layer, at.Item1, after)));
        });

    private static ModuleTree Module(Layer layer, Flow before, Flow after)
    {
        var name = before.Next(layer.Kind);
        var modules = Inner(layer, Flow.Of(before.Value) with { Prefix = $"{name}." });
        var theirs = modules.Bind(m => m.Names()).AsEnumerable().ToHashSet();
        var own = after.Parameters.Skip(before.Parameters.Count).Filter(p => !theirs.Contains(p.Name)).Strict();
        return new(name, layer.Text, after.Value.Type, own, after.Draws - before.Draws, modules);
    }

    /// <summary>Every model of a layer is one of the layer's input; names go on from one to the next.</summary>
    private static Seq<ModuleTree> Inner(Layer layer, Flow start) =>
        layer.Inner.Fold((Flow: start, Modules: LanguageExt.Seq<ModuleTree>.Empty), (at, model) =>
        {
            var (flow, modules) = Walk(model, at.Flow with { Value = start.Value });
            return (flow, at.Modules + modules);
        }).Modules;

    private Seq<string> Names() => Parameters.Map(p => p.Name) + Modules.Bind(m => m.Names());

    /// <summary>A line for each module and parameter: name, what it is, its type, how many numbers are learned.</summary>
    public override string ToString()
    {
        var rows = Rows("", "").ToList();
        int[] widths = [rows.Max(r => r.Label.Length), rows.Max(r => r.Text.Length), rows.Max(r => r.Count.Length)];
        return string.Join('\n', rows.Select(r =>
            $"{r.Label.PadRight(widths[0])}  {r.Text.PadRight(widths[1])}  {r.Count.PadLeft(widths[2])}  {r.Note}".TrimEnd()));
    }

    private IEnumerable<(string Label, string Text, string Count, string Note)> Rows(string branch, string indent)
    {
        var number = Count.ToString("N0", CultureInfo.InvariantCulture);
        yield return ($"{branch}{Last(Name)}", Modules.IsEmpty || Name.Length == 0 ? Text : "", Count > 0 ? number : "",
            $"{Type}{(Draws > 0 && Modules.IsEmpty ? "  random in training" : "")}");
        var children = Modules.Count + Parameters.Count;
        var at = 0;
        foreach (var p in Parameters)
            yield return ($"{indent}{Corner(++at == children)}{Within(p.Name)}", "",
                p.Type.Count.ToString("N0", CultureInfo.InvariantCulture), $"{p.Type}");
        foreach (var module in Modules)
            foreach (var row in module.Rows($"{indent}{Corner(++at == children)}", $"{indent}{(at == children ? "   " : "│  ")}"))
                yield return row;
    }

    private static string Corner(bool last) => last ? "└─ " : "├─ ";

    private string Within(string parameter) => parameter.Length > Name.Length ? parameter[(Name.Length + 1)..] : parameter;

    private static string Last(string name) => name.Length == 0 ? "model" : name[(name.LastIndexOf('.') + 1)..];
}
