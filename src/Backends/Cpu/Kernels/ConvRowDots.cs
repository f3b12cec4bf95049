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
/// <remarks>Where three lines of taps meet a row of x by three neighbours of dy, its permutations serve them all.</remarks>
internal static unsafe class ConvRowDots
{
    /// <summary>Rows of a plane that could still be copied.</summary>
    private const int MostRows = 256;

    public static bool Fits(ConvSpec s) =>
        s.Batch == 1 && s.GroupOut == 1 && s.GroupIn > 0 && s.Rank is 1 or 2 && s.XSpatial[^1] == 1 && s.WSpatial[^1] == 1
        && s.Out[^1] <= 3 && s.Taps > s.Pixels && Array.TrueForAll(s.Base, b => b == 1)
        && RowTaps.Fits(s.In[^1], s.Kernel[^1], s.Out[^1]) && (s.Rank < 2 || Math.Max(s.In[^2], s.Kernel[^2]) <= MostRows);

    /// <summary>Seconds on one thread: the vectors of each row and three lines of taps, or the planes where that takes longer.</summary>
    public static double Estimate(ConvSpec s)
    {
        Job job = new(s);
        double rows = (double)s.InChannels * ((job.Lines + 2) / 3) * job.Rows, bytes = 4 * (s.InputFloats + s.WeightFloats);
        (int from, int until) = job.Inside(0);
        double vector = from < until ? 3.5 : 9;
        return (2 * Rates.Region) + Math.Max(rows * ((vector * job.Row.Vectors) + 4) * 0.27e-9, Rates.Moving(bytes, 2 * bytes));
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

        /// <summary>The rows of x that each of three lines of taps meets, by rows of dy that are neighbours.</summary>
        public readonly (int From, int Until) Inside(int line) => Apart > 1 || line + 2 >= Lines ? (0, 0)
            : (Math.Max(0, ((line + 2) * Down) - Top), Math.Min(Height, Rows + (line * Down) - Top));
    }

    /// <summary>Planes of some images: rows of x and of dy, the first of each, and steps from row to row and image to image.</summary>
    private readonly record struct Planes(nint XFirst, long XStep, long XImage, nint DyFirst, long DyStep, long DyImage, int Images)
    {
        public float* X => (float*)XFirst;

        public float* Dy => (float*)DyFirst;
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
        int cells = job.Row.Cells, width = s.Kernel[^1], height = job.Height, rows = job.Rows, images = s.GroupIn - 1;
        float* copy = stackalloc float[2 * MostRows * 16], sums = stackalloc float[9 * 16];
        new Span<float>(sums, 9 * 16).Clear();
        float* x = job.X + (group * s.XGroup), dy = job.Dy + (group * s.WOut);
        Planes all = new((nint)x, job.Step, s.XChannel, (nint)dy, job.DyStep, s.WIn, images);
        x += images * s.XChannel;
        dy += images * s.WIn;
        bool far = Reaches(x, cells, height, job.Step, job.End), dyFar = Reaches(dy, width, rows, job.DyStep, job.DyEnd);
        if (!far && !dyFar)
        {
            Add(ref job, line, all with { Images = images + 1 }, sums);
        }
        else
        {
            Add(ref job, line, all, sums);
            if (far) x = Copy(x, cells, height, job.Step, copy);
            if (dyFar) dy = Copy(dy, width, rows, job.DyStep, copy + (MostRows * 16));
            Add(ref job, line, new((nint)x, far ? 16 : job.Step, 0, (nint)dy, dyFar ? 16 : job.DyStep, 0, 1), sums);
        }

        for (int i = 0; i < 9; i++) y[i] = Vector512.Sum(Vector512.Load(sums + (i * 16)));
    }

    /// <summary>Adds planes of dy times those of x.</summary>
    private static void Add(ref Job job, int line, in Planes planes, float* sums)
    {
        (int from, int until) = job.Inside(line);
        if (from >= until)
        {
            Rows(ref job, line, planes, sums, 0, job.Rows, 0, job.Height);
            return;
        }

        int row = job.Top - (line * job.Down), back = 2 * job.Down;
        Rows(ref job, line, planes, sums, row - back, from + row, 0, from);
        Inner(ref job, from, from + row, until - from, planes, sums);
        Rows(ref job, line, planes, sums, until + row - back, job.Height + row, until, job.Height);
    }

