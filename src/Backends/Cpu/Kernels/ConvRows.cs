using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Vec = System.Runtime.Intrinsics.Vector512<float>;

namespace MiniTorch.Backends.Cpu.Kernels;

/// <summary>
/// One channel to one channel: three by three taps in unit steps down rows of any length (<see cref="RowSlide"/>) or two
/// apart (<see cref="RowHalve"/>), or others over short rows, which stay in registers, taps as permutations (<see cref="RowTaps"/>).
/// </summary>
internal static unsafe class ConvRows
{
    /// <summary>Elements that are finished together.</summary>
    private const int Stretch = 4096;

    public static bool Fits(ConvSpec s) => s.GroupIn == 1 && s.GroupOut == 1 && s.Rank is 1 or 2 && s.XSpatial[^1] == 1
        && (RowSlide.Fits(s) || RowHalve.Fits(s) || (s.Taps <= 49 && RowTaps.Fits(s.In[^1], s.Out[^1], s.Kernel[^1])));

    /// <summary>Seconds on one thread: the vectors of each row, or moving the planes where that takes longer.</summary>
    public static double Estimate(ConvSpec s)
    {
        double spread = s.Rank < 2 ? 1 : s.Base[^2], planes = (double)s.Batch * s.Groups, rows = planes * s.Pixels / s.Out[^1];
        double taps = s.Taps * ((s.Out[^1] + 15) / 16) / spread, bytes = 4 * (s.InputFloats + s.OutputFloats);
        double row = RowSlide.Fits(s) ? (taps * 0.15e-9) + 0.3e-9 : RowHalve.Fits(s) ? RowHalve.Strips(s) * 2.2e-9
            : RowDouble.Fits(s) ? 2.2e-9 : (taps + 4) * 0.5e-9;
        return (2 * Rates.Region) + (planes * 12e-9) + Math.Max(rows * row, Rates.Moving(bytes, bytes));
    }

    public static long ScratchFloats(ConvSpec s, int threads)
    {
        Job job = new(s);
        return job.Tables + job.WeightFloats + (threads * job.Thread);
    }

