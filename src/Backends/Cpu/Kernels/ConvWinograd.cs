using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MiniTorch.Backends.Cpu.Kernels;

/// <summary>Three by three taps and unit steps by F(4×4, 3×3): a quarter of the products.</summary>
/// <remarks>
/// Sixteen outputs come out of one 6×6 tile of x, so roundings, and an ∞ or a NaN, spread over the tile: an element is
/// within 32 u T of its value, where u = 2⁻²⁴ and T is the sum over channels of the tile's largest |x| times the sum of
/// |w|. For normal data 10 u times the sum of |x||w| was the most seen; the definition's order of sums reaches 3 u.
/// Source: Lavin and Gray, 2015.
/// </remarks>
internal static unsafe class ConvWinograd
{
    /// <summary>Seconds to transform sixteen channels of a tile, and a vector of transformed weights.</summary>
    private const double Tile = 4e-8, BlockedTile = 3e-8, Kernel = 2e-9;

    public static bool Fits(ConvSpec s) => s.Rank == 2 && s.Groups == 1 && s.Plain && s.Kernel is [3, 3]
        && (s.XSpatial[^1] == (s.XBlocked ? 16 : 1) || s.In[^1] == 1) && s.XChannel >= 0 && s.InChannels > 0
        && !(s.XBlocked && s.InChannels % 16 != 0) && !(s.YBlocked && s.OutChannels % 16 != 0);

    public static double Estimate(ConvSpec s)
    {
        WinogradPlan plan = new(s);
        double tiles = (double)plan.TileRows * plan.Columns * plan.ColumnBlocks, weights = plan.WeightFloats;
        double outputs = (plan.OutChannels + 15) / 16, depth = plan.Channels / (plan.Channels + 5.0);
        return (3 * Rates.Region)
            + Rates.Computing(2 * WinogradPlan.Points * tiles * plan.Channels * outputs * 16, 0.9 * depth)
            + (tiles * plan.ChannelBlocks * (s.XBlocked ? BlockedTile : Tile)) + (tiles * outputs * (s.YBlocked ? BlockedTile : Tile))
            + (weights / 16 * Kernel) + Rates.Moving(8 * weights, 4 * weights)
            + Rates.Moving(4 * (s.InputFloats + (2 * s.OutputFloats)), 4 * (s.InputFloats + s.OutputFloats));
    }

    public static long ScratchFloats(ConvSpec s, int threads)
    {
        WinogradPlan plan = new(s);
        return plan.WeightFloats + (threads * plan.ThreadFloats);
    }

    public static void Run(Workers workers, ConvSpec s, float* x, float* w, float* y, float* scratch)
    {
        WinogradPlan plan = new(s);
        Job job = new()
        {
            Kernels = w, Scratch = scratch + plan.WeightFloats,
            WOut = s.WOut, WIn = s.WIn, WRow = s.WSpatial[0], WColumn = s.WSpatial[1],
            Block = new()
            {
                Plan = plan, X = x, Y = y, Weights = scratch, XBatch = s.XBatch, XChannel = s.XChannel,
                XRow = s.XSpatial[0], YBatch = s.YBatch, YChannel = s.YChannel, End = x + Reach(s),
                XLanes = s.XBlocked ? 16 : 1, YLanes = s.YBlocked ? 16 : 1,
            },
        };
        job.Block.Finish = s.Finish is null ? default : GCHandle.Alloc(s.Finish);
        try
        {
            workers.Run(plan.OutBlocks * plan.ChannelBlocks, &Weights, &job);
            workers.Run(plan.Parts, &Blocks, &job);
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
        public float* Kernels, Scratch;
        public long WOut, WIn, WRow, WColumn;
    }

    /// <summary>Floats from the first element of x to after the last.</summary>
    private static long Reach(ConvSpec s) => ((s.Batch - 1) * s.XBatch) + ((s.InChannels - 1) * s.XChannel)
        + ((s.In[0] - 1) * s.XSpatial[0]) + s.In[1];

    /// <summary>Sixteen input channels of 32 output channels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Weights(void* state, int part, int thread)
    {
        ref Job job = ref *(Job*)state;
        ref WinogradPlan plan = ref job.Block.Plan;
        int block = part / plan.ChannelBlocks, channel = part % plan.ChannelBlocks * 16;
        int channels = Math.Min(16, plan.Channels - channel), first = block * WinogradPlan.Lanes;
        float* taps = job.Scratch + (thread * plan.ThreadFloats), half = taps + (16 * 144);
        float* u = job.Block.Weights + (block * plan.WeightBlock) + ((long)channel * WinogradPlan.Lanes);
        for (int lane = 0; lane < WinogradPlan.Lanes; lane += 16, u += 16)
        {
            int lanes = Math.Clamp(plan.OutChannels - first - lane, 0, 16);
            Taps(ref job, job.Kernels + ((first + lane) * job.WOut) + (channel * job.WIn), channels, lanes, taps);
            for (int c = 0; c < channels; c++)
            {
                WinogradTransforms.Weights(taps + (c * 144), u + (c * WinogradPlan.Lanes), plan.WeightPoint, half);
            }
        }
    }

    /// <summary>taps[c, tap, lane].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Taps(ref Job job, float* w, int channels, int lanes, float* taps)
    {
        if (lanes == 16 && channels == 16 && job is { WIn: 9, WRow: 3, WColumn: 1 })
        {
            for (int i = 0; i < 144; i += 16)
            {
                ChannelBlocks.Transpose(w + i, job.WOut, taps + (i * 16), 16);
            }

            return;
        }

        new Span<float>(taps, channels * 144).Clear();
        for (int c = 0; c < channels; c++, taps += 144)
        {
            for (int lane = 0; lane < lanes; lane++)
            {
                Taps(w + (c * job.WIn) + (lane * job.WOut), job.WRow, job.WColumn, taps + lane);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Taps(float* w, long row, long column, float* taps)
    {
        for (int r = 0; r < 3; r++, w += row, taps += 48)
        {
            taps[0] = *w;
            taps[16] = w[column];
            taps[32] = w[2 * column];
        }
    }

    private static void Blocks(void* state, int part, int thread)
    {
        ref Job job = ref *(Job*)state;
        WinogradBlock block = job.Block;
        ref WinogradPlan plan = ref job.Block.Plan;
        block.Place(job.Scratch + (thread * plan.ThreadFloats));
        int wide = (plan.OutWidth + 3) / 4, blocks = plan.RowBlocks * plan.ColumnBlocks;
        for (long i = (long)blocks * part / plan.Parts; i < (long)blocks * (part + 1) / plan.Parts; i++)
        {
            block.Row = (int)(i / plan.ColumnBlocks) * plan.Rows;
            block.Rows = Math.Min(plan.Rows, plan.TileRows - block.Row);
            block.Column = (int)(i % plan.ColumnBlocks) * plan.Columns;
            block.Columns = Math.Min(plan.Columns, wide - block.Column);
            block.Run();
        }
    }
}
