using System.Runtime.CompilerServices;

namespace MiniTorch.Backends.Cpu.Kernels;

/// <summary>The sums of one square of channels over one chunk of tiles.</summary>
internal unsafe struct WinogradSquare
{
    public WinogradGradientPlan Plan;
    public float* X, Dy, To, Strip, Inputs, Outputs, Sums, Half, Spare, XEnd, DyEnd;
    public long XGroup, XImage, XChannel, XSlice, XRow, DyImage, DyChannel, DySlice, DyRow;
    public int Channel, Channels, OutChannel, OutChannels;

    /// <summary>Takes the next <see cref="WinogradGradientPlan.ThreadFloats"/> as working memory.</summary>
    public void Place(float* scratch)
    {
        Inputs = scratch;
        Outputs = Inputs + (Plan.Form.Points * Plan.InputPoint);
        Sums = Outputs + (Plan.Form.Points * Plan.OutputPoint);
        Strip = Sums + (Plan.Form.Points * Plan.SumPoint);
        Half = Strip + Plan.StripFloats;
        Spare = Half + WinogradTransforms.HalfFloats;
    }

    /// <summary>Goes to a group of channels, which has images of its own.</summary>
    public void Take(int group)
    {
        X += group * XGroup;
        Dy += (long)group * Plan.OutChannels * DyChannel;
        To += (long)group * Plan.OutChannels * Plan.Kernel;
    }

