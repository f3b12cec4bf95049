using LanguageExt;
using MiniTorch.Ir;
using MiniTorch.Passes.Planning;

namespace MiniTorch.Cli.Devices;

/// <summary>A graph ready to run on a device.</summary>
internal interface ICompiled : IDisposable
{
    /// <summary>Floating-point operations of a run, by <see cref="Cost"/>.</summary>
    long Flops { get; }

    /// <summary>The most bytes that a run holds for values.</summary>
    long PeakBytes { get; }

    /// <summary>Computes every result from these values of the inputs.</summary>
    Either<IrError, IReadOnlyList<Tensor>> Run(IReadOnlyDictionary<string, Tensor> inputs);

    /// <summary>What a clock is put around: computes again from the values of the last <see cref="Run"/>.</summary>
    void Again();

    /// <summary>The steps of a run; null where it has none.</summary>
    Plan? Plan => null;

    /// <summary><see cref="Again()"/>, which adds the ticks of each step of <see cref="Plan"/> to its place.</summary>
    void Again(Span<long> ticks) => Again();
}

/// <summary>Something that runs graphs, by name.</summary>
/// <param name="Name">As the command line spells it.</param>
/// <param name="Compile">Makes a graph ready, after the passes that the device wants.</param>
internal sealed record Device(string Name, Func<Graph, Either<IrError, ICompiled>> Compile)
{
    /// <summary>The device of this name on a team of threads, 0 for one on each processor.</summary>
    /// <remarks>Errors: cli.C2 no such device, or not usable here; cli.C3 a number of threads that no team has.</remarks>
    internal static Either<IrError, Device> Named(string name, int threads) =>
        threads is < 0 or > 256 ? new IrError("cli.C3", $"--threads is {threads}; give 0 to 256")
        : name switch
        {
            "cpu" => new Device(name, g => CpuCompiled.Of(g, threads)),
            "reference" => new Device(name, ReferenceCompiled.Of),
            "cuda" => new IrError("cli.C2", $"cuda cannot be used: {Cuda.WhyNot()}; take cpu"),
            var other => new IrError("cli.C2", $"there is no device '{other}'; take cpu, reference or cuda"),
        };

    /// <summary>The CPU, for what runs nowhere else.</summary>
    /// <remarks>Errors: cli.C2, cli.C3 as <see cref="Named"/>; cli.C2 another device.</remarks>
    internal static Either<IrError, Device> Cpu(string what, string name, int threads) =>
        from known in Named(name, threads)
        from cpu in known.Name == "cpu" ? Prelude.Right<IrError, Device>(known)
            : new IrError("cli.C2", $"{what} does not run on {known.Name}; take cpu")
        select cpu;

    /// <summary>The results of one run.</summary>
    internal Either<IrError, IReadOnlyList<Tensor>> Run(Graph graph, IReadOnlyDictionary<string, Tensor> inputs) =>
        Compile(graph).Bind(ready => Once(ready, inputs));

    private static Either<IrError, IReadOnlyList<Tensor>> Once(ICompiled ready, IReadOnlyDictionary<string, Tensor> inputs)
    {
        using var owned = ready;
        return ready.Run(inputs);
    }
}
