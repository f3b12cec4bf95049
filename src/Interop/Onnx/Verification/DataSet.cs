using System.Collections.Immutable;
using LanguageExt;
using MiniTorch.Ir;
using MiniTorch.Passes.Autodiff;

namespace MiniTorch.Interop.Onnx.Verification;

/// <summary>One data set of a case: values of a model's inputs, and what is expected of its results and gradients.</summary>
internal sealed class DataSet(string folder, Source source, Runner run, Tolerance tolerance)
{
    /// <summary>Computes what is expected, and compares.</summary>
    public Either<IrError, Unit> Check() =>
        from inputs in Tensors("input", source.Inputs.Length)
        let given = Named.Of(inputs.Select(t => (source.Inputs[t.Number], t.Value)))
        from model in source.Load(given)
        let values = model.Values.SetItems(given)
        from complete in Complete(model.Graph, values)
        from outputs in Tensors("output", model.Graph.Outputs.Length)
        from gradients in Tensors("gradient", source.Inputs.Length)
        from some in Any(outputs, gradients)
        from computed in run(model.Graph, values)
        from same in Compare(outputs, i => ($"output '{model.Graph.Outputs[i].Name}'", computed[i]))
        from slopes in Gradients(model.Graph, values, gradients)
        select slopes;

    private Either<IrError, Unit> Complete(Graph graph, IReadOnlyDictionary<string, Tensor> values) =>
        graph.Inputs.Select(i => ((Input)i.Op).Name).FirstOrDefault(n => !values.ContainsKey(n)) is not { } absent
            ? Unit.Default
            : new IrError("case.C1",
                $"{folder} has no input_{source.Inputs.IndexOf(absent)}.pb, the value of input '{absent}'");

    private Either<IrError, Unit> Any(Seq<(int, Tensor)> outputs, Seq<(int, Tensor)> gradients) =>
        outputs.IsEmpty && gradients.IsEmpty
            ? new IrError("case.C1", $"{folder} has no output_0.pb to compare with") : Unit.Default;

    private Either<IrError, Unit> Gradients(
        Graph graph, IReadOnlyDictionary<string, Tensor> values, Seq<(int Number, Tensor)> expected)
    {
        if (expected.IsEmpty) return Unit.Default;
        var wrt = expected.Select(e => e.Number).ToImmutableArray();
        return
            from cotangents in Tensors("cotangent", graph.Outputs.Length)
            from adjoint in Adjoint(graph, cotangents, [.. wrt.Select(i => source.Inputs[i])])
            from computed in run(adjoint, values)
            from same in Compare(expected, i => ($"the gradient of '{source.Inputs[i]}'", computed[wrt.IndexOf(i)]))
            select same;
    }

    private static Either<IrError, Graph> Adjoint(
        Graph graph, Seq<(int Number, Tensor Value)> cotangents, ImmutableArray<string> wrt)
    {
        var given = cotangents.ToDictionary(c => c.Number, c => Prim.Constant(c.Value));
        var floats = graph.Outputs.Index().Where(o => o.Item.Value.Type.Element.IsFloat).ToList();
        var seeds = floats.Select(o => given.GetValueOrDefault(o.Index) ?? Prim.Full(o.Item.Value.Type, 1));
        var inputs = wrt.Select(n => graph.Input(n).IfNone(() => throw new InvalidOperationException(n)));
        var gradients = Backward.Vjp([.. floats.Select(o => o.Item.Value)], [.. seeds], [.. inputs]);
        return Graph.Check(gradients.Select(g => (Output)g), graph.Inputs).ToEither().MapLeft(errors => errors.Head);
    }

    private Either<IrError, Unit> Compare(
        Seq<(int Number, Tensor Value)> expected, Func<int, (string Name, Tensor Value)> computed)
    {
        foreach (var (i, value) in expected)
        {
            var (name, found) = computed(i);
            if (Closeness.Difference(value, found, tolerance) is { } difference)
                return new IrError("case.C3", $"{name} {difference}");
        }
        return Unit.Default;
    }

    /// <summary>The tensors <c>KIND_K.pb</c> by K, of which the model has so many.</summary>
    private Either<IrError, Seq<(int Number, Tensor Value)>> Tensors(string kind, int count)
    {
        var files = Directory.GetFiles(folder, $"{kind}_*.pb").Select(f => (File: f, Number: Number(f, kind)));
        return Each.Of(files.OrderBy(f => f.Number), f => f.Number < 0 || f.Number >= count
            ? new IrError("case.C2", $"{f.File} is there, and the model has {count} of that kind")
            : TensorProtoFile.Read(f.File).Map(tensor => (f.Number, tensor.Value))).Map(all => all.ToSeq());
    }

    private static int Number(string file, string kind) =>
        int.TryParse(Path.GetFileNameWithoutExtension(file)[(kind.Length + 1)..], out var n) ? n : -1;
}
