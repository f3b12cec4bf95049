using LanguageExt;
using MiniTorch.Ir;
using MiniTorch.Passes;
using MiniTorch.Passes.Planning;

namespace MiniTorch.Backends.Cpu;

/// <summary>The door to running graphs on processors.</summary>
public static class Cpu
{
    /// <summary>Makes a graph ready to run; throws <see cref="IrException"/> on a mistake.</summary>
    public static CpuRun Compile(Graph g, int threads = 0) =>
        TryCompile(g, threads).Match(run => run, e => throw new IrException(Prelude.Seq1(e)));

    /// <summary>Makes a graph ready to run on a team of threads, 0 for one on each processor.</summary>
    public static Either<IrError, CpuRun> TryCompile(Graph g, int threads = 0)
    {
        var team = threads > 0 ? threads : Environment.ProcessorCount;
        return new CpuRun(Planner.Of(g, new CpuTarget(team)), team);
    }
}

/// <summary>Runs graphs on a team of threads.</summary>
/// <param name="threads">The size of the team; 0 for one on each processor.</param>
public sealed class CpuBackend(int threads = 0) : IBackend
{
    /// <inheritdoc/>
    public string Name => "cpu";

    /// <inheritdoc/>
    public Either<IrError, IExecutable> Compile(Graph graph) => Cpu.TryCompile(graph, threads).Map(run => (IExecutable)run);
}
