using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using MiniTorch.Backends.Cpu.Kernels;

namespace MiniTorch.Backends.Cpu;

/// <summary>What the processors can do at most: fused multiply-adds that touch no memory.</summary>
public static unsafe class Peak
{
    /// <summary>Chains of dependent operations: enough for two units of latency 4, few enough for 16 registers.</summary>
    private const int Chains = 12;

    private const int Repeats = 20_000;

    /// <summary>The greatest rate seen of f32 operations, a multiply-add counting two, of a team at work together.</summary>
    /// <param name="threads">The size of the team; 0 for one on each processor.</param>
    /// <param name="seconds">How long to look for it.</param>
    /// <remarks>Units: floating-point operations a second. The widest vectors and the next narrower are tried.</remarks>
    public static double Measure(int threads, double seconds = 0.2)
    {
        var team = new Workers(threads > 0 ? threads : Environment.ProcessorCount);
        return !Vector256.IsHardwareAccelerated ? Best<Vector128<float>, Lanes128>(team, seconds)
            : !Vector512.IsHardwareAccelerated ? Best<Vector256<float>, Lanes256>(team, seconds)
            : Math.Max(
                Best<Vector512<float>, Lanes512>(team, seconds / 2), Best<Vector256<float>, Lanes256>(team, seconds / 2));
    }

    private static double Best<V, L>(Workers team, double seconds) where V : unmanaged where L : struct, ILanes<V>
    {
        var flops = 2.0 * Chains * Repeats * L.Count * team.Threads;
        var (best, start) = (0.0, Stopwatch.GetTimestamp());
        do
        {
            var at = Stopwatch.GetTimestamp();
            team.Run(team.Threads, &Part<V, L>, null);
            best = Math.Max(best, flops / Stopwatch.GetElapsedTime(at).TotalSeconds);
        }
        while (Stopwatch.GetElapsedTime(start).TotalSeconds < seconds);
        return best;
    }

    private static void Part<V, L>(void* state, int part, int thread)
        where V : unmanaged where L : struct, ILanes<V> => Burst<V, L>();

    /// <summary>Twelve chains x = x·m + c, all of them in registers; the sum is given so that none is left out.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static V Burst<V, L>() where V : unmanaged where L : struct, ILanes<V>
    {
        V m = L.Fill(0.999f), c = L.Fill(0.001f);
        V x0 = c, x1 = c, x2 = c, x3 = c, x4 = c, x5 = c, x6 = c, x7 = c, x8 = c, x9 = c, x10 = c, x11 = c;
        for (var i = 0; i < Repeats; i++)
        {
            (x0, x1, x2, x3) = (L.Fma(x0, m, c), L.Fma(x1, m, c), L.Fma(x2, m, c), L.Fma(x3, m, c));
            (x4, x5, x6, x7) = (L.Fma(x4, m, c), L.Fma(x5, m, c), L.Fma(x6, m, c), L.Fma(x7, m, c));
            (x8, x9, x10, x11) = (L.Fma(x8, m, c), L.Fma(x9, m, c), L.Fma(x10, m, c), L.Fma(x11, m, c));
        }
        return L.Fma(L.Fma(L.Fma(x0, x1, x2), x3, L.Fma(x4, x5, x6)), x7, L.Fma(L.Fma(x8, x9, x10), x11, c));
    }

    /// <summary>One width of vector.</summary>
    private interface ILanes<V>
    {
        static abstract int Count { get; }

        static abstract V Fill(float x);

        static abstract V Fma(V x, V y, V z);
    }

    private readonly struct Lanes128 : ILanes<Vector128<float>>
    {
        public static int Count => Vector128<float>.Count;

        public static Vector128<float> Fill(float x) => Vector128.Create(x);

        public static Vector128<float> Fma(Vector128<float> x, Vector128<float> y, Vector128<float> z) =>
            Vector128.FusedMultiplyAdd(x, y, z);
    }

    private readonly struct Lanes256 : ILanes<Vector256<float>>
    {
        public static int Count => Vector256<float>.Count;

        public static Vector256<float> Fill(float x) => Vector256.Create(x);

        public static Vector256<float> Fma(Vector256<float> x, Vector256<float> y, Vector256<float> z) =>
            Vector256.FusedMultiplyAdd(x, y, z);
    }

    private readonly struct Lanes512 : ILanes<Vector512<float>>
    {
        public static int Count => Vector512<float>.Count;

        public static Vector512<float> Fill(float x) => Vector512.Create(x);

        public static Vector512<float> Fma(Vector512<float> x, Vector512<float> y, Vector512<float> z) =>
            Vector512.FusedMultiplyAdd(x, y, z);
    }
}
