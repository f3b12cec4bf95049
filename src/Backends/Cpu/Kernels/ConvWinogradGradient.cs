using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MiniTorch.Backends.Cpu.Kernels;

/// <summary>
/// The gradient of kernels by the tiles of <see cref="ConvWinograd"/>: <c>y[c,k,a] = sum over n, p of x[c,n,p + a - Lo] w[k,n,p]</c>,
/// where w is the gradient of the output. Taps of one more axis read channels of their own.
/// </summary>
/// <remarks>
/// Tiles of x and w are transformed, multiplied and added up at each point; the sums alone are transformed back.
/// An element is within 64 u T of its value, where u = 2⁻²⁴ and T is the sum over tiles of the tile's largest |x| times
/// the sum of the tile's |w|. Source: Lavin and Gray, 2015.
/// </remarks>
internal static unsafe class ConvWinogradGradient
{
    /// <summary>Seconds to transform sixteen channels of a tile.</summary>
    private const double Tile = 4.5e-8;

    private const int MostGrids = 16;

    public static bool Fits(ConvSpec s) => s.GroupIn > 0 && s.Base.Concat(s.Dilation).All(n => n == 1) && WinogradForm.Of(s.Out) is not null
        && s.Out is [_] or [1, _] or [3, 3] or [_, 3, 3] && s.Stride.Aggregate(1, (a, b) => a * b) <= MostGrids
        && (s.XSpatial[^1] == 1 || s.In[^1] == 1) && (s.WSpatial[^1] == 1 || s.Kernel[^1] == 1)
        && Array.TrueForAll(s.WSpatial, step => step >= 0) && s.WOut >= 0 && s.WIn >= 0
        && s.YChannel == s.Pixels && s.YBatch == s.Pixels * (long)s.OutChannels;

    public static double Estimate(ConvSpec s)
    {
        WinogradGradientPlan plan = new(s);
        double tiles = (double)plan.Groups * plan.CellRows * plan.CellsWide * plan.Grids;
        double outputs = (plan.OutChannels + 15) / 16;
        double flops = 2 * plan.Form.Points * tiles * plan.Channels * outputs * 16;
        double vectors = (plan.Depth * Transforms(plan.InChannels) * plan.OutputBlocks) + (Transforms(plan.OutChannels) * plan.InputBlocks);
        return (3 * Rates.Region) + Rates.Computing(flops, 0.75) + (tiles * vectors * Tile * plan.Form.Points / 36)
            + Rates.Moving(4 * (s.InputFloats + s.WeightFloats), 4 * (s.InputFloats + s.WeightFloats))
            + (plan.Chunks * plan.Share / Rates.Cells);
    }

    /// <summary>Whole blocks of sixteen channels; one that is not whole is gathered plane by plane.</summary>
    private static double Transforms(int channels) => (channels / 16) + (channels % 16 > 0 ? 2.5 : 0);

    public static long ScratchFloats(ConvSpec s, int threads)
    {
        WinogradGradientPlan plan = new(s);
        return plan.SharedFloats + (threads * plan.ThreadFloats);
    }

    public static void Run(Workers workers, ConvSpec s, float* x, float* w, float* y, float* scratch)
    {
        WinogradGradientPlan plan = new(s);
        Job job = new()
        {
            Y = y, Shares = scratch, Scratch = scratch + plan.SharedFloats,
            Square = new()
            {
                Plan = plan, X = x, Dy = w, To = y,
                XGroup = s.XGroup, XImage = s.XChannel, XChannel = s.XBatch, XRow = WinogradForm.Row(s.XSpatial),
                XSlice = s.Rank < 3 ? 0 : s.XSpatial[0], DySlice = s.Rank < 3 ? 0 : s.WSpatial[0],
                DyImage = s.WIn, DyChannel = s.WOut, DyRow = WinogradForm.Row(s.WSpatial),
                XEnd = x + Reach(s.LastChannel, s.XBatch, s.Batch, s.XSpatial, s.In),
                DyEnd = w + Reach((s.GroupIn - 1) * s.WIn, s.WOut, s.OutChannels, s.WSpatial, s.Kernel),
            },
        };
        workers.Run(plan.Parts, &Squares, &job);
        if (plan.Chunks > 1)
        {
            workers.Run(SumParts(plan), &Sum, &job);
        }
    }

    private struct Job
    {
        public WinogradSquare Square;
        public float* Y, Shares, Scratch;
    }

    /// <summary>Floats from the first element to after the last.</summary>
    private static long Reach(long lastImage, long channel, int channels, long[] steps, int[] size) =>
        lastImage + ((channels - 1) * channel) + size.Zip(steps, (n, step) => (n - 1) * step).Sum() + 1;

    private static int SumParts(in WinogradGradientPlan plan) => (int)Math.Clamp(plan.Share >> 12, 1, 16);

    private static void Squares(void* state, int part, int thread)
    {
        ref Job job = ref *(Job*)state;
        WinogradSquare square = job.Square;
        ref WinogradGradientPlan plan = ref job.Square.Plan;
        square.Place(job.Scratch + (thread * plan.ThreadFloats));
        int chunk = part % plan.Chunks, blocks = part / plan.Chunks, group = blocks / (plan.InputBlocks * plan.OutputBlocks);
        blocks %= plan.InputBlocks * plan.OutputBlocks;
        square.Channel = blocks / plan.OutputBlocks * plan.Inputs;
        square.OutChannel = blocks % plan.OutputBlocks * plan.Outputs;
        square.Channels = Math.Min(plan.Inputs, plan.Channels - square.Channel);
        square.OutChannels = Math.Min(plan.Outputs, plan.OutChannels - square.OutChannel);
        square.To = plan.Chunks > 1 ? job.Shares + (chunk * plan.Share) : job.Y;
        square.Take(group);
        square.Run(chunk * plan.ChunkRows, Math.Min(plan.CellRows, (chunk + 1) * plan.ChunkRows));
    }

    /// <summary>Adds up the chunks, first to last.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Sum(void* state, int part, int thread)
    {
        ref Job job = ref *(Job*)state;
        ref WinogradGradientPlan plan = ref job.Square.Plan;
        int parts = SumParts(plan);
        long lines = plan.Share / 16, last = lines * (part + 1) / parts * 16;
        for (long i = lines * part / parts * 16; i < last; i += 16)
        {
            float* at = job.Shares + i;
            Vector512<float> sum = Vector512.Load(at);
            for (int chunk = 1; chunk < plan.Chunks; chunk++)
            {
                sum += Vector512.Load(at + (chunk * plan.Share));
            }

            sum.Store(at);
            Packing.Copy(at, job.Y + i, (int)Math.Min(16, plan.Sums - i));
        }
    }
}
