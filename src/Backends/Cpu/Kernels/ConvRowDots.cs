using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Vec = System.Runtime.Intrinsics.Vector512<float>;

namespace MiniTorch.Backends.Cpu.Kernels;

/// <summary>
/// The kernel gradient of a convolution channel by channel over short rows: rows of dy times permuted rows of x, summed in
/// registers over all images.
/// </summary>
internal static unsafe class ConvRowDots
{
    /// <summary>Rows of a plane that could still be copied.</summary>
    private const int MostRows = 256;

    public static bool Fits(ConvSpec s) =>
        s.Batch == 1 && s.GroupOut == 1 && s.GroupIn > 0 && s.Rank is 1 or 2 && s.XSpatial[^1] == 1 && s.WSpatial[^1] == 1
        && s.Out[^1] <= 3 && s.Taps > s.Pixels && Array.TrueForAll(s.Base, b => b == 1)
        && RowTaps.Fits(s.In[^1], s.Kernel[^1], s.Out[^1]) && (s.Rank < 2 || Math.Max(s.In[^2], s.Kernel[^2]) <= MostRows);

    /// <summary>Seconds on one thread: nine permutations a vector for each row and three lines of taps, and the planes.</summary>
    public static double Estimate(ConvSpec s)
    {
        Job job = new(s);
        double rows = (double)s.InChannels * ((job.Lines + 2) / 3) * job.Rows;
        return (2 * Rates.Region) + (rows * ((9 * job.Row.Vectors) + 4) * 0.27e-9)
            + Rates.Moving(4 * (s.InputFloats + s.WeightFloats), 4 * (s.InputFloats + s.WeightFloats));
    }

    public static long ScratchFloats(ConvSpec s) => new Job(s).Row.Floats + 32;

    public static void Run(Workers workers, ConvSpec s, float* x, float* w, float* y, float* scratch)
    {
        GCHandle handle = GCHandle.Alloc(s);
        try
        {
            Job job = new(s) { Spec = handle, X = x, Dy = w, Y = y, Lanes = (int*)scratch };
            job.End = x + s.LastChannel + ((job.Height - 1) * job.Step) + s.In[^1];
            job.DyEnd = w + ((s.OutChannels - 1) * s.WOut) + ((s.GroupIn - 1) * s.WIn) + ((job.Rows - 1) * job.DyStep) + s.Kernel[^1];
            job.Row.Write(job.Lanes);
            workers.Run(job.Parts, &Groups, &job);
        }
        finally
        {
            handle.Free();
        }
    }

    private struct Job
    {
        public Job(ConvSpec s)
        {
            Row = new(s.In[^1], s.Kernel[^1], s.Out[^1], s.Dilation[^1], s.Stride[^1], s.Lo[^1], 1);
            (Height, Rows, Lines, Step, DyStep) = s.Rank < 2 ? (1, 1, 1, 0, 0)
                : (s.In[^2], s.Kernel[^2], s.Out[^2], s.XSpatial[^2], s.WSpatial[^2]);
            (Down, Apart, Top) = s.Rank < 2 ? (1, 1, 0) : (s.Stride[^2], s.Dilation[^2], s.Lo[^2]);
            Parts = s.Flops < 1 << 18 ? 1 : Math.Min(s.Groups, 16);
        }

        public GCHandle Spec;
        public RowTaps Row;
        public float* X, Dy, Y, End, DyEnd;
        public int* Lanes;
        public int Height, Rows, Lines, Parts, Down, Apart, Top;
        public long Step, DyStep;
    }

    private static void Groups(void* state, int part, int thread)
    {
        ref Job job = ref *(Job*)state;
        ConvSpec s = (ConvSpec)job.Spec.Target!;
        int last = (int)((long)s.Groups * (part + 1) / job.Parts), taps = s.Out[^1];
        float* y = stackalloc float[9];
        for (int group = (int)((long)s.Groups * part / job.Parts); group < last; group++)
        {
            for (int line = 0; line < job.Lines; line += 3)
            {
                Lines(s, ref job, group, line, y);
                for (int i = line; i < Math.Min(line + 3, job.Lines); i++)
                {
                    Packing.Copy(y + ((i - line) * 3), job.Y + (group * s.YChannel) + (i * taps), taps);
                }
            }
        }
    }

    /// <summary>Up to three rows of up to three taps of one channel: sums over all rows of all images.</summary>
    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Lines(ConvSpec s, ref Job job, int group, int line, float* y)
    {
        int cells = job.Row.Cells, width = s.Kernel[^1], height = job.Height, rows = job.Rows;
        float* copy = stackalloc float[2 * MostRows * 16], sums = stackalloc float[9 * 16];
        new Span<float>(sums, 9 * 16).Clear();
        for (int image = 0; image < s.GroupIn; image++)
        {
            float* x = job.X + (group * s.XGroup) + (image * s.XChannel), dy = job.Dy + (group * s.WOut) + (image * s.WIn);
            long xStep = job.Step, dyStep = job.DyStep;
            if (Reaches(x, cells, height, xStep, job.End))
            {
                Copy(x, cells, height, xStep, copy);
                x = copy;
                xStep = 16;
            }

            if (Reaches(dy, width, rows, dyStep, job.DyEnd))
            {
                Copy(dy, width, rows, dyStep, copy + (MostRows * 16));
                dy = copy + (MostRows * 16);
                dyStep = 16;
            }

            Plane(ref job, line, x, xStep, dy, dyStep, sums);
        }

        for (int i = 0; i < 9; i++) y[i] = Vector512.Sum(Vector512.Load(sums + (i * 16)));
    }