    /// <summary>Rows of x that three lines of taps meet, each taken apart for the taps once, times the three rows of dy.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Inner(ref Job job, int from, int row, int rows, in Planes planes, float* sums)
    {
        bool two = job.Row.Vectors == 2;
        int taps = job.Row.Taps, high = job.Row.High, last = two ? job.Row.Pixels - 16 : 0;
        long xStep = planes.XStep, dyStep = planes.DyStep, ahead = planes.XImage, dyAhead = planes.DyImage;
        long down = -job.Down * dyStep, twice = 2 * down;
        int* q0 = job.Lanes, q1 = q0 + (taps > 1 ? 32 : 0), q2 = q0 + (taps > 2 ? 64 : 0);
        Vec mask = Vector512.Load(q0 + (taps * 32)).AsSingle(), live = Vector512.Load(q0 + (taps * 32) + 16).AsSingle();
        Vec first = two ? Vector512<float>.AllBitsSet : live;
        Vector512<int> i0 = Vector512.Load(q0), i1 = Vector512.Load(q1), i2 = Vector512.Load(q2);
        Vector512<int> j0 = Vector512.Load(q0 + 16), j1 = Vector512.Load(q1 + 16), j2 = Vector512.Load(q2 + 16);
        Vec a0 = Vector512.Load(sums), a1 = Vector512.Load(sums + 16), a2 = Vector512.Load(sums + 32), a3 = Vector512.Load(sums + 48);
        Vec a4 = Vector512.Load(sums + 64), a5 = Vector512.Load(sums + 80), a6 = Vector512.Load(sums + 96);
        Vec a7 = Vector512.Load(sums + 112), a8 = Vector512.Load(sums + 128);
        for (int image = 0; image < planes.Images; image++)
        {
            float* x = planes.X + (image * planes.XImage) + (from * xStep), dy = planes.Dy + (image * planes.DyImage) + (row * dyStep);
            for (int r = 0; r < rows; r++, x += xStep, dy += dyStep)
            {
                Ahead(x + ahead, high);
                Ahead(dy + dyAhead, last);
                Vec a = Vector512.Load(x), b = Vector512.Load(x + high) & mask;
                Vec x0 = RowTaps.Pick(a, i0, b), x1 = RowTaps.Pick(a, i1, b), x2 = RowTaps.Pick(a, i2, b);
                Add(Vector512.Load(dy) & first, x0, x1, x2, ref a0, ref a1, ref a2);
                Add(Vector512.Load(dy + down) & first, x0, x1, x2, ref a3, ref a4, ref a5);
                Add(Vector512.Load(dy + twice) & first, x0, x1, x2, ref a6, ref a7, ref a8);
                if (!two) continue;
                (x0, x1, x2) = (RowTaps.Pick(a, j0, b), RowTaps.Pick(a, j1, b), RowTaps.Pick(a, j2, b));
                Add(Vector512.Load(dy + last) & live, x0, x1, x2, ref a0, ref a1, ref a2);
                Add(Vector512.Load(dy + last + down) & live, x0, x1, x2, ref a3, ref a4, ref a5);
                Add(Vector512.Load(dy + last + twice) & live, x0, x1, x2, ref a6, ref a7, ref a8);
            }
        }

        a0.Store(sums); a1.Store(sums + 16); a2.Store(sums + 32); a3.Store(sums + 48); a4.Store(sums + 64);
        a5.Store(sums + 80); a6.Store(sums + 96); a7.Store(sums + 112); a8.Store(sums + 128);
    }

