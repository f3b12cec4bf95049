using System.Runtime.CompilerServices;

namespace MiniTorch.Backends.Cpu.Kernels;

/// <summary>The sums of one square of channels over one chunk of tiles.</summary>
internal unsafe struct WinogradSquare
{
    public WinogradGradientPlan Plan;
    public float* X, Dy, To, Strip, Inputs, Outputs, Sums, Half, Spare, XEnd, DyEnd;
    public long XImage, XChannel, XRow, DyImage, DyChannel, DyRow;
    public int Channel, Channels, OutChannel, OutChannels;

    /// <summary>Takes the next <see cref="WinogradGradientPlan.ThreadFloats"/> as working memory.</summary>
    public void Place(float* scratch)
    {
        Inputs = scratch;
        Outputs = Inputs + (WinogradPlan.Points * Plan.InputPoint);
        Sums = Outputs + (WinogradPlan.Points * Plan.OutputPoint);
        Strip = Sums + (WinogradPlan.Points * WinogradGradientPlan.SumPoint);
        Half = Strip + Plan.StripFloats;
        Spare = Half + 576;
    }

    /// <summary>Adds up some rows of tiles and writes dw[channel, out channel, tap].</summary>
    public void Run(int first, int last)
    {
        bool add = false;
        for (int row = first; row < last; row += Plan.Rows)
        {
            int rows = Math.Min(Plan.Rows, last - row);
            for (int column = 0; column < Plan.TilesWide; column += Plan.Columns, add = true)
            {
                int columns = Math.Min(Plan.Columns, Plan.TilesWide - column);
                Read(row, rows, column, columns);
                Multiply(rows * columns, add);
            }
        }

        Write();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Read(int first, int count, int column, int columns)
    {
        for (int row = first, rows, tile = 0; row < first + count; row += rows, tile += rows * columns)
        {
            int image = row / Plan.TilesHigh, top = row % Plan.TilesHigh, left = (column * 4) - Plan.Left;
            rows = Math.Min(Plan.TilesHigh - top, first + count - row);
            int y = (top * 4) - Plan.Top, width = Plan.Pitch / 16;
            var area = WinogradStrips.Area.Of(Plan.Height, Plan.Width, y, left, (rows * 4) + 2, width);
            WinogradStrips.Pad(Strip, area);
            float* x = X + (image * XImage) + (Channel * XChannel) + (y * XRow) + left;
            for (int c = 0; c < Channels; c += 16)
            {
                WinogradStrips.Read(x + (c * XChannel), XRow, XChannel, Math.Min(16, Channels - c), XEnd, Strip, area, Spare);
                TransformInput(rows, columns, Inputs + ((long)tile * WinogradGradientPlan.Inputs) + c);
            }

            area = WinogradStrips.Area.Of(Plan.OutHeight, Plan.OutWidth, top * 4, column * 4, rows * 4, width);
            WinogradStrips.Pad(Strip, area);
            float* dy = Dy + (image * DyImage) + (OutChannel * DyChannel) + (top * 4 * DyRow) + (column * 4);
            for (int k = 0; k < OutChannels; k += 16)
            {
                int channels = Math.Min(16, OutChannels - k);
                WinogradStrips.Read(dy + (k * DyChannel), DyRow, DyChannel, channels, DyEnd, Strip, area, Spare);
                TransformOutput(rows, columns, Outputs + ((long)tile * WinogradGradientPlan.Outputs) + k);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void TransformInput(int rows, int columns, float* to)
    {
        for (int r = 0; r < rows; r++)
        {
            float* strip = Strip + ((long)r * 4 * Plan.Pitch);
            for (int q = 0; q < columns; q++, strip += 64, to += WinogradGradientPlan.Inputs)
            {
                WinogradTransforms.Input(strip, Plan.Pitch, to, Plan.InputPoint, Half);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void TransformOutput(int rows, int columns, float* to)
    {
        for (int r = 0; r < rows; r++)
        {
            float* strip = Strip + ((long)r * 4 * Plan.Pitch);
            for (int q = 0; q < columns; q++, strip += 64, to += WinogradGradientPlan.Outputs)
            {
                WinogradTransforms.Slope(strip, Plan.Pitch, to, Plan.OutputPoint, Half);
            }
        }
    }

    /// <summary>sums[c, k] (+)= sum over tiles of x[tile, c] dy[tile, k], at each point.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Multiply(int tiles, bool add)
    {
        const int Inner = WinogradGradientPlan.Inputs, Lanes = WinogradGradientPlan.Outputs;
        float* x = Inputs, dy = Outputs, sums = Sums;
        for (int point = 0; point < WinogradPlan.Points; point++)
        {
            for (int c = 0; c < Channels; c += GemmPlan.Rows)
            {
                int rows = Math.Min(GemmPlan.Rows, Channels - c);
                Gemm.Tile(x + c, 1, Inner, dy, Lanes, sums + (c * Lanes), Lanes, tiles, add, rows, OutChannels > 16);
            }

            x += Plan.InputPoint;
            dy += Plan.OutputPoint;
            sums += WinogradGradientPlan.SumPoint;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Write()
    {
        for (int c = 0; c < Channels; c++)
        {
            for (int k = 0; k < OutChannels; k += 16)
            {
                float* sums = Sums + (c * WinogradGradientPlan.Outputs) + k;
                WinogradTransforms.Kernel(sums, WinogradGradientPlan.SumPoint, Spare, Half);
                ChannelBlocks.Transpose(Spare, 16, Spare + 256, 16);
                float* to = To + ((((long)(Channel + c) * Plan.OutChannels) + OutChannel + k) * 9);
                for (int lane = 0; lane < Math.Min(16, OutChannels - k); lane++, to += 9)
                {
                    Packing.Copy(Spare + 256 + (lane * 16), to, 9);
                }
            }
        }
    }
}
