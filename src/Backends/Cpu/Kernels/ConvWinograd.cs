using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MiniTorch.Backends.Cpu.Kernels;

/// <summary>Three by three taps by F(4×4, 3×3), a quarter of the products; r taps of one axis by F(9 - r, r), half of them.</summary>
/// <remarks>
/// Taps of one more axis read channels of their own.
/// The outputs of a tile come out of one tile of x, so roundings, and an ∞ or a NaN, spread over the tile: an element is
/// within 32 u T of its value, where u = 2⁻²⁴ and T is the sum over channels of the tile's largest |x| times the sum of
/// |w|. For normal data 10 u, by F(6, 3) 15 u, times the sum of |x||w| was the most seen; the definition's order of sums reaches 3 u.
/// Source: Lavin and Gray, 2015.
/// </remarks>
internal static unsafe class ConvWinograd
{
    /// <summary>Seconds to transform sixteen channels of a tile, and a vector of transformed weights.</summary>
    private const double Tile = 4e-8, BlockedTile = 3e-8, Kernel = 2e-9;

    /// <summary>Seconds to begin a row of sixteen channels, which a tap of an outer axis reads anew.</summary>
    private const double Line = 8e-8;

    public static bool Fits(ConvSpec s) => s.Unstepped && ((s.Groups == 1 && s.Rank <= 2) || !(s.XBlocked || s.YBlocked))
        && WinogradForm.Of(s.Kernel) is { } form && WinogradPlan.Outers(s, form) <= 1
        && (s.XSpatial[^1] == (s.XBlocked ? 16 : 1) || s.In[^1] == 1) && s.XChannel >= 0 && s.GroupIn > 0
        && !(s.XBlocked && s.InChannels % 16 != 0) && !(s.YBlocked && s.OutChannels % 16 != 0);

    public static double Estimate(ConvSpec s)
    {
        WinogradPlan plan = new(s);
        double tiles = (double)plan.CellRows * plan.Columns * plan.ColumnBlocks * plan.Grids * s.Groups;
        double weights = (double)s.Groups * plan.WeightFloats;
        double outputs = (plan.OutChannels + 15) / 16, depth = plan.Channels / (plan.Channels + 5.0);
        double part = plan.Points / 36.0;
        return (3 * Rates.Region)
            + Rates.Computing(2 * plan.Points * tiles * plan.Channels * outputs * 16, 0.9 * depth)
            + (part * tiles * ((plan.ChannelBlocks * (s.XBlocked ? BlockedTile : Tile)) + (outputs * (s.YBlocked ? BlockedTile : Tile))))
            + (plan.Outer ? (double)s.Groups * plan.CellRows * plan.CellHigh * plan.ChannelBlocks * Line : 0)
            + (weights / 16 * Kernel) + Rates.Moving(8 * weights, 4 * weights)
            + Rates.Moving(4 * (s.InputFloats + (2 * s.OutputFloats)), 4 * (s.InputFloats + s.OutputFloats));
    }

    public static long ScratchFloats(ConvSpec s, int threads)
    {
        WinogradPlan plan = new(s);
        return (s.Groups * plan.WeightFloats) + (threads * plan.ThreadFloats);
    }

    public static void Run(Workers workers, ConvSpec s, float* x, float* w, float* y, float* scratch)
    {
        WinogradPlan plan = new(s);
        Job job = new()
        {
            Kernels = w, Scratch = scratch + (s.Groups * plan.WeightFloats), End = w + KernelReach(s),
            WOut = s.WOut, WIn = s.WIn, WDepth = plan.Outer ? s.WSpatial[0] : 0,
            WRow = plan.Form.High > 1 ? s.WSpatial[^2] : 0, WColumn = s.WSpatial[^1],
            Block = new()
            {
                Plan = plan, X = x, Y = y, Weights = scratch, Bias = (float*)s.Bias, XBatch = s.XBatch, XGroup = s.XGroup,
                XChannel = s.XChannel, XDepth = plan.Outer ? s.XSpatial[0] : 0, XRow = s.Rank > (plan.Outer ? 2 : 1) ? s.XSpatial[^2] : 0,
                YBatch = s.YBatch, YChannel = s.YChannel, End = x + s.Reach,
                XLanes = s.XBlocked ? 16 : 1, YLanes = s.YBlocked ? 16 : 1,
            },
        };
        job.Block.Finish = s.Finish is null ? default : GCHandle.Alloc(s.Finish);
        try
        {
            workers.Run(s.Groups * plan.OutBlocks * plan.ChannelBlocks, &Weights, &job);
            int parts = s.Groups * plan.Parts;
            job.Shares = parts < workers.Threads ? Math.Min(plan.OutBlocks, workers.Threads) : 1;
            workers.Run(parts * job.Shares, &Blocks, &job);
        }
        finally
        {
            if (job.Block.Finish.IsAllocated)
            {
                job.Block.Finish.Free();
            }
        }
    }

    private struct Job
    {
        public WinogradBlock Block;
        public float* Kernels, Scratch, End;
        public long WOut, WIn, WDepth, WRow, WColumn;

        /// <summary>Where there are fewer parts than threads, so many each do a share of the output channels; no bit differs.</summary>
        public int Shares;
    }

