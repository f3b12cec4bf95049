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
}
