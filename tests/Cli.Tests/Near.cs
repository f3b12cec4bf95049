using MiniTorch.Ir;

namespace MiniTorch.Cli.Tests;

/// <summary>Equal but for the order of a few roundings in f64.</summary>
internal static class Near
{
    /// <summary>Of one type, and every element within a thousand-millionth.</summary>
    internal static bool Are(Tensor a, Tensor b) =>
        a.Type == b.Type && a.ToDoubles().Zip(b.ToDoubles(), Are).All(near => near);

    private static bool Are(double a, double b) =>
        a.Equals(b) || Math.Abs(a - b) <= 1e-9 * Math.Max(1, Math.Max(Math.Abs(a), Math.Abs(b)));
}