    /// <summary>Floats from the first tap of w to after the last in memory.</summary>
    private static long KernelReach(ConvSpec s) => (Math.Max(0, s.WOut) * (s.OutChannels - 1)) + (Math.Max(0, s.WIn) * (s.GroupIn - 1))
        + s.Kernel.Zip(s.WSpatial, (taps, step) => (taps - 1) * Math.Max(0, step)).Sum() + 1;

    /// <summary>Sixteen input channels of 32 output channels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Weights(void* state, int part, int thread)
    {
        ref Job job = ref *(Job*)state;
        ref WinogradPlan plan = ref job.Block.Plan;
        int group = part / (plan.OutBlocks * plan.ChannelBlocks);
        part %= plan.OutBlocks * plan.ChannelBlocks;

        // In the order in which the taps lie.
        bool turned = job.WIn > job.WOut;
        (int block, int inner) = turned ? (part % plan.OutBlocks, part / plan.OutBlocks)
            : (part / plan.ChannelBlocks, part % plan.ChannelBlocks);
        int channel = inner % plan.InBlocks * 16;
        int channels = Math.Min(16, plan.InChannels - channel), first = block * WinogradPlan.Lanes, kernel = plan.Form.Taps * 16;
        float* taps = job.Scratch + (thread * plan.ThreadFloats), half = taps + (16 * kernel);
        float* u = job.Block.Weights + (((group * plan.OutBlocks) + block) * plan.WeightBlock) + (inner * 16L * WinogradPlan.Lanes);
        float* kernels = job.Kernels + ((((long)group * plan.OutChannels) + first) * job.WOut)
            + (inner / plan.InBlocks * job.WDepth) + (channel * job.WIn);
        for (int lane = 0; lane < WinogradPlan.Lanes; lane += 16, u += 16)
        {
            int lanes = Math.Clamp(plan.OutChannels - first - lane, 0, 16);
            Taps(ref job, kernels + (lane * job.WOut), channels, lanes, taps, half);
            for (int c = 0; c < Math.Min(16, plan.Channels - (inner * 16)); c++)
            {
                WinogradTransforms.Spread(
                    plan.Form.TapsHigh, plan.Form.TapsWide, taps + (c * kernel), plan.Form.TapsWide * 16, 16,
                    u + (c * WinogradPlan.Lanes), plan.WeightPoint, half);
            }
        }
    }

    /// <summary>taps[c, tap, lane].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Taps(ref Job job, float* w, int channels, int lanes, float* taps, float* spare)
    {
        (int high, int wide, int kernel) = (job.Block.Plan.Form.TapsHigh, job.Block.Plan.Form.TapsWide, job.Block.Plan.Form.Taps);
        if (lanes == 16 && channels == 16 && job.WIn == kernel && (high == 1 || job.WRow == wide) && job.WColumn == 1)
        {
            for (int i = 0; i < kernel * 16; i += 16)
            {
                ChannelBlocks.Transpose(w + i, job.WOut, taps + (i * 16), 16);
            }

            return;
        }

        int step = (int)job.WColumn;
        bool rows = lanes == 16 && job.WOut == kernel && Math.Abs(step) == 1 && (high == 1 || job.WRow == step * wide);
        new Span<float>(taps, 16 * kernel * 16).Clear();
        for (int c = 0; c < channels; c++, w += job.WIn)
        {
            float* first = step < 0 ? w - kernel + 1 : w;
            if (rows && first + (15 * kernel) + 16 <= job.End)
            {
                Row(first, kernel, step, taps, spare);
                taps += kernel * 16;
                continue;
            }

            for (int tap = 0; tap < kernel; tap++, taps += 16)
            {
                float* from = w + (tap / wide * job.WRow) + (tap % wide * job.WColumn);
                for (int lane = 0; lane < lanes; lane++, from += job.WOut)
                {
                    taps[lane] = *from;
                }
            }
        }
    }

    /// <summary>The taps of sixteen kernels that lie one after the other, forwards or backwards.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Row(float* w, int kernel, int step, float* taps, float* spare)
    {
        ChannelBlocks.Transpose(w, kernel, spare, 16);
        for (int tap = 0; tap < kernel; tap++)
        {
            Packing.Copy(spare + ((step < 0 ? kernel - 1 - tap : tap) * 16), taps + (tap * 16), 16);
        }
    }

    private static void Blocks(void* state, int part, int thread)
    {
        ref Job job = ref *(Job*)state;
        int shares = job.Shares, outs = job.Block.Plan.OutBlocks;
        int Share(int share) => outs * share / shares;
        WinogradBlock block = job.Block;
        ref WinogradPlan plan = ref job.Block.Plan;
        block.Place(job.Scratch + (thread * plan.ThreadFloats));
        (block.OutFrom, block.OutTo) = (Share(part % job.Shares), Share((part % job.Shares) + 1));
        part /= job.Shares;
        block.Take(part / plan.Parts);
        part %= plan.Parts;
        int blocks = plan.RowBlocks * plan.ColumnBlocks;
        for (long i = (long)blocks * part / plan.Parts; i < (long)blocks * (part + 1) / plan.Parts; i++)
        {
            block.Row = plan.FirstRow(i / plan.ColumnBlocks);
            block.Rows = plan.FirstRow((i / plan.ColumnBlocks) + 1) - block.Row;
            block.Column = (int)(i % plan.ColumnBlocks) * plan.Columns;
            block.Columns = Math.Min(plan.Columns, plan.CellsWide - block.Column);
            block.Run();
        }
    }
}
