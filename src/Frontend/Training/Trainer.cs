using System.Diagnostics;
using System.Runtime.InteropServices;
using LanguageExt;
using MiniTorch.Ir;
using MiniTorch.Passes;
using static LanguageExt.Prelude;
using Trace = MiniTorch.Passes.Trace;

namespace MiniTorch.Frontend;

/// <summary>What to train, on what, and how long.</summary>
/// <param name="Model">The model.</param>
/// <param name="X">The type of a batch.</param>
/// <param name="Loss">What to make small.</param>
/// <param name="Optimiser">How.</param>
/// <param name="Epochs">Times over the examples, each in an order of its own; a last short batch is left out.</param>
/// <param name="Seed">First values, orders and dropout all follow from it.</param>
/// <param name="Observed">Whether each step measures its gradient flow: see <see cref="Observation"/>.</param>
public sealed record Training(
    Model Model, TensorType X, Loss Loss, Optimiser Optimiser, int Epochs, long Seed, bool Observed = false)
{
    /// <summary>The lengths that axis 1 of X may have; where there are none, X says its length.</summary>
    public Buckets Buckets { get; init; } = Buckets.None;
}

/// <summary>Everything that a training step carries from one run to the next; it alone says where the training stands.</summary>
public sealed record Checkpoint(Seq<(string Name, Tensor Value)> Values)
{
    /// <summary>A value by name.</summary>
    public Option<Tensor> Find(string name) => Values.Find(v => v.Name == name).Map(v => v.Value);

    /// <summary>How many steps were made.</summary>
    public long Step => Find("step").Map(t => t.LongAt(0)).IfNone(0);
}

/// <summary>Where a training stands after a batch.</summary>
/// <param name="Epoch">From 0.</param>
/// <param name="Batch">Within the epoch, from 0.</param>
/// <param name="Batches">In an epoch.</param>
/// <param name="Loss">Mean over the epoch so far.</param>
/// <param name="Accuracy">Share of the targets predicted right over the epoch so far; NaN where that has no meaning.</param>
/// <param name="ExamplesPerSecond">Over this epoch.</param>
/// <param name="Save">Takes a checkpoint of this moment.</param>
/// <param name="BatchLoss">Of this batch alone.</param>
/// <param name="Observe">The gradient flow of this step; nothing where the training is not observed.</param>
public sealed record Progress(
    int Epoch, int Batch, int Batches, double Loss, double Accuracy, double ExamplesPerSecond, Func<Checkpoint> Save,
    double BatchLoss, Func<Seq<Observed>> Observe);

/// <summary>A training compiled: its trace of passes and its plan can be looked at before it runs.</summary>
public sealed class Trainer : IDisposable
{
    private readonly Training training;
    private readonly Runs runs;
    private readonly Seq<string> state;

    private Trainer(Training training, Runs runs)
    {
        (this.training, this.runs) = (training, runs);
        (state, Plan) = (runs.State, runs.Now.Plan);
    }

    /// <summary>The training step after every pass, for the longest batches.</summary>
    public Trace Trace => runs.Trace;

    /// <summary>What a step of the longest batches runs.</summary>
    public Passes.Planning.Plan Plan { get; }

    /// <summary>Builds, optimises and compiles the training step, and gives the parameters their first values.</summary>
    public static Either<IrError, Trainer> Of(Training training, Pipeline pipeline, IBackend backend) =>
        from runs in Runs.Of(training.Buckets.Types(training.X),
            x => training.Model.TryTrainStep(x, training.Loss, training.Optimiser, training.Observed), pipeline, backend)
        from initial in First(training, backend)
        select new Trainer(training, runs).Begin(initial);

    /// <summary>Goes on from a checkpoint of the same training: the next steps are bit for bit what they would have been.</summary>
    public Either<IrError, Trainer> Resume(Checkpoint checkpoint)
    {
        foreach (var name in state)
        {
            var type = Trace.Graph.Input(name).Map(i => i.Type).IfNone(TensorType.Unknown);
            var found = checkpoint.Find(name);
            if (found.Map(t => t.Type) != Some(type))
                return Left<IrError, Trainer>(new("resume.R1", $"the checkpoint has {found.Map(t => $"{t.Type}").IfNone("nothing")} "
                    + $"for {name}, the training takes {type}; use the checkpoint of the same model and optimiser"));
        }
        state.Iter(name => checkpoint.Find(name).Iter(t => runs.Now.Write(name, t.Bytes)));
        return Right<IrError, Trainer>(this);
    }

