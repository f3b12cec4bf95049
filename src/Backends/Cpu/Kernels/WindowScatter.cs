using System.Runtime.CompilerServices;

namespace MiniTorch.Backends.Cpu.Kernels;

/// <content>The transpose of taking maxima: a plane is cleared and added to while it is in the nearest cache.</content>
internal static unsafe partial class WindowKernels
{
    /// <summary>y = 0, then y[cells[p]] += u[p] for each window p in order; nothing goes to a cell outside.</summary>
    public static void Scatter(Workers workers, WindowSpec spec, float* u, int* cells, float* y) =>
        Start(workers, spec, u, cells, &ScatterPlanes, y);

    private static void ScatterPlanes(void* state, int part, int thread)
    {
        Job* job = (Job*)state;
        WindowSpec s = Share(job, part, out long first, out long last);
        bool shared = !s.Tiles;
        for (long outer = first; outer < last; outer++)
        {
            float* y = job->Most + (outer * s.InCells), u = job->X + (outer * s.OutCells);
            int* cells = (int*)job->Y + (outer * s.OutCells);
            new Span<float>(y, s.InCells).Clear();
            if (shared) AddTo(y, s.InCells, u, cells, s.OutCells);
            else PutInto(y, u, cells, s.OutCells);
            s.Finish?.Done(outer * s.InCells, s.InCells);
        }
    }

    /// <summary>Of windows that share no cell and have one each.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void PutInto(float* y, float* u, int* cells, int n)
    {
        int p = 0;
        for (; p < n - 3; p += 4)
        {
            float a = 0f + u[p], b = 0f + u[p + 1], c = 0f + u[p + 2], d = 0f + u[p + 3];
            y[cells[p]] = a;
            y[cells[p + 1]] = b;
            y[cells[p + 2]] = c;
            y[cells[p + 3]] = d;
        }

        for (; p < n; p++) y[cells[p]] = 0f + u[p];
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddTo(float* y, int size, float* u, int* cells, int n)
    {
        for (int p = 0; p < n; p++)
        {
            uint cell = (uint)cells[p];
            if (cell < (uint)size) y[cell] += u[p];
        }
    }
}
