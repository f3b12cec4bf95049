using LanguageExt;
using MiniTorch.Ir;
using MiniTorch.Passes;

namespace MiniTorch.Frontend;

/// <summary>A model run over examples in evaluation.</summary>
public static class Tester
{
    /// <summary>The model's output for every example, in order: the last batch is filled up and its surplus dropped.</summary>
    public static Either<IrError, Tensor> Outputs(
        Model model, TensorType x, Loss loss, IEnumerable<(string Name, Tensor Value)> parameters, IExamples examples,
        Pipeline pipeline, IBackend backend) =>
        from graph in model.Evaluation(x, loss).ToEither().MapLeft(e => e.Head)
        from trace in pipeline.TryRun(graph)
        from run in backend.Compile(trace.Graph)
        select Run(trace.Graph, run, x, parameters, examples);

    /// <summary>The position of the largest in each row of outputs [N, C].</summary>
    public static int[] Classes(Tensor outputs)
    {
        var (rows, width) = (outputs.Type[0], outputs.Type[1]);
        var values = outputs.ToDoubles();
        return [.. Enumerable.Range(0, rows).Select(r => Enumerable.Range(0, width).MaxBy(c => values[r * width + c]))];
    }

    /// <summary>How often each class (row) was taken for each (column).</summary>
    public static int[,] Confusion(IReadOnlyList<int> truth, IReadOnlyList<int> predicted, int classes)
    {
        var table = new int[classes, classes];
        for (var i = 0; i < truth.Count; i++) table[truth[i], predicted[i]]++;
        return table;
    }

    private static Tensor Run(
        Graph graph, IExecutable run, TensorType x, IEnumerable<(string Name, Tensor Value)> parameters, IExamples examples)
    {
        using var owned = run;
        foreach (var (name, value) in parameters) run.Write(name, value.Bytes);
        var size = x[0];
        var y = graph.Result("y").Map(e => e.Type).IfNone(TensorType.Unknown);
        var target = graph.Input("target").Map(i => i.Type).IfNone(TensorType.Unknown);
        var row = (int)(y.Bytes / size);
        var (all, one) = (new byte[(long)examples.Count * row], new byte[y.Bytes]);
        var starts = Enumerable.Range(0, (examples.Count + size - 1) / size).Select(b => b * size).ToArray();
        var lists = starts.Select(s => Enumerable.Range(s, size).Select(i => Math.Min(i, examples.Count - 1)).ToArray());
        foreach (var (start, batch) in starts.Zip(Loader.Batches(examples, lists, x, target)))
        {
            run.Write("x", batch.X);
            run.Write("target", batch.Target);
            run.Run();
            run.Read("y", one);
            one.AsSpan(0, Math.Min(size, examples.Count - start) * row).CopyTo(all.AsSpan(start * row));
        }
        return Tensor.Adopt(y.With(y.Shape.Map((n, i) => i == 0 ? examples.Count : n)), all);
    }
}
