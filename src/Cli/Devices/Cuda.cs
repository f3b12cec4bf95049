using System.Runtime.InteropServices;

namespace MiniTorch.Cli.Devices;

/// <summary>Why CUDA cannot be used here.</summary>
internal static class Cuda
{
    /// <summary>The driver's library, which comes with the driver and not with this tool.</summary>
    private static string Driver => OperatingSystem.IsWindows() ? "nvcuda.dll" : "libcuda.so.1";

    /// <summary>Half a sentence.</summary>
    internal static string WhyNot() => HasDriver()
        ? $"the driver's library {Driver} is here, but this build has no CUDA backend"
        : $"the driver's library {Driver} is not on this machine, and this build has no CUDA backend";

    private static bool HasDriver()
    {
        if (!NativeLibrary.TryLoad(Driver, out var library)) return false;
        NativeLibrary.Free(library);
        return true;
    }
}
