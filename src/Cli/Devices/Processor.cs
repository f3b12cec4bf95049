using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using System.Text;

namespace MiniTorch.Cli.Devices;

/// <summary>What the processor is called and how wide its vectors are.</summary>
internal static class Processor
{
    /// <summary>Bits of the widest vectors that the kernels use.</summary>
    internal static int VectorBits =>
        Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128;

    /// <summary>The name that the processor or the system gives it, or the kind of processor.</summary>
    internal static string Name => Brand() ?? FromLinux() ?? $"{RuntimeInformation.ProcessArchitecture}";

    /// <summary>CPUID's brand string. Source: Intel SDM, CPUID leaves 80000002h to 80000004h.</summary>
    private static string? Brand()
    {
        if (!X86Base.IsSupported || (uint)X86Base.CpuId(unchecked((int)0x80000000), 0).Eax < 0x80000004) return null;
        var text = new byte[48];
        for (var leaf = 0; leaf < 3; leaf++)
        {
            var (a, b, c, d) = X86Base.CpuId(unchecked((int)0x80000002) + leaf, 0);
            MemoryMarshal.AsBytes<int>([a, b, c, d]).CopyTo(text.AsSpan(leaf * 16));
        }
        return Tidy(Encoding.ASCII.GetString(text).TrimEnd('\0'));
    }

    private static string? FromLinux()
    {
        try
        {
            return File.ReadLines("/proc/cpuinfo").FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal))
                ?.Split(':', 2)[1] is { } name ? Tidy(name) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static string? Tidy(string name) =>
        string.Join(' ', name.Split(' ', StringSplitOptions.RemoveEmptyEntries)) is { Length: > 0 } text ? text : null;
}
