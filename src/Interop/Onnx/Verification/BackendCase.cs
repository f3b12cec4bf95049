using System.Collections.Immutable;
using LanguageExt;
using MiniTorch.Ir;
using MiniTorch.Passes.Autodiff;

namespace MiniTorch.Interop.Onnx.Verification;

/// <summary>The results of a graph for values of its inputs.</summary>
public delegate Either<IrError, ImmutableArray<Tensor>> Runner(Graph graph, HashMap<string, Tensor> inputs);

/// <summary>
/// A folder of ONNX's backend tests: <c>model.onnx</c> or <c>model.ir</c>, and for each N a <c>test_data_set_N</c> of
/// <c>input_K.pb</c> and <c>output_K.pb</c>, and perhaps <c>cotangent_K.pb</c> for outputs and <c>gradient_K.pb</c> for
/// inputs, against which the symbolic gradient is checked; outputs without a cotangent take ones.
/// </summary>
/// <remarks>
/// Errors: case.C1 a folder without a model or data; case.C2 more data than inputs or outputs; case.C3 a value that
/// differs; those of <see cref="ModelFile"/>.
/// Source: ONNX, docs/OnnxBackendTest.md.
/// </remarks>
public static class BackendCase
{
    private static readonly string[] NotSupported = ["onnx.O1", "onnx.O2", "onnx.T1", "onnx.T4"];

    /// <summary>Runs every data set of a folder and compares.</summary>
    /// <remarks>A defect in one folder fails that folder: the others are still to be seen.</remarks>
    public static Verdict Verify(string folder, Runner run, Tolerance tolerance)
    {
        var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));
        try
        {
            return All(folder, run, tolerance).Match(_ => new Verdict(name, Outcome.Passed, ""), e => Verdict(name, e));
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return new(name, Outcome.Failed, $"a defect of ours: {e.GetType().Name}: {e.Message.ReplaceLineEndings(" ")}");
        }
    }

    private static Either<IrError, Unit> All(string folder, Runner run, Tolerance tolerance) =>
        from sets in Sets(folder)
        from all in sets.Fold(Prelude.Right<IrError, Unit>(Unit.Default), (before, set) => before.Bind(_ => DataSet(folder, set, run, tolerance)))
        select all;

    private static Verdict Verdict(string name, IrError e) => NotSupported.Contains(e.Rule)
        ? new(name, Outcome.Skipped, e.Message)
        : new(name, Outcome.Failed, e.Rule.StartsWith("case.", StringComparison.Ordinal) ? e.Message : $"{e}");

    private static Either<IrError, Seq<string>> Sets(string folder) =>
        !Directory.Exists(folder) ? new IrError("case.C1", $"there is no folder {folder}")
        : Directory.GetDirectories(folder, "test_data_set_*").Order(StringComparer.Ordinal).ToSeq() is { IsEmpty: false } sets ? sets
        : new IrError("case.C1", $"{folder} has no folder test_data_set_0");

    private static Either<IrError, Unit> DataSet(string folder, string set, Runner run, Tolerance tolerance) =>
        from source in Source.Of(folder)
        from inputs in Tensors(set, "input", source.Inputs)
        from model in source.Load(inputs)
        from outputs in Outputs(model, inputs, set, run, tolerance)
        from gradients in Gradients(model, inputs, set, source.Inputs, run, tolerance)
        select Unit.Default;

    private static Either<IrError, Unit> Outputs(
        StoredModel model, HashMap<string, Tensor> inputs, string set, Runner run, Tolerance tolerance) =>
        from expected in Tensors(set, "output", [.. Enumerable.Range(0, model.Graph.Outputs.Length).Select(i => $"{i}")])
        from computed in run(model.Graph, model.Values.AddOrUpdateRange(inputs))
        from same in Compare(expected, i => ($"output '{model.Graph.Outputs[i].Name}'", computed[i]), tolerance)
        select same;

    private static Either<IrError, Unit> Gradients(StoredModel model, HashMap<string, Tensor> inputs, string set,
        ImmutableArray<string> names, Runner run, Tolerance tolerance) =>
        from expected in Tensors(set, "gradient", [.. names.Select((_, i) => $"{i}")])
        from same in expected.IsEmpty ? Unit.Default : Gradients(model, inputs, set, names, expected, run, tolerance)
        select same;

    private static Either<IrError, Unit> Gradients(StoredModel model, HashMap<string, Tensor> inputs, string set,
        ImmutableArray<string> names, HashMap<string, Tensor> expected, Runner run, Tolerance tolerance)
    {
        var wrt = expected.Keys.Select(int.Parse).Order().ToImmutableArray();
        return
            from cotangents in Tensors(set, "cotangent", [.. model.Graph.Outputs.Select((_, i) => $"{i}")])
            from graph in Adjoint(model.Graph, cotangents, [.. wrt.Select(i => names[i])])
            from computed in run(graph, model.Values.AddOrUpdateRange(inputs))
            from same in Compare(expected, i => ($"the gradient of '{names[i]}'", computed[wrt.IndexOf(i)]), tolerance)
            select same;
    }

    private static Either<IrError, Graph> Adjoint(Graph graph, HashMap<string, Tensor> cotangents, ImmutableArray<string> wrt)
    {
        var outputs = graph.Outputs.Select((o, i) => (o.Value, Index: i)).Where(o => o.Value.Type.Element.IsFloat).ToImmutableArray();
        var seeds = outputs.Select(o => cotangents.Find($"{o.Index}").Map(Prim.Constant).IfNone(() => Prim.Full(o.Value.Type, 1)));
        var inputs = wrt.Select(n => graph.Input(n).IfNone(() => throw new InvalidOperationException(n)));
        var gradients = Backward.Vjp([.. outputs.Select(o => o.Value)], [.. seeds], [.. inputs]);
        return Graph.Check(gradients.Select(g => (Output)g), graph.Inputs).ToEither().MapLeft(errors => errors.Head);
    }

    private static Either<IrError, Unit> Compare(
        HashMap<string, Tensor> expected, Func<int, (string Name, Tensor Value)> computed, Tolerance tolerance)
    {
        foreach (var i in expected.Keys.Select(int.Parse).Order())
        {
            var (name, value) = computed(i);
            if (Closeness.Difference(expected[$"{i}"], value, tolerance) is { } difference)
                return new IrError("case.C3", $"{name} {difference}");
        }
        return Unit.Default;
    }

    /// <summary>The tensors <c>KIND_K.pb</c> of a data set, each under the K-th name.</summary>
    private static Either<IrError, HashMap<string, Tensor>> Tensors(string set, string kind, ImmutableArray<string> names)
    {
        var files = Directory.GetFiles(set, $"{kind}_*.pb").Select(f => (File: f, Number: Number(f, kind))).OrderBy(f => f.Number);
        return files.Aggregate(Prelude.Right<IrError, HashMap<string, Tensor>>(HashMap<string, Tensor>.Empty), (all, f) =>
            from read in all
            from name in f.Number >= 0 && f.Number < names.Length ? Prelude.Right<IrError, string>(names[f.Number])
                : new IrError("case.C2", $"{f.File} is there, and the model has {names.Length} of that kind")
            from tensor in TensorProtoFile.Read(f.File)
            select read.Add(name, tensor.Value));
    }

    private static int Number(string file, string kind) =>
        int.TryParse(Path.GetFileNameWithoutExtension(file)[(kind.Length + 1)..], out var n) ? n : -1;
}