    /// <summary>Trains from where it stands to the last epoch; each batch gives its progress.</summary>
    public IEnumerable<Progress> Run(IExamples examples)
    {
        var size = training.X[0];
        var batches = examples.Count / size;
        var target = Trace.Graph.Input("target").Map(i => i.Type).IfNone(TensorType.Unknown);
        var at = Save().Step;
        for (var epoch = (int)(batches == 0 ? training.Epochs : at / batches); epoch < training.Epochs; epoch++)
        {
            var first = (int)(at - (long)epoch * batches);
            var lists = training.Buckets.Epoch(examples, size, Seed, epoch).Skip(first);
            var epochRun = new Meter(size, batches, epoch, first);
            foreach (var batch in Loader.Batches(examples, lists, training.X, target, training.Buckets))
            {
                var run = runs.For(batch.Type);
                run.Write("x", batch.X);
                run.Write("target", batch.Target);
                run.Run();
                at++;
                var counted = HasCounted ? ReadInt("counted") : target.Count;
                var right = HasCorrect ? ReadInt("correct") : -1;
                yield return epochRun.After(ReadScalar("loss"), right, counted, Save, Observe);
            }
        }
    }

    /// <summary>Everything that the next step depends on.</summary>
    public Checkpoint Save() => new(state.Map(name => (name, Read(name))).Strict());

    /// <summary>The parameters' present values, in order.</summary>
    public Seq<(string Name, Tensor Value)> Parameters() =>
        training.Model.Parameters(training.X).Map(p => (p.Name, Read(p.Name))).Strict();

    /// <inheritdoc/>
    public void Dispose() => runs.Dispose();

    private long Seed => Read("seed").LongAt(0);

    private bool HasCounted => Trace.Graph.Result("counted").IsSome;

    private bool HasCorrect => Trace.Graph.Result("correct").IsSome;

    private Trainer Begin(Seq<(string Name, Tensor Value)> initial)
    {
        foreach (var name in state)
            Trace.Graph.Input(name).Iter(i => runs.Now.Write(name, Tensor.Zeros(i.Type).Bytes));
        initial.Iter(p => runs.Now.Write(p.Name, p.Value.Bytes));
        runs.Now.Write("seed", Tensor.Scalar(ElementType.I64, training.Seed).Bytes);
        return this;
    }

    private Seq<Observed> Observe() => Trace.Graph.Outputs.AsEnumerable()
        .SelectMany(o => Observation.Named(o.Name).Map(n =>
            new Observed(n.Of, n.What, Read(o.Name, o.Value.Type).ToDoubles()[0])).AsEnumerable())
        .ToSeq().Strict();

    private Tensor Read(string name) => Read(name, Trace.Graph.Input(name).Map(i => i.Type).IfNone(TensorType.Unknown));

    private Tensor Read(string name, TensorType type)
    {
        var bytes = new byte[type.Bytes];
        runs.Now.Read(name, bytes);
        return Tensor.Adopt(type, bytes);
    }

    private float ReadScalar(string name)
    {
        Span<float> value = stackalloc float[1];
        runs.Now.Read(name, MemoryMarshal.AsBytes(value));
        return value[0];
    }

    private int ReadInt(string name)
    {
        Span<int> value = stackalloc int[1];
        runs.Now.Read(name, MemoryMarshal.AsBytes(value));
        return value[0];
    }

    private static Either<IrError, Seq<(string, Tensor)>> First(Training training, IBackend backend) =>
        from graph in training.Model.Initial(training.X).ToEither().MapLeft(e => e.Head)
        from run in backend.Compile(graph)
        select Draw(training, graph, run);

    private static Seq<(string, Tensor)> Draw(Training training, Graph graph, IExecutable run)
    {
        using var owned = run;
        run.Write("seed", Tensor.Scalar(ElementType.I64, training.Seed).Bytes);
        run.Run();
        return graph.Outputs.Select((o, i) => (o.Name, run.Result(i))).ToSeq().Strict();
    }

    /// <summary>Sums over an epoch.</summary>
    private sealed class Meter(int size, int batches, int epoch, int first)
    {
        private readonly long start = Stopwatch.GetTimestamp();
        private double loss;
        private long correct, counted;
        private int seen;

        internal Progress After(
            double batchLoss, int right, long targets, Func<Checkpoint> save, Func<Seq<Observed>> observe)
        {
            (loss, correct, counted, seen) = (loss + batchLoss, correct + right, counted + targets, seen + 1);
            var accuracy = right < 0 ? double.NaN : correct / (double)counted;
            var rate = seen * size / Stopwatch.GetElapsedTime(start).TotalSeconds;
            return new(epoch, first + seen - 1, batches, loss / seen, accuracy, rate, save, batchLoss, observe);
        }
    }
}
