using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MiniTorch.Backends.Cpu.Kernels;

/// <summary>The first of the largest in a row of f32: its value eight at a time, then where it stands.</summary>
internal static unsafe class RowMaxima
{
    private const int Width = 8;

    /// <summary>The position; −1 where the row is shorter than a vector or has a NaN, which the scalar way tells.</summary>
    internal static long First(float* row, long n)
    {
        if (n < Width) return -1;
        var greatest = Vector256.Load(row + n - Width);
        for (long k = 0; k < n - Width; k += Width) greatest = Vector256.Max(greatest, Vector256.Load(row + k));
        var largest = greatest[0];
        for (var lane = 1; lane < Width; lane++) largest = MathF.Max(largest, greatest[lane]);
        return float.IsNaN(largest) ? -1 : Position(row, n, Vector256.Create(largest));
    }

    private static long Position(float* row, long n, Vector256<float> largest)
    {
        for (long k = 0; ; k += Width)
        {
            var at = Math.Min(k, n - Width);
            var equal = Vector256.Equals(Vector256.Load(row + at), largest).ExtractMostSignificantBits();
            if (equal != 0) return at + uint.TrailingZeroCount(equal);
        }
    }

    /// <summary>Where the first of the largest stands in each of sixteen columns of n rows; the first NaN is the largest.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Columns(float* x, long row, int n, int* y)
    {
        var largest = Vector512.Load(x);
        var at = Vector512<int>.Zero;
        for (var k = 1; k < n; k++)
        {
            x += row;
            var value = Vector512.Load(x);
            var wins = Vector512.AndNot(Vector512.Equals(largest, largest), Vector512.LessThanOrEqual(value, largest));
            largest = Vector512.ConditionalSelect(wins, value, largest);
            at = Vector512.ConditionalSelect(wins.AsInt32(), Vector512.Create(k), at);
        }
        at.Store(y);
    }
}
