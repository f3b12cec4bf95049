using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MiniTorch.Backends.Cpu.Kernels;

/// <summary>
/// Runs of pixels against blocks of output channels, each tap read at its offset in padded planes, or in the input itself
/// where nothing needs padding.
/// </summary>
/// <remarks>
/// Strides cut the planes into blocks of unit steps (<see cref="Phases"/>); Base cuts the outputs into fields, each a
/// convolution of the taps that meet cells (<see cref="FlatField"/>), so no zero between cells is multiplied. Where rows are
/// as long as the input's, nothing lies between them: vectors go on into the next row, and masks take for zero what a tap
/// meets beyond a row's end. Of such an image only what lies near its top and bottom is copied between rows of zeros; the rest is
/// read in place.
/// </remarks>
internal static unsafe class ConvFlat
{
    private const int MostFields = 16;

    /// <summary>Seconds to begin an image of a group.</summary>
    private const double Item = 0.2e-6;

    public static bool Fits(ConvSpec s)
    {
        if (s.Rank is < 1 or > 3 || s.XSpatial[^1] != 1 || s.GroupIn * (long)s.Taps > 1 << 15 || FlatField.Count(s) > MostFields)
        {
            return false;
        }

        for (int axis = 0; axis < s.Rank; axis++)
        {
            if (s.Base[axis] > 1 && s.Stride[axis] > 1)
            {
                return false;
            }
        }

        FlatJob job = new(s);
        return job.Thread < 1 << 22 && s.Pixels < int.MaxValue / 4;
    }

    /// <summary>Seconds on one thread: the tiles over whole vectors, the padded planes, the result cut out of them.</summary>
    public static double Estimate(ConvSpec s)
    {
        FlatJob job = new(s);
        double taps = (double)job.K / job.Fields, flops = s.Flops / job.Fields;
        double share = job.Rows switch { >= 6 => 0.93, >= 3 => 0.88, 2 => 0.7, _ => 0.4 };
        double waste = 16.0 * job.Vectors / s.Pixels, planes = job.Bare || job.InPlace ? 0 : (double)job.Items * job.Image;
        double cached = 4.0 * job.Image > 1 << 20 ? 0.8 : 1;
        return (3 * Rates.Region) + Rates.Computing(flops * waste, share * cached * taps / (taps + 4))
            + Rates.Moving(4 * (s.InputFloats + s.OutputFloats), 4 * (s.InputFloats + s.OutputFloats))
            + Rates.Moving(8 * planes, 8 * job.Image) + (job.Direct ? 0 : Rates.Moving(8 * s.OutputFloats, 8 * job.Thread))
            + (s.Batch * s.InChannels * (s.InputFloats / s.Batch / s.InChannels / s.In[^1]) * Rates.Stretch / 8)
            + (s.WeightFloats / Rates.Cells) + (job.Items * Item);
    }

