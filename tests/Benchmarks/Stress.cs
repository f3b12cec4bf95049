using System.Diagnostics;
using System.Globalization;
using MiniTorch.Backends.Cpu.Kernels;
using MiniTorch.Tests;

namespace MiniTorch.Benchmarks;

/// <summary>The pool under load for as long as one likes.</summary>
internal static class Stress
{
    /// <summary>Runs <c>stress joins COUNT [THREADS] [LOOKS]</c>; 1 where a share was lost, run twice or not awaited.</summary>
    public static int Run(string[] args)
    {
        if (args is not ["joins", var count, .. var rest] || !long.TryParse(count, CultureInfo.InvariantCulture, out var joins))
        {
            Console.Error.WriteLine("stress joins COUNT [THREADS] [LOOKS]: how many joins, threads, and looks before a thread parks");
            return 1;
        }
        var threads = rest.Length > 0 ? int.Parse(rest[0], CultureInfo.InvariantCulture) : 2;
        var looks = rest.Length > 1 ? int.Parse(rest[1], CultureInfo.InvariantCulture) : 40;
        using var pool = new Pool(looks);
        pool.Grow(threads);
        var start = Stopwatch.GetTimestamp();
        var (wrong, others) = Joins.Count(pool, threads, joins, seed: 1);
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{joins} joins of {threads} threads, {looks} looks before parking: {wrong} wrong, "
            + $"{others} parts by other threads, {seconds:0.0} s, {joins / seconds:0} joins/s"));
        return wrong == 0 ? 0 : 1;
    }
}
