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

    /// <summary>Seconds on one thread: three permutations a vector for each row and line of taps, and the planes.</summary>
    public static double Estimate(ConvSpec s)
    {
        Job job = new(s);
        double rows = (double)s.InChannels * job.Lines * job.Rows;
        return (2 * Rates.Region) + (rows * ((3 * job.Row.Vectors) + 3) * 0.8e-9)
            + Rates.Moving(4 * (s.InputFloats + s.WeightFloats), 4 * (s.InputFloats + s.WeightFloats));
    }

    public static long ScratchFloats(ConvSpec s) => new Job(s).Row.Floats + 32;

    public static void Run(Workers workers, ConvSpec s, float* x, float* w, float* y, float* scratch)
    {
        GCHandle handle = GCHandle.Alloc(s);
        try
        {
            Job job = new(s) { Spec = handle, X = x, Dy = w, Y = y, Lanes = (int*)scratch };
            job.End = x + ((s.InChannels - 1) * s.XChannel) + ((job.Height - 1) * job.Step) + s.In[^1];
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
            Parts = s.Flops < 1 << 18 ? 1 : Math.Min(s.Groups, 16);
        }

        public GCHandle Spec;
        public RowTaps Row;
        public float* X, Dy, Y, End, DyEnd;
        public int* Lanes;
        public int Height, Rows, Lines, Parts;
        public long Step, DyStep;
    }

    private static void Groups(void* state, int part, int thread)
    {
        ref Job job = ref *(Job*)state;
        ConvSpec s = (ConvSpec)job.Spec.Target!;
        int last = (int)((long)s.Groups * (part + 1) / job.Parts);
        float* y = stackalloc float[4];
        for (int group = (int)((long)s.Groups * part / job.Parts); group < last; group++)
        {
            for (int line = 0; line < job.Lines; line++)
            {
                Line(s, ref job, group, line, y);
                Packing.Copy(y, job.Y + (group * s.YChannel) + (line * s.Out[^1]), s.Out[^1]);
            }
        }
    }

    /// <summary>One row of taps of one channel: up to three sums over all rows of all images.</summary>
    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Line(ConvSpec s, ref Job job, int group, int line, float* y)
    {
        bool flat = s.Rank < 2, two = job.Row.Vectors == 2;
        int taps = job.Row.Taps, cells = job.Row.Cells, high = job.Row.High, width = s.Kernel[^1], rows = job.Rows;
        int step = flat ? 1 : s.Dilation[^2], start = flat ? 0 : (line * s.Stride[^2]) - s.Lo[^2], height = job.Height;
        int* q1 = job.Lanes + (taps > 1 ? 32 : 0), q2 = job.Lanes + (taps > 2 ? 64 : 0);
        Vec mask = Vector512.Load(job.Lanes + (taps * 32)).AsSingle(), live = Vector512.Load(job.Lanes + (taps * 32) + 16).AsSingle();
        Vector512<int> i0 = Vector512.Load(job.Lanes), i1 = Vector512.Load(q1), i2 = Vector512.Load(q2);
        Vector512<int> j0 = Vector512.Load(job.Lanes + 16), j1 = Vector512.Load(q1 + 16), j2 = Vector512.Load(q2 + 16);
        Vec a0 = Vec.Zero, a1 = Vec.Zero, a2 = Vec.Zero, b0 = Vec.Zero, b1 = Vec.Zero, b2 = Vec.Zero;
        float* copy = stackalloc float[2 * MostRows * 16];
        for (int image = 0; image < s.GroupIn; image++)
        {
            float* x = job.X + (((group * (long)s.GroupIn) + image) * s.XChannel), dy = job.Dy + (group * s.WOut) + (image * s.WIn);
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

            for (int r = 0, at = start; r < rows; r++, at += step)
            {
                if (at < 0 || at >= height) continue;
                float* p = x + (at * xStep), row = dy + (r * dyStep);
                Vec low = Vector512.Load(p), top = Vector512.Load(p + high) & mask, d = Vector512.Load(row);
                d = two ? d : d & live;
                a0 = Vector512.FusedMultiplyAdd(d, RowTaps.Pick(low, i0, top), a0);
                a1 = Vector512.FusedMultiplyAdd(d, RowTaps.Pick(low, i1, top), a1);
                a2 = Vector512.FusedMultiplyAdd(d, RowTaps.Pick(low, i2, top), a2);
                if (!two) continue;
                d = Vector512.Load(row + width - 16) & live;
                b0 = Vector512.FusedMultiplyAdd(d, RowTaps.Pick(low, j0, top), b0);
                b1 = Vector512.FusedMultiplyAdd(d, RowTaps.Pick(low, j1, top), b1);
                b2 = Vector512.FusedMultiplyAdd(d, RowTaps.Pick(low, j2, top), b2);
            }
        }

        (y[0], y[1], y[2]) = (Vector512.Sum(a0 + b0), Vector512.Sum(a1 + b1), Vector512.Sum(a2 + b2));
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
