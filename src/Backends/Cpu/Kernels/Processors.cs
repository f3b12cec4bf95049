using System.Runtime.InteropServices;

namespace MiniTorch.Backends.Cpu.Kernels;

/// <summary>Which processors a thread may run on, where the system lets one say so: Linux.</summary>
internal static unsafe partial class Processors
{
    /// <summary>The bytes of a set of a bit for each of 1024 processors; a larger machine refuses them, and nothing is changed.</summary>
    private const int Set = 128;

    /// <summary>The processor of the calling thread; −1 where nobody knows.</summary>
    public static int Here => OperatingSystem.IsLinux() ? Current() : -1;

    /// <summary>The system's number of the calling thread; 0 where it has none.</summary>
    public static int Thread
    {
        get
        {
            try
            {
                return OperatingSystem.IsLinux() ? Number() : 0;
            }
            catch (EntryPointNotFoundException)
            {
                return 0; // A C library before glibc 2.30.
            }
        }
    }

    /// <summary>Lets a thread run where the calling thread may, but not on one processor; false where that leaves none.</summary>
    public static bool Leave(int thread, int processor)
    {
        byte* allowed = stackalloc byte[Set];
        new Span<byte>(allowed, Set).Clear();
        if (processor is < 0 or >= 8 * Set || Allowed(0, Set, allowed) < 0) return false;
        allowed[processor / 8] &= (byte)~(1 << (processor % 8));
        return new Span<byte>(allowed, Set).ContainsAnyExcept((byte)0) && Allow(thread, Set, allowed) == 0;
    }

    [LibraryImport("libc", EntryPoint = "sched_getcpu")]
    private static partial int Current();

    [LibraryImport("libc", EntryPoint = "gettid")]
    private static partial int Number();

    [LibraryImport("libc", EntryPoint = "sched_getaffinity")]
    private static partial int Allowed(int thread, nint bytes, byte* set);

    [LibraryImport("libc", EntryPoint = "sched_setaffinity")]
    private static partial int Allow(int thread, nint bytes, byte* set);
}
