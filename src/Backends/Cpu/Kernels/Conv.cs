namespace MiniTorch.Backends.Cpu.Kernels;

/// <summary>Single-precision convolutions; each element sums in an order that sizes alone decide.</summary>
internal static unsafe class Conv
{
    private static readonly ConvAlgorithm[] All = Enum.GetValues<ConvAlgorithm>();

    /// <summary>The algorithm that a run takes by itself: the least estimate among those that fit.</summary>
    public static ConvAlgorithm Choose(ConvSpec spec) => All.Where(a => Fits(a, spec)).MinBy(a => Estimate(a, spec));

    /// <summary>Whether an algorithm can compute it.</summary>
    public static bool Fits(ConvAlgorithm algorithm, ConvSpec spec) =>
        (algorithm == ConvAlgorithm.Winograd || !(spec.XBlocked || spec.YBlocked)) && FitsPlanes(algorithm, spec);

    private static bool FitsPlanes(ConvAlgorithm algorithm, ConvSpec spec) => algorithm switch
    {
        ConvAlgorithm.Pointwise => ConvPointwise.Fits(spec),
        ConvAlgorithm.FewPixels => ConvFewPixels.Fits(spec),
        ConvAlgorithm.Points => ConvPoints.Fits(spec),
        ConvAlgorithm.OnePixel => ConvOnePixel.Fits(spec),
        ConvAlgorithm.KernelGradient => ConvKernelGradient.Fits(spec),
        ConvAlgorithm.PlaneDots => ConvPlaneDots.Fits(spec),
        ConvAlgorithm.Rows => ConvRows.Fits(spec),
        ConvAlgorithm.RowDots => ConvRowDots.Fits(spec),
        ConvAlgorithm.Winograd => ConvWinograd.Fits(spec),
        ConvAlgorithm.WinogradGradient => ConvWinogradGradient.Fits(spec),
        ConvAlgorithm.WinogradPhases => ConvPhases.Fits(spec),
        ConvAlgorithm.Direct => ConvDirect.Fits(spec),
        ConvAlgorithm.TinyChannel => ConvFlat.Fits(spec),
        _ => true,
    };

    /// <summary>Seconds that an algorithm takes on one thread.</summary>
    public static double Estimate(ConvAlgorithm algorithm, ConvSpec spec) => algorithm switch
    {
        ConvAlgorithm.Pointwise => ConvPointwise.Estimate(spec),
        ConvAlgorithm.FewPixels => ConvFewPixels.Estimate(spec),
        ConvAlgorithm.Points => ConvPoints.Estimate(spec),
        ConvAlgorithm.OnePixel => ConvOnePixel.Estimate(spec),
        ConvAlgorithm.KernelGradient => ConvKernelGradient.Estimate(spec),
        ConvAlgorithm.PlaneDots => ConvPlaneDots.Estimate(spec),
        ConvAlgorithm.Rows => ConvRows.Estimate(spec),
        ConvAlgorithm.RowDots => ConvRowDots.Estimate(spec),
        ConvAlgorithm.Winograd => ConvWinograd.Estimate(spec),
        ConvAlgorithm.WinogradGradient => ConvWinogradGradient.Estimate(spec),
        ConvAlgorithm.WinogradPhases => ConvPhases.Estimate(spec),
        ConvAlgorithm.Direct => ConvDirect.Estimate(spec),
        ConvAlgorithm.TinyChannel => ConvFlat.Estimate(spec),
        _ => ConvIm2col.Estimate(spec),
    };

    /// <summary>Whether an algorithm tells <see cref="ConvSpec.Finish"/> of every stretch of its result.</summary>
    public static bool Finishes(ConvAlgorithm algorithm, ConvSpec spec) => algorithm is
        ConvAlgorithm.Direct or ConvAlgorithm.TinyChannel or ConvAlgorithm.Winograd or ConvAlgorithm.WinogradPhases
        or ConvAlgorithm.Rows or ConvAlgorithm.Points || (algorithm == ConvAlgorithm.Pointwise && ConvPointwise.Finishes(spec));

    /// <summary>Whether an algorithm adds <see cref="ConvSpec.Bias"/>.</summary>
    public static bool Adds(ConvAlgorithm algorithm) =>
        algorithm is ConvAlgorithm.Rows or ConvAlgorithm.Direct or ConvAlgorithm.TinyChannel or ConvAlgorithm.Winograd
        or ConvAlgorithm.WinogradPhases or ConvAlgorithm.Points;

    /// <summary>Whether an algorithm heeds <see cref="ConvSpec.Least"/>.</summary>
    public static bool Raises(ConvAlgorithm algorithm) => algorithm is ConvAlgorithm.TinyChannel or ConvAlgorithm.Points;

    /// <summary>Whether the stretches that an algorithm tells of are whole planes.</summary>
    public static bool TellsPlanes(ConvAlgorithm algorithm) => algorithm is
        ConvAlgorithm.Direct or ConvAlgorithm.TinyChannel or ConvAlgorithm.Rows or ConvAlgorithm.Points;

    /// <summary>Whether an algorithm can do with room for one image of a thread, which it tells of before the next.</summary>
    public static bool Holds(ConvAlgorithm algorithm) => algorithm is ConvAlgorithm.TinyChannel;

    /// <summary>The scratch of <see cref="Choose"/>'s algorithm, in floats.</summary>
    public static long ScratchFloats(ConvSpec spec, int threads) => ScratchFloats(Choose(spec), spec, threads);