    public static long ScratchFloats(ConvSpec s, int threads)
    {
        FlatJob job = new(s);
        return job.WeightFloats + (threads * job.Thread);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(Workers workers, ConvSpec s, float* x, float* w, float* y, float* scratch)
    {
        FlatTables tables = s.Flat ?? new(s);
        GCHandle handle = GCHandle.Alloc(s);
        try
        {
            FlatJob job = tables.Job with { Spec = handle, X = x, W = w, Y = y, Weights = scratch };
            job.Scratch = scratch + job.WeightFloats;
            workers.Run(job.WeightFloats < 1 << 14 ? 1 : 8, &Pack, &job);
            workers.Run(job.Parts, &Images, &job);
        }
        finally
        {
            handle.Free();
            GC.KeepAlive(tables);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Pack(void* state, int part, int thread)
    {
        ref FlatJob job = ref *(FlatJob*)state;
        ConvSpec s = (ConvSpec)job.Spec.Target!;
        int parts = job.WeightFloats < 1 << 14 ? 1 : 8, number = 0;
        for (int f = 0; f < job.Fields; f++)
        {
            ref FlatField field = ref job.Field[f];
            float* to = job.Weights + field.Weights, bias = (float*)s.Bias;
            for (int group = 0, o = 0; group < s.Groups; group++)
            {
                for (int row = 0, rows; row < job.Rows; row += rows, o += rows, number++)
                {
                    rows = FlatStrip.RowsAt(job.Rows - row);
                    if (number % parts == part)
                    {
                        field.Pack(s, job.W + (o * s.WOut), bias == null ? null : bias + o, rows, to + (o * field.K));
                    }
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Images(void* state, int part, int thread)
    {
        ref FlatJob job = ref *(FlatJob*)state;
        ConvSpec s = (ConvSpec)job.Spec.Target!;
        float* planes = job.Scratch + (thread * job.Thread) + job.Lead, flat = planes + job.Image;
        job.Clear(s, planes);
        int side = part % job.Sides, parts = job.Parts / job.Sides, share = part / job.Sides;
        int first = (int)((long)job.Items * share / parts), last = (int)((long)job.Items * (share + 1) / parts);
        int top = job.Rows * side / job.Sides / 8 * 8;
        int bottom = side + 1 == job.Sides ? job.Rows : job.Rows * (side + 1) / job.Sides / 8 * 8;
        for (int item = first; item < last; item++)
        {
            int image = item / s.Groups, group = item % s.Groups;
            float* x = job.X + (image * s.XBatch) + (group * s.XGroup);
            float* whole = s.Held == 0 ? job.Y : job.Y + (thread * s.Held) - (image * s.YBatch);
            float* y = whole + (image * s.YBatch) + (group * (long)job.Rows * s.YChannel), told = y + (top * s.YChannel);
            if (job.InPlace) job.FillEdges(s, x, planes);
            else if (!job.Bare) x = job.Filled(s, x, planes);
            Rows(s, ref job, group, x, planes, y, flat, top, bottom);
            s.Finish?.Done(told - whole, (bottom - top) * s.YChannel, told);
        }
    }

    /// <summary>Straight to the result, or block by block through flat planes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows(ConvSpec s, ref FlatJob job, int group, float* x, float* planes, float* y, float* flat, int top, int bottom)
    {
        for (int f = 0; f < job.Cuts && job.Direct; f++)
        {
            FlatField* field = job.Field + f;
            float* w = job.Weights + field->Weights + (group * (long)job.Rows * field->K);
            FlatStrip.Run(field, w, job.InPlace && f != 1 ? planes : x, y, s.YChannel, top, bottom);
        }

        for (int row = top, rows; row < bottom && !job.Direct; row += rows)
        {
            rows = FlatStrip.RowsAt(bottom - row);
            for (int f = 0; f < job.Fields; f++)
            {
                FlatField* field = job.Field + f;
                float* w = job.Weights + field->Weights + (((group * (long)job.Rows) + row) * field->K);
                FlatStrip.Block(field, rows, w, x, flat + ((long)f * FlatJob.Block * job.Flat), job.Flat);
            }

            for (int o = 0; o < rows; o++)
            {
                Gather(s, ref job, flat + ((long)o * job.Flat), y + ((row + o) * s.YChannel));
            }
        }
    }

    /// <summary>One output channel without the cells between rows and planes, its fields woven together.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Gather(ConvSpec s, ref FlatJob job, float* flat, float* to)
    {
        int across = s.Base[^1], down = s.Rank < 2 ? 1 : s.Base[^2], deep = s.Rank < 3 ? 1 : s.Base[^3];
        int width = s.Out[^1], height = s.Rank < 2 ? 1 : s.Out[^2], depth = s.Rank < 3 ? 1 : s.Out[^3];
        long field = (long)FlatJob.Block * job.Flat;
        for (int d = 0; d < depth; d++)
        {
            for (int h = 0; h < height; h++, to += width)
            {
                float* from = flat + ((((d % deep * down) + (h % down)) * across) * field)
                    + (d / deep * job.Planes.Plane) + (h / down * job.Planes.Pitch);
                switch (across)
                {
                    case 1: Packing.Copy(from, to, width); break;
                    case 2: Strides.Weave(from, from + field, to, width); break;
                    default:
                        for (int i = 0; i < across && i < width; i++)
                        {
                            Strides.Put(from + (i * field), to + i, across, (width - i + across - 1) / across);
                        }

                        break;
                }
            }
        }
    }
}
