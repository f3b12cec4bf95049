using System.Collections.Immutable;
using System.Globalization;
using MiniTorch.Backends.Cpu;
using MiniTorch.Interop;
using MiniTorch.Ir;
using MiniTorch.Passes;

namespace MiniTorch.Benchmarks.Comparing;

/// <summary>A value that both sides begin with.</summary>
internal sealed record Given(string Name, Tensor Value);

/// <summary>What a peer is asked for: a kind of work that it knows, and what that kind takes.</summary>
internal sealed record Peer(string Kind, object With, bool Onnx = false);

/// <summary>How much faster than a peer a work is to be; least of the ONNX Runtime too, where it has a mark.</summary>
internal sealed record Mark(double Torch, double Onnx = 0);

/// <summary>One thing that both sides compute from the same values.</summary>
/// <param name="Family">Rows of a family stand in one table.</param>
/// <param name="Name">As <c>conv 3×3 64×16×28² → 32</c>.</param>
/// <param name="Graph">What is timed on our side; it may read the model that a peer has left in the folder given.</param>
/// <param name="Inputs">The values of its inputs; drawn when they are needed.</param>
/// <param name="Peer">The same work on theirs.</param>
/// <param name="Mark">What is to be reached.</param>
internal sealed record Work(
    string Family, string Name, Func<string, StoredModel> Graph, Func<ImmutableArray<Given>> Inputs, Peer Peer, Mark Mark)
{
    /// <summary>The results that are compared with the peer's: those of the graph, unless something else is.</summary>
    internal Func<ImmutableArray<Given>, int, ImmutableArray<float[]>>? Checked { get; init; }

    /// <summary>How far results may lie from the peer's, as a share of the greatest number among them.</summary>
    internal double Tolerance { get; init; } = 1e-4;

    /// <summary>Vector instructions an element that no code can do without, where time is held against that floor.</summary>
    internal int Instructions { get; init; }

    /// <summary>Whether the floor of floating-point operations at the measured peak is shown.</summary>
    internal bool FlopFloor { get; init; }

    /// <summary>The graph compiled for a team, its inputs set.</summary>
    internal CpuRun Compile(ImmutableArray<Given> inputs, string folder, int threads)
    {
        var stored = Graph(folder);
        var run = Cpu.Compile(Pipelines.Default.Run(stored.Graph).Graph, threads);
        foreach (var (name, value) in stored.Values) run.Write(name, value.Bytes);
        foreach (var (name, value) in inputs) run.Write(name, value.Bytes);
        return run;
    }

    /// <summary>The same with inputs drawn for it.</summary>
    internal CpuRun Compile(string folder, int threads) => Compile(Inputs(), folder, threads);

    /// <summary>The results of one run, as numbers.</summary>
    internal static ImmutableArray<float[]> Results(CpuRun run)
    {
        run.Run();
        return [.. Enumerable.Range(0, run.Plan.Graph.Outputs.Length).Select(i => run.Result(i).As<float>().ToArray())];
    }
}

/// <summary>Works of an expression over inputs: forward, and forward with backward.</summary>
internal static class Works
{
    /// <summary>y.</summary>
    internal static Work Forward(
        string family, string name, IReadOnlyList<Drawn> inputs, Func<Expr[], Expr> f, Peer peer, Mark mark) =>
        new(family, name, _ => StoredModel.Of(
            Graph.Of([new Output("y", f([.. inputs.Select(i => i.Expr)]))], inputs.Select(i => i.Expr))),
            () => [.. inputs.Select(i => i.Draw())], peer, mark);

    /// <summary>y, and for a cotangent of y that of every input of floats.</summary>
    internal static Work Backward(
        string family, string name, IReadOnlyList<Drawn> inputs, Func<Expr[], Expr> f, Peer peer, Mark mark)
    {
        Expr[] xs = [.. inputs.Select(i => i.Expr)];
        var y = f(xs);
        var dy = new Drawn("dy", y.Type, 99);
        ImmutableArray<Expr> wrt = [.. xs.Where(x => x.Type.Element.IsFloat)];
        StoredModel Both(string folder) =>
            StoredModel.Of(Graph.Of([y, .. Passes.Autodiff.Backward.Vjp([y], [dy.Expr], wrt)], [.. xs, dy.Expr]));
        return new(family, $"{name}, with backward", Both, () => [.. inputs.Append(dy).Select(i => i.Draw())],
            peer with { Onnx = false }, mark);
    }

    /// <summary>A shape as <c>64×16×28²</c>: the last axes as a power where they are equal.</summary>
    internal static string Text(Dims shape)
    {
        var last = shape.Count > 3 ? Enumerable.Reverse(shape.Skip(2)).TakeWhile(n => n == shape[^1]).Count() : 1;
        var lead = shape.Take(shape.Count - last).Select(n => n.ToString(CultureInfo.InvariantCulture));
        return string.Join('×', lead.Append($"{shape[^1]}{(last > 1 ? "²³⁴"[last - 2] : "")}"));
    }
}

/// <summary>An input of random numbers: normal of a scale, or whole below a limit.</summary>
internal sealed record Drawn(string Name, TensorType Type, int Seed, double Scale = 1, int Below = 0)
{
    /// <summary>Its expression.</summary>
    internal Expr Expr { get; } = Prim.Input(Name, Type);

    /// <summary>Its value: the same for the same seed.</summary>
    internal Given Draw()
    {
        var random = new Random(Seed);
        return new(Name, Below == 0 ? Tensor.Of<float>(Type, Normal(random))
            : Tensor.FromDoubles(Type, Enumerable.Range(0, (int)Type.Count).Select(_ => (double)random.Next(Below)).ToArray()));
    }

    private float[] Normal(Random random)
    {
        var values = new float[Type.Count];
        for (var i = 0; i < values.Length; i++)
            values[i] = (float)(Scale * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(Math.Tau * random.NextDouble()));
        return values;
    }
}