    /// <summary>The scratch of one algorithm, in floats.</summary>
    public static long ScratchFloats(ConvAlgorithm algorithm, ConvSpec spec, int threads) => 64 + (algorithm switch
    {
        ConvAlgorithm.Pointwise => ConvPointwise.ScratchFloats(spec, threads),
        ConvAlgorithm.FewPixels => ConvFewPixels.ScratchFloats(spec, threads),
        ConvAlgorithm.Points => ConvPoints.ScratchFloats(spec, threads),
        ConvAlgorithm.OnePixel => ConvOnePixel.ScratchFloats(spec, threads),
        ConvAlgorithm.KernelGradient => ConvKernelGradient.ScratchFloats(spec, threads),
        ConvAlgorithm.PlaneDots => ConvPlaneDots.ScratchFloats(spec, threads),
        ConvAlgorithm.Rows => ConvRows.ScratchFloats(spec, threads),
        ConvAlgorithm.RowDots => ConvRowDots.ScratchFloats(spec),
        ConvAlgorithm.Winograd => ConvWinograd.ScratchFloats(spec, threads),
        ConvAlgorithm.WinogradGradient => ConvWinogradGradient.ScratchFloats(spec, threads),
        ConvAlgorithm.WinogradPhases => ConvPhases.ScratchFloats(spec, threads),
        ConvAlgorithm.Direct => ConvDirect.ScratchFloats(spec, threads),
        ConvAlgorithm.TinyChannel => ConvFlat.ScratchFloats(spec, threads),
        _ => ConvIm2col.ScratchFloats(spec, threads),
    });

    /// <summary>Computes y.</summary>
    public static void Run(Workers workers, ConvSpec spec, float* x, float* w, float* y, float* scratch) =>
        Run(Choose(spec), workers, spec, x, w, y, scratch);

    /// <summary>Computes y by a given algorithm, which must fit.</summary>
    public static void Run(
        ConvAlgorithm algorithm, Workers workers, ConvSpec spec, float* x, float* w, float* y, float* scratch)
    {
        if (spec.Batch == 0 || spec.OutChannels == 0 || spec.Pixels == 0)
        {
            return;
        }

        scratch = (float*)(((nuint)scratch + 63) & ~(nuint)63);
        switch (algorithm)
        {
            case ConvAlgorithm.Pointwise: ConvPointwise.Run(workers, spec, x, w, y, scratch); break;
            case ConvAlgorithm.FewPixels: ConvFewPixels.Run(workers, spec, x, w, y, scratch); break;
            case ConvAlgorithm.Points: ConvPoints.Run(workers, spec, x, w, y, scratch); break;
            case ConvAlgorithm.OnePixel: ConvOnePixel.Run(workers, spec, x, w, y, scratch); break;
            case ConvAlgorithm.KernelGradient: ConvKernelGradient.Run(workers, spec, x, w, y, scratch); break;
            case ConvAlgorithm.PlaneDots: ConvPlaneDots.Run(workers, spec, x, w, y, scratch); break;
            case ConvAlgorithm.Winograd: ConvWinograd.Run(workers, spec, x, w, y, scratch); break;
            case ConvAlgorithm.WinogradGradient: ConvWinogradGradient.Run(workers, spec, x, w, y, scratch); break;
            case ConvAlgorithm.WinogradPhases: ConvPhases.Run(workers, spec, x, w, y, scratch); break;
            case ConvAlgorithm.Rows: ConvRows.Run(workers, spec, x, w, y, scratch); break;
            case ConvAlgorithm.RowDots: ConvRowDots.Run(workers, spec, x, w, y, scratch); break;
            case ConvAlgorithm.Direct: ConvDirect.Run(workers, spec, x, w, y, scratch); break;
            case ConvAlgorithm.TinyChannel: ConvFlat.Run(workers, spec, x, w, y, scratch); break;
            default: ConvIm2col.Run(workers, spec, x, w, y, scratch); break;
        }
    }
}

/// <summary>A convolution of one tap at each pixel is a product of w and x, image by image.</summary>
internal static unsafe class ConvPointwise
{
    public static bool Fits(ConvSpec s) => s.Groups == 1 && s.Taps == 1 && s.Plain && s.Pixels > 1 && s.Unpadded
        && ConvSpec.IsOneAxis(s.XSpatial, s.In);

    /// <summary>Products of single images are small, and each reads its image from memory.</summary>
    public static double Estimate(ConvSpec s) => 1.1 * Gemm.Estimate(Product(s));

    public static long ScratchFloats(ConvSpec s, int threads) => Gemm.ScratchFloats(Product(s), threads);

    public static void Run(Workers workers, ConvSpec s, float* x, float* w, float* y, float* scratch) =>
        Gemm.Run(workers, Product(s), w, x, y, scratch, Finishes(s) ? s.Finish : null);

    /// <summary>Stretches of a small image are so short that it takes less to go over the result again.</summary>
    public static bool Finishes(ConvSpec s) => s.Pixels >= 256;

    private static GemmSpec Product(ConvSpec s) => new(
        s.OutChannels, s.Pixels, s.InChannels, s.WOut, s.WIn, s.XChannel, s.XSpatial[^1], s.YChannel,
        s.Batch, 0, s.XBatch, s.YBatch);
}