    /// <summary>Adds rows of one plane of dy times those of x that each line of taps meets.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Plane(ref Job job, int line, float* x, long xStep, float* dy, long dyStep, float* sums)
    {
        bool two = job.Row.Vectors == 2;
        int taps = job.Row.Taps, high = job.Row.High, width = job.Row.Pixels, rows = job.Rows, height = job.Height, step = job.Apart;
        int at = (line * job.Down) - job.Top, below = line + 1 < job.Lines ? at + job.Down : height;
        int last = line + 2 < job.Lines ? at + (2 * job.Down) : height;
        int* q0 = job.Lanes, q1 = q0 + (taps > 1 ? 32 : 0), q2 = q0 + (taps > 2 ? 64 : 0);
        Vec mask = Vector512.Load(q0 + (taps * 32)).AsSingle(), live = Vector512.Load(q0 + (taps * 32) + 16).AsSingle();
        Vector512<int> i0 = Vector512.Load(q0), i1 = Vector512.Load(q1), i2 = Vector512.Load(q2);
        Vector512<int> j0 = Vector512.Load(q0 + 16), j1 = Vector512.Load(q1 + 16), j2 = Vector512.Load(q2 + 16);
        Vec a0 = Vector512.Load(sums), a1 = Vector512.Load(sums + 16), a2 = Vector512.Load(sums + 32), a3 = Vector512.Load(sums + 48);
        Vec a4 = Vector512.Load(sums + 64), a5 = Vector512.Load(sums + 80), a6 = Vector512.Load(sums + 96);
        Vec a7 = Vector512.Load(sums + 112), a8 = Vector512.Load(sums + 128);
        for (int r = 0; r < rows; r++, dy += dyStep, at += step, below += step, last += step)
        {
            Vec d = Vector512.Load(dy), e = two ? Vector512.Load(dy + width - 16) & live : d;
            d = two ? d : d & live;
            if ((uint)at < (uint)height) Add(x + (at * xStep), high, mask, d, e, two, i0, i1, i2, j0, j1, j2, ref a0, ref a1, ref a2);
            if ((uint)below < (uint)height) Add(x + (below * xStep), high, mask, d, e, two, i0, i1, i2, j0, j1, j2, ref a3, ref a4, ref a5);
            if ((uint)last < (uint)height) Add(x + (last * xStep), high, mask, d, e, two, i0, i1, i2, j0, j1, j2, ref a6, ref a7, ref a8);
        }

        a0.Store(sums); a1.Store(sums + 16); a2.Store(sums + 32); a3.Store(sums + 48); a4.Store(sums + 64);
        a5.Store(sums + 80); a6.Store(sums + 96); a7.Store(sums + 112); a8.Store(sums + 128);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(
        float* x, int high, Vec mask, Vec d, Vec e, bool two, Vector512<int> i0, Vector512<int> i1, Vector512<int> i2,
        Vector512<int> j0, Vector512<int> j1, Vector512<int> j2, ref Vec a, ref Vec b, ref Vec c)
    {
        Vec low = Vector512.Load(x), top = Vector512.Load(x + high) & mask;
        a = Vector512.FusedMultiplyAdd(d, RowTaps.Pick(low, i0, top), a);
        b = Vector512.FusedMultiplyAdd(d, RowTaps.Pick(low, i1, top), b);
        c = Vector512.FusedMultiplyAdd(d, RowTaps.Pick(low, i2, top), c);
        if (!two) return;
        a = Vector512.FusedMultiplyAdd(e, RowTaps.Pick(low, j0, top), a);
        b = Vector512.FusedMultiplyAdd(e, RowTaps.Pick(low, j1, top), b);
        c = Vector512.FusedMultiplyAdd(e, RowTaps.Pick(low, j2, top), c);
    }

    /// <summary>Whether sixteen floats from the last row of a plane on reach past the end of memory.</summary>
    private static bool Reaches(float* plane, int cells, int rows, long step, float* end) =>
        cells < 16 && plane + ((rows - 1) * step) + 16 > end;

    /// <summary>A plane with rows of sixteen floats.</summary>
    private static void Copy(float* plane, int cells, int rows, long step, float* to)
    {
        for (int r = 0; r < rows; r++)
        {
            Packing.Copy(plane + (r * step), to + (r * 16), cells);
        }
    }
}
