using System.Runtime.CompilerServices;

namespace MiniTorch.Backends.Cpu.Kernels;

/// <summary>Where a vector of pixels begins: in the planes, in the result, in its row.</summary>
internal readonly record struct FlatAt(int X, int Y, int Column);

/// <summary>
/// One axis of the outputs <c>p = phase + Base * t</c>, where every <c>TapStep</c>-th tap meets cells of the input and the
/// others only zeros between them.
/// </summary>
/// <param name="Out">How many outputs.</param>
/// <param name="Tap">The first tap that meets cells.</param>
/// <param name="TapStep">From one such tap to the next.</param>
/// <param name="Count">How many such taps.</param>
/// <param name="Cell">The cell that the first tap of the first output meets; without Base the tap itself.</param>
/// <param name="CellStep">From the cell of one such tap to that of the next.</param>
internal readonly record struct BasePhase(int Out, int Tap, int TapStep, int Count, int Cell, int CellStep)
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static BasePhase Of(ConvSpec s, int axis, int phase)
    {
        if (axis < 0)
        {
            return new(1, 0, 1, 1, 0, 1);
        }

        int spread = s.Base[axis], dilation = s.Dilation[axis], kernel = s.Kernel[axis];
        if (spread == 1)
        {
            return new(s.Out[axis], 0, 1, kernel, 0, 1);
        }

        int outs = Math.Max(0, (s.Out[axis] - phase + spread - 1) / spread), common = Common(dilation, spread), tap = 0;
        while (tap < kernel && (phase + (tap * dilation) - s.Lo[axis]) % spread != 0)
        {
            tap++;
        }

        return tap == kernel ? new(outs, 0, 1, 0, 0, 1)
            : new(outs, tap, spread / common, ((kernel - 1 - tap) / (spread / common)) + 1,
                (phase + (tap * dilation) - s.Lo[axis]) / spread, dilation / common);
    }

    /// <summary>The padding before, and the cells from the first tap's to the last's, over all phases of a spread axis.</summary>
    public static (int Lo, int Extent) Bounds(ConvSpec s, int axis)
    {
        (int first, int last) = (int.MaxValue, int.MinValue);
        for (int phase = 0; phase < s.Base[axis]; phase++)
        {
            BasePhase p = Of(s, axis, phase);
            if (p.Count > 0)
            {
                (first, last) = (Math.Min(first, p.Cell), Math.Max(last, p.Cell + ((p.Count - 1) * p.CellStep)));
            }
        }

        return first == int.MaxValue ? (0, 1) : (-first, last - first + 1);
    }

    private static int Common(int a, int b) => b == 0 ? a : Common(b, a % b);
}

/// <summary>The outputs of one phase of each axis: a convolution of unit base over the shared planes.</summary>
internal unsafe struct FlatField
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public FlatField(ConvSpec s, int field)
    {
        int across = s.Base[^1], down = s.Rank < 2 ? 1 : s.Base[^2];
        (PhaseD, PhaseH, PhaseW) = (field / (across * down), field / across % down, field % across);
        Deep = BasePhase.Of(s, s.Rank - 3, PhaseD);
        Down = BasePhase.Of(s, s.Rank - 2, PhaseH);
        Across = BasePhase.Of(s, s.Rank - 1, PhaseW);
        Taps = Deep.Count * Down.Count * Across.Count;
    }

    public BasePhase Deep, Down, Across;
    public int PhaseD, PhaseH, PhaseW, Taps, Vectors;

    /// <summary>Taps come in groups; the vectors of a group's mask lie <see cref="MaskPitch"/> after those of the one before.</summary>
    public int Groups, MaskPitch;

    /// <summary>Taps of a group, over all channels.</summary>
    public long Each;

    /// <summary>What is less becomes this.</summary>
    public float Least;

    public int* Offset;
    public FlatAt* At;
    public float* Masks;

    /// <summary>Where its weights begin among those of all fields.</summary>
    public long Weights;

    /// <summary>Floats that an output channel takes: what it begins with, and its weights.</summary>
    public readonly long K => 1 + (Groups * Each);

    /// <summary>
    /// What some output channels begin with, then their weights that meet cells: <c>to[(1 + tap) * rows + row]</c>, group by group.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Pack(ConvSpec s, float* w, float* bias, int rows, float* to)
    {
        for (int row = 0; row < rows; row++, to++)
        {
            *to = bias == null ? 0 : bias[row];
        }

        int columns = Across.Count / Groups;
        bool whole = Taps == s.Taps && (Taps == 1 || ConvWeights.Whole(s));
        for (int group = 0; group < Groups; group++, to += rows * Each)
        {
            float* from = w + (group * s.WSpatial[^1]);
            if (whole) Packing.Panel(from, s.WOut, Taps == 1 ? s.WIn : Groups, rows, (int)Each, to, rows);
            else Lines(s, from, rows, columns, to);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Lines(ConvSpec s, float* w, int rows, int columns, float* to)
    {
        for (int i = 0; i < s.GroupIn; i++)
        {
            for (int d = 0; d < Deep.Count; d++)
            {
                for (int h = 0; h < Down.Count; h++, to += rows * columns)
                {
                    long line = (s.Rank < 3 ? 0 : (Deep.Tap + (d * Deep.TapStep)) * s.WSpatial[^3])
                        + (s.Rank < 2 ? 0 : (Down.Tap + (h * Down.TapStep)) * s.WSpatial[^2]) + (Across.Tap * s.WSpatial[^1]);
                    float* from = w + (i * s.WIn) + line;
                    Packing.Panel(from, s.WOut, Across.TapStep * s.WSpatial[^1], rows, columns, to, rows);
                }
            }
        }
    }

    /// <summary>How many fields a convolution has.</summary>
    public static int Count(ConvSpec s)
    {
        int count = 1;
        foreach (int spread in s.Base)
        {
            count *= spread;
        }

        return count;
    }
}
