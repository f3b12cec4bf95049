using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Ints = System.Runtime.Intrinsics.Vector512<int>;
using Vec = System.Runtime.Intrinsics.Vector512<float>;

namespace MiniTorch.Backends.Cpu.Kernels;

/// <summary>What lanes read of the channels of an image, side by side, channel by channel; zero where they read outside.</summary>
/// <remarks>
/// Sixteen lanes are put together from pieces: cells of 32 neighbours, which two vectors hold, go to their lanes by one permutation
/// that is the same in every channel. Rows of an image as small as four by four are one piece.
/// </remarks>
internal readonly unsafe struct CellLanes(ConvSpec s, float* x, float* end, int step, int* shift, int lines)
{
    /// <summary>Neighbours that a piece is taken from.</summary>
    private const int Near = 32;

    private readonly ConvSpec _spec = s;

    /// <summary>The first channel, and after the last element of all.</summary>
    private readonly float* _x = x, _end = end;

    /// <summary>From lane to lane of a run, what all lanes are shifted by, and the channels.</summary>
    private readonly int _step = step, _lines = lines;

    private readonly int* _shift = shift;

    /// <summary>Whether lanes are copied sixteen at a time: for a channel or two it takes longer to find out what goes where.</summary>
    public static bool ByVectors(ConvSpec s) => Avx512F.IsSupported && s.Base[^1] == 1 && (s.GroupIn > 2 || s.Stride[^1] > 1);

    /// <summary><c>to[channel * toStep + lane]</c>; lanes up to a multiple of sixteen are written too, or left.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Copy(CellRun* runs, int count, int width, float* to, long toStep)
    {
        if (ByVectors(_spec))
        {
            for (int half = 0; half < width; half += 16) Sixteen(runs, count, half, to + half, toStep);
            return;
        }

        for (int r = 0; r < count; r++)
        {
            ref CellRun run = ref runs[r];
            long row = Row(ref run);
            int at = run.At[_spec.Rank - 1] + _shift[_spec.Rank - 1];
            CellLine line = new(_spec, at, _step, row < 0 ? 0 : run.Length, run.Length);
            line.Copy(_x + Math.Max(0, row), _spec.XChannel, to + run.Start, toStep, _lines);
        }
    }

    /// <summary>Where the row of a run begins; negative where it is none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private long Row(ref CellRun run)
    {
        long row = run.Image * _spec.XBatch;
        for (int axis = 0; axis < _spec.Rank - 1; axis++)
        {
            int at = run.At[axis] + _shift[axis], cell = _spec.Base[axis] == 1 ? at : at / _spec.Base[axis];
            if (at < 0 || cell >= _spec.In[axis] || cell * _spec.Base[axis] != at) return -1;
            row += cell * _spec.XSpatial[axis];
        }

        return row;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Sixteen(CellRun* runs, int count, int half, float* to, long toStep)
    {
        int inner = _spec.Rank - 1, size = _spec.In[inner];
        long unit = _spec.XSpatial[inner], apart = unit * _step, low = 0;
        int most = apart == 0 ? 16 : (int)((Near - 1) / apart) + 1;
        Ints index = Ints.Zero, live = Ints.Zero, lanes = Ints.Indices;
        bool any = false, more = false;
        for (int r = 0; r < count; r++)
        {
            ref CellRun run = ref runs[r];
            if (run.Start >= half + 16 || run.Start + run.Length <= half || Row(ref run) is var row && row < 0) continue;
            int at = run.At[inner] + _shift[inner];
            int first = at < 0 ? Up(-at) : 0, last = at < size ? Up(size - at) : 0;
            first = Math.Max(run.Start + first, half);
            last = Math.Min(run.Start + Math.Min(last, run.Length), half + 16);
            for (int n; first < last; first += n)
            {
                n = Math.Min(last - first, most);
                long begin = row + ((at + ((long)(first - run.Start) * _step)) * unit), until = begin + ((n - 1) * apart);
                if (any && (begin < low || until >= low + Near))
                {
                    Piece(low, index, live.AsSingle(), more, to, toStep);
                    (any, more, live) = (false, true, Ints.Zero);
                }

                if (!any) low = begin;
                any = true;
                Ints along = lanes - Vector512.Create(first - half);
                Ints own = Vector512.GreaterThanOrEqual(along, Ints.Zero) & Vector512.LessThan(along, Vector512.Create(n));
                Ints from = (along * Vector512.Create((int)apart)) + Vector512.Create((int)(begin - low));
                index = Vector512.ConditionalSelect(own, from, index);
                live |= own;
            }
        }

        if (any || !more) Piece(low, index, live.AsSingle(), more, to, toStep);
    }

    /// <summary>The lanes before so many cells.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Up(int cells) => _step == 1 ? cells : (cells + _step - 1) / _step;

    /// <summary>Some lanes in all channels; the others become zero, or stay where there are more pieces before.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Piece(long low, Ints index, Vec live, bool more, float* to, long toStep)
    {
        float* from = _x + low;
        long step = _spec.XChannel, room = _end - from - Near;
        int whole = room < 0 ? 0 : step == 0 ? _lines : (int)Math.Min(_lines, (room / step) + 1);
        for (int i = 0; i < whole; i++, from += step, to += toStep)
        {
            Vec cells = Avx512F.PermuteVar16x32x2(Vector512.Load(from), index, Vector512.Load(from + 16)) & live;
            (more ? cells | Vector512.Load(to) : cells).Store(to);
        }

        // The last channels, where two vectors reach beyond the end.
        float* near = stackalloc float[Near];
        for (int i = whole; i < _lines; i++, from += step, to += toStep)
        {
            Packing.Copy(from, near, (int)Math.Min(Near, _end - from));
            Vec cells = Avx512F.PermuteVar16x32x2(Vector512.Load(near), index, Vector512.Load(near + 16)) & live;
            (more ? cells | Vector512.Load(to) : cells).Store(to);
        }
    }
}
