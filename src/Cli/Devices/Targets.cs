using LanguageExt;
using MiniTorch.Backends.Cpu;
using MiniTorch.Backends.Cuda;
using MiniTorch.Ir;
using MiniTorch.Passes.Planning;

namespace MiniTorch.Cli.Devices;

/// <summary>What a plan is made for, by the name of the device; none of them need be here.</summary>
internal static class Targets
{
    /// <summary>The target of this name.</summary>
    /// <remarks>Errors: cli.C2 no such device; cli.C3 a number of threads that no team has.</remarks>
    internal static Either<IrError, IPlanTarget> Named(string name, int threads) => name switch
    {
        "cpu" => Device.Named(name, threads).Map(_ => (IPlanTarget)new CpuTarget(threads)),
        "cuda" => new CudaTarget(),
        "reference" => new ReferenceTarget(),
        var other => new IrError("cli.C2", $"there is no plan for '{other}'; take cpu, cuda or reference"),
    };
}
