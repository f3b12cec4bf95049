using System.Runtime.InteropServices;
using MiniTorch.Passes.Planning;

namespace MiniTorch.Backends.Cpu;

/// <summary>Memory of runs, cleared; of large pages where the system has them, since steps walk far apart rows at once.</summary>
internal static unsafe partial class Pages
{
    private const nuint Large = 2 << 20;

    /// <summary>Linux's MADV_HUGEPAGE.</summary>
    private const int Advice = 14;

    /// <summary>So many bytes; what is less than a few large pages stays in small ones.</summary>
    public static nint Cleared(long bytes)
    {
        var large = bytes >= 4 * (long)Large && OperatingSystem.IsLinux();
        var at = NativeMemory.AlignedAlloc((nuint)bytes, large ? Large : Plan.Alignment);
        // Advice alone: where it is refused, pages stay small.
        if (large) _ = Advise((nint)at, (nuint)bytes, Advice);
        NativeMemory.Clear(at, (nuint)bytes);
        return (nint)at;
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(nint at, nuint bytes, int advice);
}
