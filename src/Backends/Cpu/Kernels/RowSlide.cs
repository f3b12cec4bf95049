using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Vec = System.Runtime.Intrinsics.Vector512<float>;

namespace MiniTorch.Backends.Cpu.Kernels;

/// <summary>
/// Three lines of three taps in unit steps down a plane: each row is read once a tap, and added to the three output rows that
/// it meets. Cells beyond the ends of a row are read where they lie and masked.
/// </summary>
internal readonly unsafe struct RowSlide
{
    /// <summary>Floats that are read at most before and behind a plane.</summary>
    public const int Margin = 32;

    private const int MostPadding = 8;

    public RowSlide(ConvSpec s)
    {
        (Height, Cells, Rows, Width) = (s.In[0], s.In[1], s.Out[0], s.Out[1]);
        (Top, Left) = (s.Lo[0], s.Lo[1]);
    }

    private int Height { get; }

    private int Cells { get; }

    private int Rows { get; }

    private int Width { get; }

    private int Top { get; }

    private int Left { get; }

    private int Vectors => (Width + 15) / 16;

    /// <summary>Three masks for every vector of a row.</summary>
    public int Floats => Vectors * 48;

    /// <summary>Floats that are read before a plane's first row.</summary>
    public int Before => Math.Max(0, Left);

    /// <summary>Floats that are read past a plane's last row.</summary>
    public int After => Math.Max(0, Math.Max(Width, 16) + 2 - Left - Cells);

    public static bool Fits(ConvSpec s) => s.Rank == 2 && s.Kernel[0] == 3 && s.Kernel[1] == 3 && s.Plain
        && s.In[0] > 0 && s.In[1] > 0 && s.Lo[1] <= MostPadding && s.Hi[1] <= MostPadding;

    /// <summary>Writes of every vector's taps which lanes meet cells.</summary>
    public void Write(int* masks)
    {
        for (int vector = 0; vector < Vectors; vector++)
        {
            for (int tap = 0; tap < 3; tap++)
            {
                for (int lane = 0, cell = First(vector) + tap - Left; lane < 16; lane++, cell++)
                {
                    *masks++ = cell >= 0 && cell < Cells ? -1 : 0;
                }
            }
        }
    }

    /// <summary>One plane, whose rows lie a step apart.</summary>
    public void Run(int* masks, float* x, long step, float* w, float bias, float* y)
    {
        x -= Left;
        int vector = 0;
        for (; vector + 2 <= Vectors; vector += 2)
        {
            int first = First(vector), second = First(vector + 1);
            Two(masks + (vector * 48), x + first, second - first, step, w, bias, y + first);
        }

        if (vector < Vectors) One(masks + (vector * 48), x + First(vector), step, w, bias, y + First(vector));
    }

    /// <summary>The first pixel of a vector; the last vector ends with the row.</summary>
    private int First(int vector) => Math.Max(0, Math.Min(vector * 16, Width - 16));

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void One(int* masks, float* x, long step, float* w, float bias, float* y)
    {
        Vec m0 = Vector512.Load(masks).AsSingle(), m1 = Vector512.Load(masks + 16).AsSingle(), m2 = Vector512.Load(masks + 32).AsSingle();
        Vec w0 = Vector512.Create(w[0]), w1 = Vector512.Create(w[1]), w2 = Vector512.Create(w[2]), w3 = Vector512.Create(w[3]);
        Vec w4 = Vector512.Create(w[4]), w5 = Vector512.Create(w[5]), w6 = Vector512.Create(w[6]), w7 = Vector512.Create(w[7]);
        Vec w8 = Vector512.Create(w[8]), zero = Vector512.Create(bias), done, next = zero, last = zero;
        float* edge = stackalloc float[16];
        int height = Height, width = Width, left = Rows * width;
        for (int line = -Top, r = -2; left > 0; line++, r++)
        {
            (done, next, last) = (next, last, zero);
            if (line >= 0 && line < height)
            {
                float* p = x + (line * step);
                Vec t = Vector512.Load(p) & m0;
                done = Vector512.FusedMultiplyAdd(t, w6, done);
                next = Vector512.FusedMultiplyAdd(t, w3, next);
                last = Vector512.FusedMultiplyAdd(t, w0, last);
                t = Vector512.Load(p + 1) & m1;
                done = Vector512.FusedMultiplyAdd(t, w7, done);
                next = Vector512.FusedMultiplyAdd(t, w4, next);
                last = Vector512.FusedMultiplyAdd(t, w1, last);
                t = Vector512.Load(p + 2) & m2;
                done = Vector512.FusedMultiplyAdd(t, w8, done);
                next = Vector512.FusedMultiplyAdd(t, w5, next);
                last = Vector512.FusedMultiplyAdd(t, w2, last);
            }

            if (r < 0) continue;

            // A short row is stored whole where rows written later cover what it spills.
            bool whole = left >= 16 || width >= 16;
            done.Store(whole ? y : edge);
            if (!whole) Packing.Copy(edge, y, width);
            y += width;
            left -= width;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Two(int* masks, float* x, long apart, long step, float* w, float bias, float* y)
    {
        Vec m0 = Vector512.Load(masks).AsSingle(), m1 = Vector512.Load(masks + 16).AsSingle(), m2 = Vector512.Load(masks + 32).AsSingle();
        Vec n0 = Vector512.Load(masks + 48).AsSingle(), n1 = Vector512.Load(masks + 64).AsSingle();
        Vec n2 = Vector512.Load(masks + 80).AsSingle();
        Vec w0 = Vector512.Create(w[0]), w1 = Vector512.Create(w[1]), w2 = Vector512.Create(w[2]), w3 = Vector512.Create(w[3]);
        Vec w4 = Vector512.Create(w[4]), w5 = Vector512.Create(w[5]), w6 = Vector512.Create(w[6]), w7 = Vector512.Create(w[7]);
        Vec w8 = Vector512.Create(w[8]), zero = Vector512.Create(bias), done, next = zero, last = zero;
        Vec ready, soon = zero, late = zero;
        int height = Height, width = Width, rows = Rows;
        for (int line = -Top, r = -2; r < rows; line++, r++)
        {
            (done, next, last) = (next, last, zero);
            (ready, soon, late) = (soon, late, zero);
            if (line >= 0 && line < height)
            {
                float* p = x + (line * step), q = p + apart;
                Vec t = Vector512.Load(p) & m0, u = Vector512.Load(q) & n0;
                done = Vector512.FusedMultiplyAdd(t, w6, done);
                ready = Vector512.FusedMultiplyAdd(u, w6, ready);
                next = Vector512.FusedMultiplyAdd(t, w3, next);
                soon = Vector512.FusedMultiplyAdd(u, w3, soon);
                last = Vector512.FusedMultiplyAdd(t, w0, last);
                late = Vector512.FusedMultiplyAdd(u, w0, late);
                t = Vector512.Load(p + 1) & m1;
                u = Vector512.Load(q + 1) & n1;
                done = Vector512.FusedMultiplyAdd(t, w7, done);
                ready = Vector512.FusedMultiplyAdd(u, w7, ready);
                next = Vector512.FusedMultiplyAdd(t, w4, next);
                soon = Vector512.FusedMultiplyAdd(u, w4, soon);
                last = Vector512.FusedMultiplyAdd(t, w1, last);
                late = Vector512.FusedMultiplyAdd(u, w1, late);
                t = Vector512.Load(p + 2) & m2;
                u = Vector512.Load(q + 2) & n2;
                done = Vector512.FusedMultiplyAdd(t, w8, done);
                ready = Vector512.FusedMultiplyAdd(u, w8, ready);
                next = Vector512.FusedMultiplyAdd(t, w5, next);
                soon = Vector512.FusedMultiplyAdd(u, w5, soon);
                last = Vector512.FusedMultiplyAdd(t, w2, last);
                late = Vector512.FusedMultiplyAdd(u, w2, late);
            }

            if (r < 0) continue;
            done.Store(y);
            ready.Store(y + apart);
            y += width;
        }
    }
}
