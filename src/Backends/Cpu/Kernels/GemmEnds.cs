using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MiniTorch.Backends.Cpu.Kernels;

/// <summary>
/// What becomes of each sum of a product before it is stored: a number of its column is added, what is less than a number
/// becomes that, and it is zero where the gate's element in its place is not above a number.
/// </summary>
/// <param name="Bias">Where a number for each column lies; zero where none is added.</param>
/// <param name="Least">What is less becomes this.</param>
/// <param name="Gate">Where numbers lie as the result does, or where it goes; zero where there is no gate.</param>
/// <param name="Above">What the gate's elements have to be above.</param>
internal readonly record struct GemmEnd(nint Bias, float Least, nint Gate, float Above);

/// <summary>Stores tiles of a product with its end, while they are in the first cache level.</summary>
internal readonly unsafe ref struct GemmEnds
{
    private readonly GemmEnd end;
    private readonly float* bias;
    private readonly long gate;
    private readonly bool add;

    /// <summary>The end of a block of columns from one on, in a slice of K; sums of earlier slices lie in the result.</summary>
    public GemmEnds(in GemmSpec spec, bool final, bool add, float* result, int column)
    {
        Any = final && spec.End is not null;
        if (!Any) return;
        (end, this.add) = (spec.End!.Value, add);
        bias = end.Bias == 0 ? null : (float*)end.Bias + column;
        gate = (float*)end.Gate - result;
    }

    /// <summary>Whether there is one.</summary>
    public bool Any { get; }

    /// <summary>Moves a tile of whole vectors, a row every <see cref="GemmPlan.Columns"/> floats, to the block's column j and on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Store(float* tile, float* c, long ldc, int rows, int j, int width)
    {
        Vector512<float> least = Vector512.Create(end.Least), zero = Vector512.Create(end.Least == 0 ? end.Least : -0f);
        Vector512<float> above = Vector512.Create(end.Above);
        for (int column = 0; column < width; column += 16)
        {
            // x + -0 is x, whatever x is.
            Vector512<float> added = bias == null ? Vector512.Create(-0f) : Vector512.Load(bias + j + column);
            float* from = tile + column, to = c + column;
            for (int row = 0; row < rows; row++, from += GemmPlan.Columns, to += ldc)
            {
                Vector512<float> x = Vector512.Load(from);
                if (add) x = Vector512.Load(to) + x;
                // Of two zeros the native maximum is the second, −0 too; the sum with one makes it what a maximum with 0 is.
                x = Vector512.MaxNative(least, x + added) + zero;
                if (end.Gate != 0) x &= Vector512.GreaterThan(Vector512.Load(to + gate), above);
                x.Store(to);
            }
        }
    }
}
