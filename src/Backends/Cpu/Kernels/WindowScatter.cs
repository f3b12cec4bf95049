using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MiniTorch.Backends.Cpu.Kernels;

/// <content>The transpose of taking maxima: cells take what is theirs, or a plane is cleared and added to while it is in cache.</content>
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
            if (s.Candidates is { } candidates) Take(candidates, u, cells, y);
            else
            {
                new Span<float>(y, s.InCells).Clear();
                if (shared) AddTo(y, s.InCells, u, cells, s.OutCells);
                else PutInto(y, u, cells, s.OutCells);
            }

            s.Finish?.Done(outer * s.InCells, s.InCells);
        }
    }

    /// <summary>Each cell takes what the windows over it give that name it, in their order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Take(WindowCandidates all, float* u, int* cells, float* y)
    {
        fixed (int* places = all.Places)
        {
            for (int i = 0; i < all.Strips.Length; i++)
            {
                int* at = places + (i * all.Each * Lanes);
                if (all.Each == 1) Take<One>(all, all.Strips[i], at, u, cells, y);
                else Take<Two>(all, all.Strips[i], at, u, cells, y);
            }
        }
    }

    /// <summary>Rows of cells from where a row of windows begins to where the next does take of it and of the one before.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Take<K>(WindowCandidates all, WindowCandidates.Strip strip, int* places, float* u, int* cells, float* y)
        where K : struct, ICount
    {
        int width = all.Across.In, windows = all.Across.Out, rows = all.Down.Out, stride = all.Down.Stride;
        int left = all.Down.In, taken = -all.Down.Lo;
        Vector512<float> zero = Vector512<float>.Zero;
        Vector512<int> nobody = Vector512<int>.AllBitsSet, down = Vector512.Create(width);
        Vector512<int> cell = Vector512<int>.Indices + Vector512.Create(strip.Cell);
        Vector512<int> first = Vector512.Load(places), second = K.Count > 1 ? Vector512.Load(places + Lanes) : first;
        Given a = new(zero, nobody), b = a;
        u += strip.Window;
        cells += strip.Window;
        y += strip.Cell;
        for (; rows > 0; rows--, u += windows, cells += windows)
        {
            taken += stride;
            int count = Math.Min(taken, left);
            if (rows == 1)
            {
                count = left;
                u -= strip.Back;
                cells -= strip.Back;
                first += Vector512.Create(strip.Back);
                second += Vector512.Create(strip.Back);
            }

            var (above, beside) = (a, b);
            a = Given.Of(u, cells, first);
            if (K.Count > 1) b = Given.Of(u, cells, second);
            for (; count > 0; count--, left--, taken--, y += width, cell += down)
            {
                Vector512<float> sum = a.To(cell);
                if (K.Count > 1) sum = above.To(cell) + beside.To(cell) + sum + b.To(cell);
                sum.Store(y);
            }
        }
    }

    /// <summary>Sixteen updates and the cells that they go to.</summary>
    private readonly struct Given(Vector512<float> u, Vector512<int> cells)
    {
        private readonly Vector512<float> u = u;
        private readonly Vector512<int> cells = cells;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Given Of(float* u, int* cells, Vector512<int> places) => new(
            Avx512F.PermuteVar16x32(Vector512.Load(u), places) + Vector512<float>.Zero,
            Avx512F.PermuteVar16x32(Vector512.Load(cells), places));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<float> To(Vector512<int> cell) =>
            Vector512.ConditionalSelect(Vector512.Equals(cells, cell).AsSingle(), u, Vector512<float>.Zero);
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
