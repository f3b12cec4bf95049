namespace MiniTorch.Backends.Cpu.Kernels;

/// <summary>The ways to compute a convolution.</summary>
internal enum ConvAlgorithm
{
    /// <summary>Flat padded planes read in place, for few channels.</summary>
    TinyChannel,

    /// <summary>Pixels broadcast against vectors of output channels.</summary>
    Direct,

    /// <summary>Long kernels and few output pixels: the gradient of a kernel.</summary>
    KernelGradient,

    /// <summary>The gradient of a kernel of any steps and groups: dot products of planes.</summary>
    PlaneDots,

    /// <summary>Channel by channel over short rows, which stay in registers.</summary>
    Rows,

    /// <summary>The gradient of a kernel channel by channel over short rows, which stay in registers.</summary>
    RowDots,

    /// <summary>Columns of the input packed panel by panel, then a matrix product; covers every case.</summary>
    Im2col,

    /// <summary>Dots of rows of weights, where they lie, with what a few pixels read.</summary>
    FewPixels,

    /// <summary>A kernel of one tap: a batch of matrix products.</summary>
    Pointwise,

    /// <summary>A kernel of one tap over planes: pixels in registers against weights of eight output channels.</summary>
    Points,

    /// <summary>A kernel as large as the input, as in the gradient of a kernel of one tap: a sum of matrix products.</summary>
    OnePixel,

    /// <summary>Three by three taps, or three to six of one axis, through transformed tiles: a quarter to a half of the products.</summary>
    Winograd,

    /// <summary>The gradient of such kernels through transformed tiles.</summary>
    WinogradGradient,

    /// <summary>Long rows of taps over pixels some columns apart, through transformed tiles of each phase.</summary>
    WinogradPhases,
}

/// <summary>
/// A convolution <c>y[n,o,p] = sum over i, k of x[n,i,p * Stride + k * Dilation - Lo] w[o,i,k]</c> of any rank.
/// </summary>
/// <remarks>
/// The input is spread by Base and zero outside; Lo and Hi may be negative. Strides count floats; those of w may be
/// negative, with w at its first logical element. The output is contiguous over its spatial axes.
/// </remarks>
internal sealed record ConvSpec
{
    private readonly long? group;

    public required int Batch { get; init; }

    public int Groups { get; init; } = 1;

    public required int InChannels { get; init; }

    public required int OutChannels { get; init; }

    public required int[] In { get; init; }

    public required int[] Kernel { get; init; }

    public required int[] Out { get; init; }

    public required int[] Stride { get; init; }

    public required int[] Lo { get; init; }

    public required int[] Hi { get; init; }

    public required int[] Base { get; init; }

    public required int[] Dilation { get; init; }

    public required long XBatch { get; init; }

    public required long XChannel { get; init; }

    /// <summary>From the first channel of a group to that of the next.</summary>
    public long XGroup { get => group ?? GroupIn * XChannel; init => group = value; }

    public required long[] XSpatial { get; init; }

    public required long WOut { get; init; }

    public required long WIn { get; init; }

    public required long[] WSpatial { get; init; }

    public required long YBatch { get; init; }

    public required long YChannel { get; init; }

    /// <summary>
    /// Whether x lies in blocks of sixteen channels, innermost: XChannel then steps from block to block, and the other strides
    /// count the lanes too.
    /// </summary>
    public bool XBlocked { get; init; }

    /// <summary>Whether y is stored so; YChannel then steps from block to block.</summary>
    public bool YBlocked { get; init; }

    /// <summary>Where a number for each output channel lies, added by algorithms that <see cref="Conv.Adds"/> names; or zero.</summary>
    public nint Bias { get; init; }

    /// <summary>What is less becomes this, after the bias, by algorithms that <see cref="Conv.Raises"/> names.</summary>
    public float Least { get; init; } = float.NegativeInfinity;

    /// <summary>Above 0, y has room for one image of each thread, so many floats apart: <see cref="Conv.Holds"/>.</summary>
    public long Held { get; init; }

    /// <summary>Told of stretches by algorithms that <see cref="Conv.Finishes"/> names.</summary>
    public Finish? Finish { get; init; }

    /// <summary>What <see cref="ConvFlat"/> would tabulate at each run, where it is known.</summary>
    public FlatTables? Flat { get; init; }

    internal int Rank => In.Length;

    internal int GroupIn => InChannels / Groups;

    internal int GroupOut => OutChannels / Groups;

    internal int Taps => Kernel.Aggregate(1, (a, b) => a * b);

    internal int Pixels => Out.Aggregate(1, (a, b) => a * b);

    /// <summary>Where an image's last channel begins.</summary>
    internal long LastChannel => ((Groups - 1) * XGroup) + ((GroupIn - 1) * XChannel);

    /// <summary>Floats from the first element of x to after the last.</summary>
    internal long Reach
    {
        get
        {
            long last = ((Batch - 1) * XBatch) + LastChannel;
            for (int axis = 0; axis < Rank; axis++) last += (In[axis] - 1) * XSpatial[axis];
            return last + 1;
        }
    }

    internal double Flops => 2.0 * Batch * OutChannels * GroupIn * Taps * Pixels;

    internal double InputFloats => In.Aggregate((double)Batch * InChannels, (a, b) => a * b);

    internal double OutputFloats => (double)Batch * OutChannels * Pixels;

    internal double WeightFloats => (double)OutChannels * GroupIn * Taps;

    internal bool Unstepped => Array.TrueForAll(Stride, One) && Array.TrueForAll(Base, One);

    internal bool Plain => Unstepped && Array.TrueForAll(Dilation, One);

    internal bool Unpadded => Array.TrueForAll(Lo, Zero) && Array.TrueForAll(Hi, Zero);

    /// <summary>Whether all elements along some axes are one step apart, so that one axis goes through them.</summary>
    internal static bool IsOneAxis(long[] strides, int[] sizes)
    {
        bool one = true;
        long step = strides[^1];
        for (int axis = sizes.Length - 1; axis >= 0; step *= sizes[axis--]) one &= strides[axis] == step;
        return one;
    }

    private static bool One(int step) => step == 1;

    private static bool Zero(int cells) => cells == 0;
}
