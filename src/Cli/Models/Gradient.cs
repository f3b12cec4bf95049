using System.Collections.Immutable;
using LanguageExt;
using MiniTorch.Interop;
using MiniTorch.Ir;
using MiniTorch.Passes.Autodiff;
using static LanguageExt.Prelude;

namespace MiniTorch.Cli.Models;

/// <summary>The vector-Jacobian product of a model: the inputs, the cotangents, and the graph that computes it.</summary>
/// <param name="Wrt">The inputs, by name: result k of <paramref name="Graph"/> is the gradient of Wrt[k].</param>
/// <param name="Graph">The gradients, after the model's own results where they were asked for. No result has a name.</param>
/// <param name="Cotangents">Values of the inputs that the graph has and the model has not.</param>
/// <remarks>
/// Errors: cli.C6 an input that the model does not have; cli.C11 a cotangent for a result that the model does not have or
/// that is no float, or of another type; cli.C12 nothing to differentiate; those of <see cref="Backward"/>.
/// </remarks>
internal sealed record Gradient(Seq<string> Wrt, Graph Graph, IReadOnlyDictionary<string, Tensor> Cotangents)
{
    private const StringSplitOptions Tidy = StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries;

    /// <summary>Builds it; a result without a cotangent takes ones, a result that is no float adds nothing.</summary>
    internal static Either<IrError, Gradient> Of(
        Graph model, IEnumerable<string>? wrt, IReadOnlyDictionary<string, Tensor> cotangents, bool forward) =>
        from inputs in Inputs(model, wrt)
        from _ in Known(model, cotangents)
        let given = Given(model, cotangents)
        from graph in Build(model, inputs, given, forward)
        select new Gradient(inputs, graph, Named.Of(given.Values));

    private static Either<IrError, Seq<string>> Inputs(Graph model, IEnumerable<string>? wrt)
    {
        var floats = model.Inputs.Where(i => i.Type.Element.IsFloat).Select(i => ((Input)i.Op).Name).ToSeq().Strict();
        var asked = (wrt ?? []).SelectMany(w => w.Split(',', Tidy)).Distinct().ToSeq().Strict();
        if (asked.AsEnumerable().FirstOrDefault(n => model.Input(n).IsNone) is { } strange) return Strange(strange, floats);
        if (asked.AsEnumerable().FirstOrDefault(n => !floats.Contains(n)) is { } whole) return NoFloat(model, whole);
        if (!model.Outputs.Any(o => o.Value.Type.Element.IsFloat))
            return new IrError("cli.C12", "no result of the model is a float, so there is nothing to differentiate");
        return !asked.IsEmpty ? asked : !floats.IsEmpty ? floats
            : new IrError("cli.C12", "no input of the model is a float, so there is nothing to differentiate by");
    }

    private static IrError Strange(string name, Seq<string> floats) =>
        new("cli.C6", $"the model has no input '{name}'; --wrt takes some of {string.Join(", ", floats)}");

    private static IrError NoFloat(Graph model, string name)
    {
        var type = model.Inputs.First(i => ((Input)i.Op).Name == name).Type;
        return new("cli.C12", $"input {name} is {type}, which has no gradient; leave it out of --wrt");
    }

    private static Either<IrError, Unit> Known(Graph model, IReadOnlyDictionary<string, Tensor> cotangents)
    {
        var types = model.Outputs.Select((o, i) => (Name: Names.Of(o, i), o.Value.Type)).ToList();
        foreach (var (name, value) in cotangents)
        {
            var (found, type) = types.FirstOrDefault(t => t.Name == name);
            if (found is null)
                return Wrong($"the model has no result '{name}'; it gives {string.Join(", ", types.Select(t => t.Name))}");
            if (!type.Element.IsFloat) return Wrong($"result {name} is {type}, which takes no cotangent; leave it out");
            if (type != value.Type) return Wrong($"the cotangent of {name} takes {type}, its file holds {value.Type}");
        }
        return unit;
    }

    private static IrError Wrong(string message) => new("cli.C11", message);

    /// <summary>Results that have a cotangent: the name of the input that carries it, new to the model.</summary>
    private static IReadOnlyDictionary<string, (string Name, Tensor Value)> Given(
        Graph model, IReadOnlyDictionary<string, Tensor> cotangents) =>
        Named.Of(cotangents.Select(c => (c.Key, (Free(model, $"cotangent_{c.Key}"), c.Value))));

    private static string Free(Graph model, string name) => model.Input(name).IsNone ? name : Free(model, $"_{name}");

    private static Either<IrError, Graph> Build(
        Graph model, Seq<string> wrt, IReadOnlyDictionary<string, (string Name, Tensor Value)> given, bool forward)
    {
        var floats = model.Outputs.Select((o, i) => (o.Value, Name: Names.Of(o, i)))
            .Where(o => o.Value.Type.Element.IsFloat).ToList();
        var cotangents = floats.Select(o => given.TryGetValue(o.Name, out var c)
            ? Prim.Input(c.Name, o.Value.Type) : Prim.Full(o.Value.Type, 1)).ToImmutableArray();
        var inputs = wrt.Map(n => model.Input(n).IfNone(() => throw new InvalidOperationException(n))).ToImmutableArray();
        var gradients = Backward.Vjp([.. floats.Select(o => o.Value)], cotangents, inputs);
        var results = (forward ? model.Outputs.Select(o => o.Value) : []).Concat(gradients).Select(e => new Output("", e));
        return Graph.Check(results, model.Inputs, model.Name).ToEither().MapLeft(Door.First);
    }
}
