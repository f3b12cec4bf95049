namespace MiniTorch.Passes.Planning;

/// <summary>How a step is computed and how long that takes, from its sizes alone: the same on every machine.</summary>
/// <param name="Algorithm">A word, as <c>direct</c>, <c>im2col</c>, <c>map</c>.</param>
/// <param name="Seconds">On one thread of the machine that the target's rates were measured on.</param>
/// <remarks>Units: seconds.</remarks>
public readonly record struct Estimate(string Algorithm, double Seconds)
{
    private const double Flops = 1e10, Bytes = 1e10;

    /// <summary>The longer of arithmetic and traffic on a machine of round numbers: 10 GFLOP/s, 10 GB/s.</summary>
    public static Estimate Plain(string algorithm, long flops, long bytes) => new(algorithm, Math.Max(flops / Flops, bytes / Bytes));
}
