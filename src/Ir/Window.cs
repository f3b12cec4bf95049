using System.Text;

namespace MiniTorch.Ir;

/// <summary>
/// One spatial axis of a sliding window: output o reads spread input cells o·Stride + k·Dilation − Lo, where the input is
/// spread by Base (zeros between cells) and zeros lie past both ends. Negative padding crops.
/// </summary>
/// <param name="Stride">Steps between neighbouring outputs.</param>
/// <param name="Lo">Cells added before the first; negative crops.</param>
/// <param name="Hi">Cells added after the last; negative crops.</param>
/// <param name="Base">Spread of the input: Base − 1 zeros between neighbours.</param>
/// <param name="Dilation">Spread of the kernel.</param>
public readonly record struct Window(int Stride = 1, int Lo = 0, int Hi = 0, int Base = 1, int Dilation = 1)
{
    /// <summary>Every cell once: stride 1, no padding, no spreading.</summary>
    public static readonly Window Unit = new(1, 0, 0, 1, 1);

    /// <summary>The length of n cells spread by a step: (n − 1)·step + 1, 0 when n is 0.</summary>
    public static long Spread(long n, long step) => n == 0 ? 0 : (n - 1) * step + 1;

    /// <summary>Output length for n input cells and k kernel cells; 0 when the kernel does not fit.</summary>
    public long Output(long n, long k)
    {
        var room = Spread(n, Base) + Lo + Hi - Spread(k, Dilation);
        return room < 0 || k == 0 ? 0 : room / Stride + 1;
    }

    /// <summary>
    /// The window of the input gradient: it slides over dy with the flipped kernel. With N K O the spread lengths:
    /// (Base, K−1−Lo, N−O+Lo, Stride, Dilation).
    /// </summary>
    public Window ForInput(int n, int k, int o)
    {
        var (spreadN, spreadK, spreadO) = (Spread(n, Base), Spread(k, Dilation), Spread(o, Stride));
        return new(Base, (int)(spreadK - 1 - Lo), (int)(spreadN - spreadO + Lo), Stride, Dilation);
    }

    /// <summary>The window of the kernel gradient: dy slides over x. (Dilation, Lo, O−N+K−1−Lo, Base, Stride).</summary>
    public Window ForKernel(int n, int k, int o)
    {
        var (spreadN, spreadK, spreadO) = (Spread(n, Base), Spread(k, Dilation), Spread(o, Stride));
        return new(Dilation, Lo, (int)(spreadO - spreadN + spreadK - 1 - Lo), Base, Stride);
    }

    /// <summary>The text form: <c>s2p0:-1b2d3</c>, each part left out at its default; <c>_</c> for the unit window.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        if (Stride != 1) text.Append('s').Append(Stride);
        if (Lo != 0 || Hi != 0) text.Append('p').Append(Lo).Append(':').Append(Hi);
        if (Base != 1) text.Append('b').Append(Base);
        if (Dilation != 1) text.Append('d').Append(Dilation);
        return text.Length == 0 ? "_" : text.ToString();
    }
}
