namespace MiniTorch.Backends.Cpu.Kernels;

/// <summary>
/// A kernel as large as the input is a sum over channels of products of x and w, plane by plane: the gradient of a kernel of
/// one tap, where channels are images.
/// </summary>
internal static unsafe class ConvOnePixel
{
    // Fewer columns than a vector has are packed one by one.
    public static bool Fits(ConvSpec s) => s.Plain && s.Unpadded && s.GroupOut >= 16 && s.GroupIn > 0
        && s.In.AsSpan().SequenceEqual(s.Kernel) && ConvSpec.IsOneAxis(s.XSpatial, s.In) && ConvSpec.IsOneAxis(s.WSpatial, s.Kernel);

    public static double Estimate(ConvSpec s) => Gemm.Estimate(Product(s));

    public static long ScratchFloats(ConvSpec s, int threads) => Gemm.ScratchFloats(Product(s), threads);

    public static void Run(Workers workers, ConvSpec s, float* x, float* w, float* y, float* scratch) =>
        Gemm.Run(workers, Product(s), x, w, y, scratch);

    private static GemmSpec Product(ConvSpec s) => new(
        s.Batch, s.GroupOut, s.Taps, s.XBatch, s.XSpatial[^1], s.WSpatial[^1], s.WOut, s.YBatch,
        s.Groups, s.XGroup, s.GroupOut * s.WOut, s.GroupOut, s.GroupIn, s.XChannel, s.WIn);
}