    /// <summary>The same row of the next image, which lies too far for the processor to expect it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Ahead(float* row, int more)
    {
        if (!Sse.IsSupported) return;
        Sse.Prefetch0(row);
        if (more > 0) Sse.Prefetch0(row + more);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(Vec d, Vec x0, Vec x1, Vec x2, ref Vec a, ref Vec b, ref Vec c)
    {
        a = Vector512.FusedMultiplyAdd(d, x0, a);
        b = Vector512.FusedMultiplyAdd(d, x1, b);
        c = Vector512.FusedMultiplyAdd(d, x2, c);
    }

    /// <summary>Some rows of each plane of dy times those of x, from one on and up to another, that each line of taps meets.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows(ref Job job, int line, in Planes planes, float* sums, int first, int end, int from, int until)
    {
        first = Math.Max(0, first);
        bool two = job.Row.Vectors == 2;
        int taps = job.Row.Taps, high = job.Row.High, last = two ? job.Row.Pixels - 16 : 0, step = job.Apart, down = job.Down;
        int rows = Math.Min(job.Rows, end) - first, height = until - from, lines = job.Lines - line;
        int top = (line * down) - job.Top + (first * step) - from;
        long xStep = planes.XStep, dyStep = planes.DyStep, ahead = planes.XImage, dyAhead = planes.DyImage;
        int* q0 = job.Lanes, q1 = q0 + (taps > 1 ? 32 : 0), q2 = q0 + (taps > 2 ? 64 : 0);
        Vec mask = Vector512.Load(q0 + (taps * 32)).AsSingle(), live = Vector512.Load(q0 + (taps * 32) + 16).AsSingle();
        Vector512<int> i0 = Vector512.Load(q0), i1 = Vector512.Load(q1), i2 = Vector512.Load(q2);
        Vector512<int> j0 = Vector512.Load(q0 + 16), j1 = Vector512.Load(q1 + 16), j2 = Vector512.Load(q2 + 16);
        Vec a0 = Vector512.Load(sums), a1 = Vector512.Load(sums + 16), a2 = Vector512.Load(sums + 32), a3 = Vector512.Load(sums + 48);
        Vec a4 = Vector512.Load(sums + 64), a5 = Vector512.Load(sums + 80), a6 = Vector512.Load(sums + 96);
        Vec a7 = Vector512.Load(sums + 112), a8 = Vector512.Load(sums + 128);
        for (int image = 0; image < planes.Images; image++)
        {
            float* x = planes.X + (image * planes.XImage) + (from * xStep), dy = planes.Dy + (image * planes.DyImage) + (first * dyStep);
            int at = top, mid = lines > 1 ? at + down : height, low = lines > 2 ? at + (2 * down) : height;
            for (int r = 0; r < rows; r++, dy += dyStep, at += step, mid += step, low += step)
            {
                for (int row = 0; row < step; row++) Ahead(x + ((at + row) * xStep) + ahead, high);
                Ahead(dy + dyAhead, last);
                Vec d = Vector512.Load(dy), e = two ? Vector512.Load(dy + last) & live : d;
                d = two ? d : d & live;
                if ((uint)at < (uint)height) Add(x + (at * xStep), high, mask, d, e, two, i0, i1, i2, j0, j1, j2, ref a0, ref a1, ref a2);
                if ((uint)mid < (uint)height) Add(x + (mid * xStep), high, mask, d, e, two, i0, i1, i2, j0, j1, j2, ref a3, ref a4, ref a5);
                if ((uint)low < (uint)height) Add(x + (low * xStep), high, mask, d, e, two, i0, i1, i2, j0, j1, j2, ref a6, ref a7, ref a8);
            }
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
        Add(d, RowTaps.Pick(low, i0, top), RowTaps.Pick(low, i1, top), RowTaps.Pick(low, i2, top), ref a, ref b, ref c);
        if (!two) return;
        Add(e, RowTaps.Pick(low, j0, top), RowTaps.Pick(low, j1, top), RowTaps.Pick(low, j2, top), ref a, ref b, ref c);
    }

    /// <summary>Whether sixteen floats from the last row of a plane on reach past the end of memory.</summary>
    private static bool Reaches(float* plane, int cells, int rows, long step, float* end) =>
        cells < 16 && plane + ((rows - 1) * step) + 16 > end;

    /// <summary>A plane with rows of sixteen floats.</summary>
    private static float* Copy(float* plane, int cells, int rows, long step, float* to)
    {
        for (int r = 0; r < rows; r++)
        {
            Packing.Copy(plane + (r * step), to + (r * 16), cells);
        }

        return to;
    }
}