    /// <summary>Adds up some rows of tiles and writes dw[channel, out channel, outer tap, tap].</summary>
    public void Run(int first, int last)
    {
        bool add = false;
        for (int row = first; row < last; row += Plan.Rows)
        {
            int rows = Math.Min(Plan.Rows, last - row);
            for (int column = 0; column < Plan.CellsWide; column += Plan.Columns, add = true)
            {
                int columns = Math.Min(Plan.Columns, Plan.CellsWide - column);
                Read(row, rows, column, columns);
                Multiply(rows * columns * Plan.Grids, add);
            }
        }

        Write();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Read(int first, int count, int column, int columns)
    {
        for (int row = first, rows, tile = 0; row < first + count; row += rows, tile += rows * columns * Plan.Grids)
        {
            int image = row / Plan.CellsHigh, top = row % Plan.CellsHigh, left = (column * Plan.CellWide) - Plan.Left;
            rows = Math.Min(Plan.CellsHigh - top, first + count - row);
            int y = (top * Plan.CellHigh) - Plan.Top, width = Plan.Pitch / 16;
            var area = WinogradStrips.Area.Of(Plan.Height, Plan.Width, y, left, Plan.StripRows(rows), width);
            WinogradStrips.Pad(Strip, area);
            (image, int slice) = (image / Plan.Slices, image % Plan.Slices);
            float* x = X + (image * XImage) + (y * XRow) + left;
            for (int c = 0; c < Channels; c += 16)
            {
                int from = slice + (Tap(c, out int channel) * Plan.StepDepth) - Plan.Front;
                float* at = x + (channel * XChannel) + (from * XSlice);
                int channels = Math.Min(16, Plan.InChannels - channel);
                if (from < 0 || from >= Plan.SlicesIn) new Span<float>(Strip, (int)Plan.StripFloats).Clear();
                else WinogradStrips.Read(at, XRow, XChannel, channels, XEnd, Strip, area, Spare);
                TransformInput(rows, columns, Inputs + ((long)tile * Plan.Inputs) + c);
            }

            (y, left) = (top * Plan.CellHigh, column * Plan.CellWide);
            area = WinogradStrips.Area.Of(Plan.OutHeight, Plan.OutWidth, y, left, rows * Plan.CellHigh, width);
            WinogradStrips.Pad(Strip, area);
            float* dy = Dy + (image * DyImage) + (slice * DySlice) + (OutChannel * DyChannel) + (y * DyRow) + left;
            for (int k = 0; k < OutChannels; k += 16)
            {
                int channels = Math.Min(16, OutChannels - k);
                WinogradStrips.Read(dy + (k * DyChannel), DyRow, DyChannel, channels, DyEnd, Strip, area, Spare);
                TransformOutput(rows, columns, Outputs + ((long)tile * Plan.Outputs) + k);
            }
        }
    }

    /// <summary>The tap of the first axis, and the channel, that a channel of the square stands for.</summary>
    private readonly int Tap(int channel, out int of)
    {
        int block = (Channel + channel) / 16;
        of = (block % Plan.InBlocks * 16) + (channel % 16);
        return block / Plan.InBlocks;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void TransformInput(int rows, int columns, float* to)
    {
        long row = Plan.StepHigh * (long)Plan.Pitch, column = Plan.StepWide * 16;
        for (int r = 0; r < rows; r++)
        {
            for (int q = 0; q < columns * Plan.Grids; q++, to += Plan.Inputs)
            {
                WinogradTransforms.Input(Plan.Form, First(r, q), row, column, to, Plan.InputPoint, Half);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void TransformOutput(int rows, int columns, float* to)
    {
        long row = Plan.StepHigh * (long)Plan.Pitch, column = Plan.StepWide * 16;
        for (int r = 0; r < rows; r++)
        {
            for (int q = 0; q < columns * Plan.Grids; q++, to += Plan.Outputs)
            {
                WinogradTransforms.Spread(Plan.Form.High, Plan.Form.Wide, First(r, q), row, column, to, Plan.OutputPoint, Half);
            }
        }
    }

    /// <summary>The first cell of the strip that a tile reads.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly float* First(int row, int tile)
    {
        if (Plan.Grids == 1)
        {
            return Strip + ((long)row * Plan.Form.High * Plan.Pitch) + (tile * Plan.Form.Wide * 16);
        }

        int cell = tile / Plan.Grids, grid = tile % Plan.Grids;
        int down = (row * Plan.CellHigh) + (grid / Plan.StepWide), across = (cell * Plan.CellWide) + (grid % Plan.StepWide);
        return Strip + ((long)down * Plan.Pitch) + (across * 16);
    }

    /// <summary>sums[c, k] (+)= sum over tiles of x[tile, c] dy[tile, k], at each point.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Multiply(int tiles, bool add)
    {
        int inner = Plan.Inputs, lanes = Plan.Outputs;
        float* x = Inputs, dy = Outputs, sums = Sums;
        for (int point = 0; point < Plan.Form.Points; point++)
        {
            for (int k = 0; k < OutChannels; k += GemmPlan.Columns)
            {
                for (int c = 0; c < Channels; c += GemmPlan.Rows)
                {
                    int rows = Math.Min(GemmPlan.Rows, Channels - c);
                    Gemm.Tile(x + c, 1, inner, dy + k, lanes, sums + (c * lanes) + k, lanes, tiles, add, rows, OutChannels - k > 16);
                }
            }

            x += Plan.InputPoint;
            dy += Plan.OutputPoint;
            sums += Plan.SumPoint;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Write()
    {
        WinogradForm form = Plan.Form;
        for (int c = 0; c < Channels; c++)
        {
            int tap = Tap(c, out int channel);
            for (int k = 0; k < OutChannels && channel < Plan.InChannels; k += 16)
            {
                float* sums = Sums + (c * Plan.Outputs) + k;
                WinogradTransforms.Collect(form.TapsHigh, form.TapsWide, sums, Plan.SumPoint, Spare, form.TapsWide * 16, 16, Half);
                ChannelBlocks.Transpose(Spare, 16, Spare + 256, 16);
                float* to = To + ((((long)channel * Plan.Groups * Plan.OutChannels) + OutChannel + k) * Plan.Kernel) + (tap * form.Taps);
                for (int lane = 0; lane < Math.Min(16, OutChannels - k); lane++, to += Plan.Kernel)
                {
                    Packing.Copy(Spare + 256 + (lane * 16), to, form.Taps);
                }
            }
        }
    }
}
