using LanguageExt;
using MiniTorch.Ir;
using MiniTorch.Passes;
using MiniTorch.Passes.Planning;

namespace MiniTorch.Backends.Cpu;

/// <summary>The door to running graphs on processors.</summary>
public static class Cpu
{
    /// <summary>Makes a graph ready to run; throws <see cref="IrException"/> on a mistake.</summary>
    public static CpuRun Compile(Graph g, int threads = 0) => Compile(g, threads, LoopForm.WhenWorthIt);

    /// <summary>Makes a graph ready with elementwise loops of a form.</summary>
    internal static CpuRun Compile(Graph g, int threads, LoopForm form) =>
        TryCompile(g, threads, form).Match(run => run, e => throw new IrException(Prelude.Seq1(e)));

    /// <summary>Makes a graph ready to run on a team of threads, 0 for one on each processor.</summary>
    /// <remarks>Errors: cpu.C1 more memory than the machine has; cpu.C2 an input or result larger than an array may be.</remarks>
    public static Either<IrError, CpuRun> TryCompile(Graph g, int threads = 0) => TryCompile(g, threads, LoopForm.WhenWorthIt);

    private static Either<IrError, CpuRun> TryCompile(Graph g, int threads, LoopForm form)
    {
        var team = threads > 0 ? threads : Environment.ProcessorCount;
        return from sized in Sized(g)
               from plan in Fitting(Planner.Of(g, new CpuTarget(team)))
               select new CpuRun(plan, team, form);
    }

    private static Either<IrError, Graph> Sized(Graph g) =>
        g.Inputs.Concat(g.Outputs.Select(o => o.Value)).FirstOrDefault(e => e.Type.Bytes > Array.MaxLength) is { } large
            ? new IrError("cpu.C2", $"{large.Type} takes {large.Type.Bytes:N0} bytes, an input or result has at most "
                + $"{Array.MaxLength:N0}; take a smaller batch, or reduce the result in the graph", large.Describe())
            : g;

    private static Either<IrError, Plan> Fitting(Plan plan) =>
        GC.GetGCMemoryInfo().TotalAvailableMemoryBytes is var machine && plan.ArenaBytes > machine
            ? new IrError("cpu.C1", $"the values take {plan.ArenaBytes:N0} bytes at once, this machine has {machine:N0}; "
                + "take a smaller batch or smaller shapes", plan.Graph.Name)
            : plan;
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
