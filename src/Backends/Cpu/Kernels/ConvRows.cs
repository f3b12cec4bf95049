using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Vec = System.Runtime.Intrinsics.Vector512<float>;

namespace MiniTorch.Backends.Cpu.Kernels;

/// <summary>One channel to one channel over short rows: rows in registers, taps as permutations (<see cref="RowTaps"/>).</summary>
internal static unsafe class ConvRows
{
    public static bool Fits(ConvSpec s) =>
        s.GroupIn == 1 && s.GroupOut == 1 && s.Rank is 1 or 2 && s.XSpatial[^1] == 1 && s.Taps <= 49
        && RowTaps.Fits(s.In[^1], s.Out[^1], s.Kernel[^1], s.Rank < 2 ? 1 : s.In[^2]);

    /// <summary>Seconds on one thread: a permutation for each tap of each vector, and the planes.</summary>
    public static double Estimate(ConvSpec s)
    {
        Job job = new(s);
        double spread = s.Rank < 2 ? 1 : s.Base[^2], rows = (double)s.Batch * s.Groups * s.Pixels / s.Out[^1];
        return (2 * Rates.Region) + (rows * ((s.Taps * job.Row.Vectors / spread / (RowSlide.Fits(s) ? 3 : 1)) + 4) * 0.5e-9)
            + Rates.Moving(4 * (s.InputFloats + s.OutputFloats), 4 * (s.InputFloats + s.OutputFloats));
    }

    public static long ScratchFloats(ConvSpec s) => new Job(s).Row.Floats;