    public static void Run(Workers workers, ConvSpec s, float* x, float* w, float* y, float* scratch)
    {
        GCHandle handle = GCHandle.Alloc(s);
        try
        {
            Job job = new(s) { Spec = handle, X = x, W = w, Y = y, Lanes = (int*)scratch };
            job.End = x + ((s.Batch - 1) * s.XBatch) + s.LastChannel + ((job.Height - 1) * job.Step) + s.In[^1];
            job.Scratch = scratch + job.Tables + job.WeightFloats;
            job.Write(s, scratch + job.Tables);
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
            bool flat = s.Rank < 2;
            (Slides, Halves, Doubles) = (RowSlide.Fits(s), RowHalve.Fits(s), RowDouble.Fits(s));
            (Height, Cells, Rows, Width, Top) = (flat ? 1 : s.In[^2], s.In[^1], flat ? 1 : s.Out[^2], s.Out[^1], flat ? 0 : s.Lo[^2]);
            (Stride, Step) = (flat ? 1 : s.Stride[^2], flat ? 0 : s.XSpatial[^2]);
            Lines = new(Height, flat ? 1 : s.Kernel[^2], flat ? 1 : s.Dilation[^2], flat ? 1 : s.Base[^2]);
            (Taps, Channels, Items) = (s.Taps, s.Groups, (long)s.Batch * s.Groups);
            Parts = s.Flops < 1 << 16 ? 1 : (int)Math.Min(Items, 16);
            WeightStep = ConvWeights.Whole(s) ? s.WOut : Taps;
            WeightFloats = ConvWeights.Whole(s) ? 0 : ((long)Channels * Taps) + 15;
            Thread = ((((long)Height * s.In[^1]) + 15) / 16 * 16) + (2 * RowSlide.Margin);
            (XBatch, XChannel, YBatch, YChannel) = (s.XBatch, s.XGroup, s.YBatch, s.YChannel);
            Together = YBatch == Channels * YChannel ? Math.Max(1, Stretch / (int)YChannel) : 1;
            if (Slides)
            {
                Slide = new(s);
                (Tables, Before, After) = (Slide.Floats, Slide.Before, Slide.After);
            }
            else
            {
                (Strips, Left) = (Halves ? RowHalve.Strips(s) : 1, s.Lo[^1]);
                Row = Strips > 1 ? RowHalve.Strip(Cells, Width, Left, Strips, 0, out _, out _)
                    : new(Cells, Width, s.Kernel[^1], s.Stride[^1], s.Dilation[^1], Left, s.Base[^1]);
                (Tables, Before, After) = (Strips * Row.Floats, 0, Strips > 1 ? 16 : Math.Max(0, 16 - Row.Cells));
            }
        }

        public GCHandle Spec;
        public RowTaps Row;
        public RowSlide Slide;
        public Lines Lines;
        public bool Slides, Halves, Doubles;
        public float* X, W, Y, End, Scratch;
        public int* Lanes;
        public int Height, Cells, Rows, Width, Top, Left, Strips, Stride, Taps, Channels, Parts, Together, Tables, Before, After;
        public long Items, Step, WeightStep, WeightFloats, Thread, XBatch, XChannel, YBatch, YChannel;

        /// <summary>The tables of rows, and the weights one channel after the other.</summary>
        public void Write(ConvSpec s, float* weights)
        {
            if (Slides) Slide.Write(Lanes);
            else if (Strips == 1) Row.Write(Lanes);
            for (int strip = 0; strip < Strips && Strips > 1; strip++)
            {
                RowHalve.Strip(Cells, Width, Left, Strips, strip, out _, out _).Write(Lanes + (strip * Row.Floats));
            }

            if (WeightFloats == 0) return;
            for (int channel = 0; channel < Channels; channel++)
            {
                ConvWeights.Copy(s, W + (channel * s.WOut), 1, weights + (channel * Taps), 1);
            }

            W = weights;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Planes(void* state, int part, int thread)
    {
        ref Job job = ref *(Job*)state;
        ConvSpec s = (ConvSpec)job.Spec.Target!;
        Finish? finish = s.Finish;
        float* bias = (float*)s.Bias, copy = job.Scratch + (thread * job.Thread) + RowSlide.Margin, told = null;
        long item = job.Items * part / job.Parts, last = job.Items * (part + 1) / job.Parts, image = item / job.Channels;
        int channel = (int)(item % job.Channels), together = 0;
        for (; item < last; item++)
        {
            float* x = job.X + (image * job.XBatch) + (channel * job.XChannel), w = job.W + (channel * job.WeightStep);
            float* y = job.Y + (image * job.YBatch) + (channel * job.YChannel);
            Plane(ref job, x, w, bias == null ? 0 : bias[channel], y, copy);
            told = together == 0 ? y : told;
            if (finish != null && (++together == job.Together || item + 1 == last))
            {
                finish.Done(told - job.Y, together * job.YChannel);
                together = 0;
            }

            if (++channel == job.Channels) (channel, image) = (0, image + 1);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Plane(ref Job job, float* x, float* w, float bias, float* y, float* copy)
    {
        long step = job.Step;
        if (x - job.Before < job.X || x + ((job.Height - 1) * step) + job.Cells + job.After > job.End)
        {
            for (int r = 0; r < job.Height; r++) Packing.Copy(x + (r * step), copy + (r * job.Cells), job.Cells);
            x = copy;
            step = job.Cells;
        }

        if (job.Slides) job.Slide.Run(job.Lanes, x, step, w, bias, y);
        else if (job.Strips > 1) Strips(ref job, x, step, w, bias, y);
        else if (job.Halves) RowHalve.Run(job.Row, job.Lanes, x, step, job.Height, -job.Top, job.Rows, w, bias, y, job.Width);
        else if (job.Doubles) RowDouble.Run(job.Row, job.Lanes, x, step, job.Height, job.Top, job.Rows, w, bias, y);
        else Each(ref job, x, step, w, bias, y);
    }

    /// <summary>Long rows two apart, strip by strip.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Strips(ref Job job, float* x, long step, float* w, float bias, float* y)
    {
        for (int strip = 0; strip < job.Strips; strip++)
        {
            RowTaps row = RowHalve.Strip(job.Cells, job.Width, job.Left, job.Strips, strip, out int pixel, out int cell);
            int* lanes = job.Lanes + (strip * row.Floats);
            RowHalve.Run(row, lanes, x + cell, step, job.Height, -job.Top, job.Rows, w, bias, y + pixel, job.Width);
        }
    }

    /// <summary>Any lines of taps, row by row.</summary>
    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Each(ref Job job, float* x, long step, float* w, float bias, float* y)
    {
        float* edge = stackalloc float[16];
        int width = job.Width, left = job.Rows * width, at = -job.Top;
        for (; left > 0; y += width, left -= width, at += job.Stride)
        {
            // A short row is stored whole where rows written later cover what it spills.
            float* to = width >= 16 || left >= 16 ? y : edge;
            switch (job.Row.Taps, job.Row.Vectors)
            {
                case (3, 1): Three(job.Row, job.Lines, job.Lanes, x, step, w, bias, at, to); break;
                case (3, 2): ThreeTwice(job.Row, job.Lines, job.Lanes, x, step, w, bias, at, to); break;
                default: Any(job.Row, job.Lines, job.Lanes, x, step, w, bias, at, to); break;
            }

            if (to == edge) Packing.Copy(edge, y, width);
        }
    }

    /// <summary>The rows of a plane, and the lines of taps that meet them.</summary>
    private readonly record struct Lines(int Height, int Count, int Dilation, int Spread)
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
    private static void Three(in RowTaps row, in Lines lines, int* lanes, float* x, long step, float* w, float bias, int at, float* y)
    {
        Vector512<int> i0 = Vector512.Load(lanes), i1 = Vector512.Load(lanes + 32), i2 = Vector512.Load(lanes + 64);
        Vec mask = Vector512.Load(lanes + 96).AsSingle(), c0 = Vector512.Create(bias), c1 = Vec.Zero, c2 = Vec.Zero;
        int high = row.High;
        for (int k = 0; k < lines.Count; k++, at += lines.Dilation, w += 3)
        {
            int line = lines.Row(at);
            if (line < 0) continue;
            float* p = x + (line * step);
            Vec a = Vector512.Load(p);
            Vec b = Vector512.Load(p + high) & mask;
            c0 = Vector512.FusedMultiplyAdd(Vector512.Create(w[0]), RowTaps.Pick(a, i0, b), c0);
            c1 = Vector512.FusedMultiplyAdd(Vector512.Create(w[1]), RowTaps.Pick(a, i1, b), c1);
            c2 = Vector512.FusedMultiplyAdd(Vector512.Create(w[2]), RowTaps.Pick(a, i2, b), c2);
        }

        (c0 + c1 + c2).Store(y);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ThreeTwice(in RowTaps row, in Lines lines, int* lanes, float* x, long step, float* w, float bias, int at, float* y)
    {
        Vector512<int> i0 = Vector512.Load(lanes), i1 = Vector512.Load(lanes + 32), i2 = Vector512.Load(lanes + 64);
        Vector512<int> j0 = Vector512.Load(lanes + 16), j1 = Vector512.Load(lanes + 48), j2 = Vector512.Load(lanes + 80);
        Vec mask = Vector512.Load(lanes + 96).AsSingle(), c0 = Vector512.Create(bias), c1 = Vec.Zero, d0 = c0, d1 = Vec.Zero;
        int high = row.High;
        for (int k = 0; k < lines.Count; k++, at += lines.Dilation, w += 3)
        {
            int line = lines.Row(at);
            if (line < 0) continue;
            float* p = x + (line * step);
            Vec a = Vector512.Load(p);
            Vec b = Vector512.Load(p + high) & mask, f = Vector512.Create(w[0]);
            c0 = Vector512.FusedMultiplyAdd(f, RowTaps.Pick(a, i0, b), c0);
            d0 = Vector512.FusedMultiplyAdd(f, RowTaps.Pick(a, j0, b), d0);
            f = Vector512.Create(w[1]);
            c1 = Vector512.FusedMultiplyAdd(f, RowTaps.Pick(a, i1, b), c1);
            d1 = Vector512.FusedMultiplyAdd(f, RowTaps.Pick(a, j1, b), d1);
            f = Vector512.Create(w[2]);
            c0 = Vector512.FusedMultiplyAdd(f, RowTaps.Pick(a, i2, b), c0);
            d0 = Vector512.FusedMultiplyAdd(f, RowTaps.Pick(a, j2, b), d0);
        }

        (c0 + c1).Store(y);
        (d0 + d1).Store(y + row.Pixels - 16);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Any(in RowTaps row, in Lines lines, int* lanes, float* x, long step, float* w, float bias, int at, float* y)
    {
        int taps = row.Taps, high = row.High;
        Vec mask = Vector512.Load(lanes + (taps * 32)).AsSingle(), c = Vector512.Create(bias), d = c;
        for (int k = 0; k < lines.Count; k++, at += lines.Dilation, w += taps)
        {
            int line = lines.Row(at);
            if (line < 0) continue;
            float* p = x + (line * step);
            Vec a = Vector512.Load(p);
            Vec b = Vector512.Load(p + high) & mask;
            for (int q = 0; q < taps; q++)
            {
                Vec f = Vector512.Create(w[q]);
                c = Vector512.FusedMultiplyAdd(f, RowTaps.Pick(a, Vector512.Load(lanes + (q * 32)), b), c);
                d = Vector512.FusedMultiplyAdd(f, RowTaps.Pick(a, Vector512.Load(lanes + (q * 32) + 16), b), d);
            }
        }

        c.Store(y);
        if (row.Vectors == 2) d.Store(y + row.Pixels - 16);
    }
}
