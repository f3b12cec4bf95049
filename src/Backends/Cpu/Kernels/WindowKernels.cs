using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MiniTorch.Backends.Cpu.Kernels;

/// <summary>Sums and first maxima of windows over f32 data.</summary>
internal static unsafe partial class WindowKernels
{
    /// <summary>y = the sum of each window; cells in the padding count as zero. Without workers, of some planes alone.</summary>
    public static void Sum(Workers? workers, WindowSpec spec, float* x, float* y, long first = 0, long count = 0)
    {
        bool tiles = spec.Tiles, repeats = spec.Repeats, listed = spec.Cells is not null;
        delegate*<void*, int, int, void> work = tiles ? &SumTiles : repeats ? &SumRepeats : listed ? &SumListed : &SumAny;
        Start(workers, spec, x, y, work, null, first, count);
    }

    /// <summary>
    /// cells = the flat index, row-major over In, of the first greatest cell of each window; most = its value. Either may be
    /// null. Without workers, of some planes alone.
    /// </summary>
    /// <remarks>
    /// The first NaN beats all else; padding never wins; a window of nothing but padding gives −1 and the value 0.
    /// </remarks>
    public static void Maxima(
        Workers? workers, WindowSpec spec, float* x, int* cells, float* most, long first = 0, long count = 0)
    {
        delegate*<void*, int, int, void> work = spec.Lines is null ? &MaximaAny : &MaximaLines;
        Start(workers, spec, x, cells, work, most, first, count);
    }

    private struct Job
    {
        public void* Spec;
        public float* X;
        public void* Y;
        public float* Most;

        /// <summary>The planes to do; none where parts share all of them.</summary>
        public long First, Count;
    }

    private static void Start(
        Workers? workers, WindowSpec spec, float* x, void* y, delegate*<void*, int, int, void> work,
        float* most = null, long first = 0, long count = 0)
    {
        // The place of the parameter, on the stack while the work goes on: a handle takes as long as a small plane.
        Job job = new() { Spec = Unsafe.AsPointer(ref spec), X = x, Y = y, Most = most, First = first, Count = count };
        if (workers is null) work(&job, 0, 0);
        else workers.Run(spec.Parts, work, &job);
    }

    private static WindowSpec Share(void* state, int part, out long first, out long last)
    {
        Job* job = (Job*)state;
        WindowSpec s = Unsafe.AsRef<WindowSpec>(job->Spec);
        if (job->Count > 0) (first, last) = (job->First, job->First + job->Count);
        else (first, last) = (s.Outer * part / s.Parts, s.Outer * (part + 1) / s.Parts);
        return s;
    }

    /// <summary>Scales and tells of the planes that are summed and not told of, once they are enough or the last of a part.</summary>
    private static void Tell(void* state, WindowSpec s, ref long told, long end, long last)
    {
        const int Enough = 8192;
        long first = told * s.OutCells, count = (end - told) * s.OutCells;
        if (count < Enough && end < last)
        {
            return;
        }

        if (s.Scale != 1) Scale((float*)((Job*)state)->Y + first, count, s.Scale);
        s.Finish?.Done(first, count);
        told = end;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Scale(float* y, long n, float by)
    {
        Vector512<float> all = Vector512.Create(by);
        long i = 0;
        for (; i + Lanes <= n; i += Lanes) (Vector512.Load(y + i) * all).Store(y + i);
        for (; i < n; i++) y[i] *= by;
    }

    /// <summary>The input cell under cell t of window p, or -1 in the padding.</summary>
    internal static int Cell(WindowSpec s, int p, int t)
    {
        int cell = 0, scale = 1;
        for (int axis = s.In.Length - 1; axis >= 0; axis--)
        {
            (p, int at) = Math.DivRem(p, s.Out[axis]);
            (t, int tap) = Math.DivRem(t, s.Size[axis]);
            int position = (at * s.Stride[axis]) + (tap * s.Dilation[axis]) - s.Lo[axis];
            int index = position / s.Base[axis];
            if (position < 0 || index >= s.In[axis] || index * s.Base[axis] != position)
            {
                return -1;
            }

            cell += index * scale;
            scale *= s.In[axis];
        }

        return cell;
    }
}