    public static void Run(Workers workers, ConvSpec s, float* x, float* w, float* y, float* scratch)
    {
        GCHandle handle = GCHandle.Alloc(s);
        try
        {
            Job job = new(s) { Spec = handle, X = x, W = w, Y = y, Lanes = (int*)scratch };
            job.End = x + ((s.Batch - 1) * s.XBatch) + ((s.InChannels - 1) * s.XChannel) + ((job.Height - 1) * job.Step) + s.In[^1];
            job.Row.Write(job.Lanes);
            workers.Run(job.Parts, &Planes, &job);
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
            Row = new(s.In[^1], s.Out[^1], s.Kernel[^1], s.Stride[^1], s.Dilation[^1], s.Lo[^1], s.Base[^1]);
            (Height, Step) = s.Rank < 2 ? (1, 0) : (s.In[^2], s.XSpatial[^2]);
            Items = (long)s.Batch * s.Groups;
            Parts = s.Flops < 1 << 18 ? 1 : (int)Math.Min(Items, 16);
        }

        public GCHandle Spec;
        public RowTaps Row;
        public float* X, W, Y, End;
        public int* Lanes;
        public int Height, Parts;
        public long Items, Step;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Planes(void* state, int part, int thread)
    {
        ref Job job = ref *(Job*)state;
        ConvSpec s = (ConvSpec)job.Spec.Target!;
        float* weights = stackalloc float[64];
        long last = job.Items * (part + 1) / job.Parts;
        for (long item = job.Items * part / job.Parts; item < last; item++)
        {
            long image = item / s.Groups, channel = item % s.Groups;
            ConvWeights.Copy(s, job.W + (channel * s.WOut), 1, weights, 1);
            float* y = job.Y + (image * s.YBatch) + (channel * s.YChannel);
            Plane(s, ref job, job.X + (image * s.XBatch) + (channel * s.XChannel), weights, y);
            s.Finish?.Done(y - job.Y, s.YChannel);
        }
    }

    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Plane(ConvSpec s, ref Job job, float* x, float* weights, float* y)
    {
        int width = s.Out[^1], left = s.Pixels, stride = 1, lo = 0, spread = 1, rows = 1;
        if (s.Rank > 1) (rows, stride, lo, spread) = (s.Out[^2], s.Stride[^2], s.Lo[^2], s.Base[^2]);
        float* edge = stackalloc float[16];
        float* copy = stackalloc float[RowTaps.MostRows * 16];
        bool reaches = RowTaps.Reaches(x, job.Row.Cells, job.Height, job.Step, job.End);
        Lines lines = new(
            job.Height, s.Rank < 2 ? 1 : s.Kernel[^2], s.Rank < 2 ? 1 : s.Dilation[^2], spread, reaches ? 16 : job.Step);
        if (reaches)
        {
            RowTaps.Copy(x, job.Row.Cells, job.Height, job.Step, copy);
            x = copy;
        }

        if (RowSlide.Fits(s))
        {
            if (width > 16) RowSlide.Twice(job.Row, job.Lanes, x, lines.Step, job.Height, lo, rows, weights, y);
            else RowSlide.Once(job.Row, job.Lanes, x, lines.Step, job.Height, lo, rows, weights, y);
            return;
        }

        for (int r = 0; r < rows; r++, y += width, left -= width)
        {
            // A short row is stored whole where rows written later cover what it spills.
            float* to = width >= 16 || left >= 16 ? y : edge;
            int at = (r * stride) - lo;
            switch (job.Row.Taps, job.Row.Vectors)
            {
                case (3, 1): Three(job.Row, lines, job.Lanes, x, weights, at, to); break;
                case (3, 2): ThreeTwice(job.Row, lines, job.Lanes, x, weights, at, to); break;
                default: Any(job.Row, lines, job.Lanes, x, weights, at, to); break;
            }

            if (to == edge) Packing.Copy(edge, y, width);
        }
    }

    /// <summary>The rows of a plane, and the lines of taps that meet them.</summary>
    private readonly record struct Lines(int Height, int Count, int Dilation, int Spread, long Step)
    {
        /// <summary>The row of the input that a line of taps meets, or none.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public int Row(int at)
        {
            int row = Spread == 1 ? at : at / Spread;
            return at < 0 || row >= Height || row * Spread != at ? -1 : row;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Three(in RowTaps row, in Lines lines, int* lanes, float* x, float* w, int at, float* y)
    {
        Vector512<int> i0 = Vector512.Load(lanes), i1 = Vector512.Load(lanes + 32), i2 = Vector512.Load(lanes + 64);
        Vec mask = Vector512.Load(lanes + 96).AsSingle(), c0 = Vec.Zero, c1 = Vec.Zero, c2 = Vec.Zero;
        int high = row.High;
        for (int k = 0; k < lines.Count; k++, at += lines.Dilation, w += 3)
        {
            int line = lines.Row(at);
            if (line < 0) continue;
            float* p = x + (line * lines.Step);
            Vec a = Vector512.Load(p);
            Vec b = Vector512.Load(p + high) & mask;
            c0 = Vector512.FusedMultiplyAdd(Vector512.Create(w[0]), Avx512F.PermuteVar16x32x2(a, i0, b), c0);
            c1 = Vector512.FusedMultiplyAdd(Vector512.Create(w[1]), Avx512F.PermuteVar16x32x2(a, i1, b), c1);
            c2 = Vector512.FusedMultiplyAdd(Vector512.Create(w[2]), Avx512F.PermuteVar16x32x2(a, i2, b), c2);
        }

        (c0 + c1 + c2).Store(y);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ThreeTwice(in RowTaps row, in Lines lines, int* lanes, float* x, float* w, int at, float* y)
    {
        Vector512<int> i0 = Vector512.Load(lanes), i1 = Vector512.Load(lanes + 32), i2 = Vector512.Load(lanes + 64);
        Vector512<int> j0 = Vector512.Load(lanes + 16), j1 = Vector512.Load(lanes + 48), j2 = Vector512.Load(lanes + 80);
        Vec mask = Vector512.Load(lanes + 96).AsSingle(), c0 = Vec.Zero, c1 = Vec.Zero, d0 = Vec.Zero, d1 = Vec.Zero;
        int high = row.High;
        for (int k = 0; k < lines.Count; k++, at += lines.Dilation, w += 3)
        {
            int line = lines.Row(at);
            if (line < 0) continue;
            float* p = x + (line * lines.Step);
            Vec a = Vector512.Load(p);
            Vec b = Vector512.Load(p + high) & mask, f = Vector512.Create(w[0]);
            c0 = Vector512.FusedMultiplyAdd(f, Avx512F.PermuteVar16x32x2(a, i0, b), c0);
            d0 = Vector512.FusedMultiplyAdd(f, Avx512F.PermuteVar16x32x2(a, j0, b), d0);
            f = Vector512.Create(w[1]);
            c1 = Vector512.FusedMultiplyAdd(f, Avx512F.PermuteVar16x32x2(a, i1, b), c1);
            d1 = Vector512.FusedMultiplyAdd(f, Avx512F.PermuteVar16x32x2(a, j1, b), d1);
            f = Vector512.Create(w[2]);
            c0 = Vector512.FusedMultiplyAdd(f, Avx512F.PermuteVar16x32x2(a, i2, b), c0);
            d0 = Vector512.FusedMultiplyAdd(f, Avx512F.PermuteVar16x32x2(a, j2, b), d0);
        }

        (c0 + c1).Store(y);
        (d0 + d1).Store(y + row.Pixels - 16);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Any(in RowTaps row, in Lines lines, int* lanes, float* x, float* w, int at, float* y)
    {
        int taps = row.Taps, high = row.High;
        Vec mask = Vector512.Load(lanes + (taps * 32)).AsSingle(), c = Vec.Zero, d = Vec.Zero;
        for (int k = 0; k < lines.Count; k++, at += lines.Dilation, w += taps)
        {
            int line = lines.Row(at);
            if (line < 0) continue;
            float* p = x + (line * lines.Step);
            Vec a = Vector512.Load(p);
            Vec b = Vector512.Load(p + high) & mask;
            for (int q = 0; q < taps; q++)
            {
                Vec f = Vector512.Create(w[q]);
                c = Vector512.FusedMultiplyAdd(f, Avx512F.PermuteVar16x32x2(a, Vector512.Load(lanes + (q * 32)), b), c);
                d = Vector512.FusedMultiplyAdd(f, Avx512F.PermuteVar16x32x2(a, Vector512.Load(lanes + (q * 32) + 16), b), d);
            }
        }

        c.Store(y);
        if (row.Vectors == 2) d.Store(y + row.Pixels - 16);
    }
}
