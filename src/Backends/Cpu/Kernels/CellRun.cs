using System.Runtime.CompilerServices;

namespace MiniTorch.Backends.Cpu.Kernels;

/// <summary>Lanes one after the other that read one row of one image: pixels of an output row, or taps of a row of the kernel.</summary>
internal unsafe struct CellRun
{
    /// <summary>The first lane, and how many.</summary>
    public int Start, Length;

    public long Image;

    /// <summary>Where the first reads, along each axis, but for what all lanes have in common.</summary>
    public int* At;

    /// <summary>Cuts lanes where a row ends; how many runs that gives, at most one a lane.</summary>
    /// <param name="sizes">Of what lanes go through in row-major order, image by image.</param>
    /// <param name="steps">From one to the next, along each axis.</param>
    /// <param name="first">The place of the first lane.</param>
    /// <param name="width">How many.</param>
    /// <param name="runs">With a place along each axis each.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int Split(int[] sizes, int[] steps, long first, int width, CellRun* runs)
    {
        int count = 0, row = sizes[^1];
        long all = 1;
        foreach (int size in sizes) all *= size;
        for (int start = 0; start < width; count++)
        {
            ref CellRun run = ref runs[count];
            int rest = (int)((first + start) % all);
            run.Start = start;
            run.Image = (first + start) / all;
            run.Length = Math.Min(row - (rest % row), width - start);
            for (int axis = sizes.Length - 1; axis >= 0; rest /= sizes[axis], axis--)
            {
                run.At[axis] = rest % sizes[axis] * steps[axis];
            }

            start += run.Length;
        }

        return count;
    }
}
