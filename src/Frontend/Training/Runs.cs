using LanguageExt;
using MiniTorch.Ir;
using MiniTorch.Passes;
using Trace = MiniTorch.Passes.Trace;

namespace MiniTorch.Frontend;

/// <summary>
/// One computation over batches of several types: a plan for each, compiled when a batch first needs it. What a step carries
/// to the next lives in the executable that ran last and moves, bit for bit, when the type changes.
/// </summary>
internal sealed class Runs : IDisposable
{
    private readonly Dictionary<TensorType, IExecutable> compiled = [];
    private readonly Func<TensorType, Either<IrError, IExecutable>> compile;
    private readonly Seq<(string Name, TensorType Type)> state;
    private readonly byte[] moved;

    private Runs(TensorType x, Trace trace, IExecutable first, Func<TensorType, Either<IrError, IExecutable>> compile)
    {
        (Trace, Now, this.compile, compiled[x]) = (trace, first, compile, first);
        state = trace.Graph.Inputs.Select(i => (((Input)i.Op).Name, i.Type))
            .Where(i => i.Name is not ("x" or "target")).ToSeq().Strict();
        moved = new byte[state.Map(s => s.Type.Bytes).Fold(0L, Math.Max)];
    }

    /// <summary>Of the largest type, after every pass.</summary>
    internal Trace Trace { get; }

    /// <summary>The executable that holds the state.</summary>
    internal IExecutable Now { get; private set; }

    /// <summary>The inputs that outlive a batch: all but x and target.</summary>
    internal Seq<string> State => state.Map(s => s.Name);

    /// <summary>Compiles for the largest type; the others need only obey the shape rules for now.</summary>
    internal static Either<IrError, Runs> Of(
        Seq<TensorType> types, Func<TensorType, Validation<IrError, Graph>> graph, Pipeline pipeline, IBackend backend)
    {
        Either<IrError, Graph> Built(TensorType x) => graph(x).ToEither().MapLeft(e => e.Head);
        var largest = types.Last;
        return
            from _ in types.Map(Built).Sequence()
            from step in Built(largest)
            from trace in pipeline.TryRun(step)
            from run in backend.Compile(trace.Graph)
            select new Runs(largest, trace, run, x => Built(x).Bind(pipeline.TryRun).Bind(t => backend.Compile(t.Graph)));
    }

    /// <summary>The executable for batches of this type, which has the state from now on.</summary>
    /// <exception cref="IrException">When the type's plan cannot be made.</exception>
    internal IExecutable For(TensorType x)
    {
        if (!compiled.TryGetValue(x, out var run))
            compiled[x] = run = compile(x).Match(r => r, e => throw new IrException(Prelude.Seq1(e)));
        if (!ReferenceEquals(run, Now)) Move(Now, run);
        return Now = run;
    }

    private void Move(IExecutable from, IExecutable to)
    {
        foreach (var (name, type) in state)
        {
            var bytes = moved.AsSpan(0, (int)type.Bytes);
            from.Read(name, bytes);
            to.Write(name, bytes);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var run in compiled.Values) run.Dispose();
    }
}
