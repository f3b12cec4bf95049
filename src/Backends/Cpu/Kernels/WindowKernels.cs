using System.Runtime.InteropServices;

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
        public GCHandle Spec;
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
        GCHandle handle = GCHandle.Alloc(spec);
        try
        {
            Job job = new() { Spec = handle, X = x, Y = y, Most = most, First = first, Count = count };
            if (workers is null) work(&job, 0, 0);
            else workers.Run(spec.Parts, work, &job);
        }
        finally
        {
            handle.Free();
        }
    }

    private static WindowSpec Share(void* state, int part, out long first, out long last)
    {
        Job* job = (Job*)state;
        WindowSpec s = (WindowSpec)job->Spec.Target!;
        if (job->Count > 0) (first, last) = (job->First, job->First + job->Count);
        else (first, last) = (s.Outer * part / s.Parts, s.Outer * (part + 1) / s.Parts);
        return s;
    }

    /// <summary>Tells of the planes that are summed and not told of, once they are enough or the last of a part.</summary>
    private static void Tell(WindowSpec s, ref long told, long end, long last)
    {
        const int Enough = 8192;
        if (s.Finish is null || ((end - told) * s.OutCells < Enough && end < last))
        {
            return;
        }

        s.Finish.Done(told * s.OutCells, (end - told) * s.OutCells);
        told = end;
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
