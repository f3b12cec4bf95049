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
        Pipeline pipeline, IBackend backend, Buckets? buckets = null) =>
        from runs in Runs.Of((buckets ?? Buckets.None).Types(x), type => model.Evaluation(type, loss), pipeline, backend)
        select Run(runs, x, parameters, examples, buckets ?? Buckets.None);

    /// <summary>The position of the largest along axis 1 of outputs [N, C, …], in order; the first of equals.</summary>
    public static int[] Classes(Tensor outputs)
    {
        var (width, cells) = (outputs.Type[1], (int)outputs.Type.Shape.Slice(2, outputs.Type.Rank - 2).Product);
        var values = outputs.ToDoubles();
        return [.. Enumerable.Range(0, outputs.Type[0] * cells)
            .Select(i => Enumerable.Range(0, width).MaxBy(c => values[(i / cells * width + c) * cells + i % cells]))];
    }

    /// <summary>How often each class (row) was taken for each (column).</summary>
    public static int[,] Confusion(IReadOnlyList<int> truth, IReadOnlyList<int> predicted, int classes)
    {
        var table = new int[classes, classes];
        for (var i = 0; i < truth.Count; i++) table[truth[i], predicted[i]]++;
        return table;
    }

    private static Tensor Run(
        Runs runs, TensorType x, IEnumerable<(string Name, Tensor Value)> parameters, IExamples examples, Buckets buckets)
    {
        using var owned = runs;
        foreach (var (name, value) in parameters) runs.Now.Write(name, value.Bytes);
        var y = runs.Trace.Graph.Result("y").Map(e => e.Type).IfNone(TensorType.Unknown);
        var target = runs.Trace.Graph.Input("target").Map(i => i.Type).IfNone(TensorType.Unknown);
        var (size, row) = (x[0], (int)(y.Bytes / x[0]));
        var (all, one) = (new byte[(long)examples.Count * row], new byte[y.Bytes]);
        var lists = buckets.Sorted(examples).Chunk(size).ToArray();
        var filled = lists.Select(list =>
            Enumerable.Range(0, size).Select(i => list[Math.Min(i, list.Length - 1)]).ToArray());
        foreach (var (list, batch) in lists.Zip(Loader.Batches(examples, filled, x, target, buckets)))
        {
            var run = runs.For(batch.Type);
            run.Write("x", batch.X);
            run.Write("target", batch.Target);
            run.Run();
            run.Read("y", one);
            for (var i = 0; i < list.Length; i++) one.AsSpan(i * row, row).CopyTo(all.AsSpan(list[i] * row));
        }
        return Tensor.Adopt(y.With(y.Shape.Map((n, i) => i == 0 ? examples.Count : n)), all);
    }
}
