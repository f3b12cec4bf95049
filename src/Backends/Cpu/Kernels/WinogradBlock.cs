using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MiniTorch.Backends.Cpu.Kernels;

/// <summary>One block of tiles: transformed, multiplied at each point, transformed back.</summary>
internal unsafe struct WinogradBlock
{
    /// <summary>Half a transform, two squares of sixteen by sixteen, and what is added to sixteen channels.</summary>
    public const int TemporaryFloats = WinogradTransforms.HalfFloats + 512 + 16;

    public WinogradPlan Plan;
    public float* X, Y, Weights, Strip, Tiles, Products, Half, Pixels, Spare, Added, Bias, End;
    public long XBatch, XGroup, XChannel, XDepth, XRow, YBatch, YChannel, First;
    public int Row, Rows, Column, Columns, XLanes, YLanes, OutFrom, OutTo;
    public GCHandle Finish;

    /// <summary>Takes the next <see cref="WinogradPlan.ThreadFloats"/> as working memory.</summary>
    public void Place(float* scratch)
    {
        Tiles = scratch;
        Products = Tiles + (Plan.Points * Plan.InputPoint);
        Strip = Products + (Plan.Points * Plan.OutputPoint);
        Half = Strip + Plan.StripFloats;
        Spare = Half + WinogradTransforms.HalfFloats;
        Added = Spare + 512;
        Pixels = Added + 16;
    }

    /// <summary>Goes to a group of channels.</summary>
    public void Take(int group)
    {
        First = (long)group * Plan.OutChannels * YChannel;
        X += group * XGroup;
        Y += First;
        Weights += group * Plan.WeightFloats;
        Bias += Bias == null ? 0 : group * Plan.OutChannels;
    }

    /// <summary>The outputs of the channels from block <see cref="OutFrom"/> of 32 to <see cref="OutTo"/>.</summary>
    public void Run()
    {
        Read();
        for (int block = OutFrom; block < OutTo; block++)
        {
            int lanes = Math.Min(WinogradPlan.Lanes, Plan.OutChannels - (block * WinogradPlan.Lanes));
            Multiply(block, lanes > 16);
            Write(block * WinogradPlan.Lanes, Math.Min(lanes, 16), Products);
            if (lanes > 16)
            {
                Write((block * WinogradPlan.Lanes) + 16, lanes - 16, Products + 16);
            }

            if (Finish.IsAllocated)
            {
                Tell((Finish)Finish.Target!, block * WinogradPlan.Lanes, lanes);
            }
        }
    }

    /// <summary>Tells of the planes, or of their rows, that the block has written.</summary>
    private readonly void Tell(Finish finish, int channel, int channels)
    {
        (channel, channels) = (channel / YLanes, (channels + YLanes - 1) / YLanes);
        for (int row = Row, rows; row < Row + Rows; row += rows)
        {
            int image = row / Plan.CellsHigh, top = row % Plan.CellsHigh;
            rows = Math.Min(Plan.CellsHigh - top, Row + Rows - row);
            int height = Math.Min(rows * Plan.CellHigh, Plan.OutHeight - (top * Plan.CellHigh));
            long wide = (long)Plan.OutWidth * YLanes, plane = First + Image(image) + (channel * YChannel);
            long first = plane + (top * Plan.CellHigh * wide);
            if (Plan.ColumnBlocks > 1)
            {
                Tell(finish, first + ((long)Column * Plan.CellWide * YLanes), channels, height);
            }
            else if (rows == Plan.CellsHigh && !Plan.Outer)
            {
                finish.Done(first, channels * YChannel);
            }
            else
            {
                for (int k = 0; k < channels; k++)
                {
                    finish.Done(first + (k * YChannel), height * wide);
                }
            }
        }
    }

    /// <summary>Where an image's first channel begins in y.</summary>
    private readonly long Image(int image) =>
        (image / Plan.Slices * YBatch) + ((long)(image % Plan.Slices) * Plan.OutHeight * Plan.OutWidth);

    private readonly void Tell(Finish finish, long first, int channels, int height)
    {
        int left = Column * Plan.CellWide, width = Math.Min(Columns * Plan.CellWide, Plan.OutWidth - left);
        long wide = (long)Plan.OutWidth * YLanes, count = (long)width * YLanes;
        for (int k = 0; k < channels; k++)
        {
            for (int r = 0; r < height; r++)
            {
                finish.Done(first + (k * YChannel) + (r * wide), count);
            }
        }
    }

    /// <summary>The transformed tiles, image by image.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Read()
    {
        for (int row = Row, rows; row < Row + Rows; row += rows)
        {
            int image = row / Plan.CellsHigh, top = row % Plan.CellsHigh;
            rows = Math.Min(Plan.CellsHigh - top, Row + Rows - row);
            int y = (top * Plan.CellHigh) - Plan.Top, left = (Column * Plan.CellWide) - Plan.Left;
            var area = WinogradStrips.Area.Of(Plan.Height, Plan.Width, y, left, Plan.StripRows(rows), Plan.StripPitch / 16);
            WinogradStrips.Pad(Strip, area);
            float* x = X + (image / Plan.Slices * XBatch) + (y * XRow) + ((long)left * XLanes);
            int front = (image % Plan.Slices) - Plan.Front;
            for (int block = 0; block < Plan.ChannelBlocks; block++)
            {
                int depth = front + (block / Plan.InBlocks * Plan.StepDepth), channel = block % Plan.InBlocks * 16;
                float* from = x + (depth * XDepth) + (channel / XLanes * XChannel);
                if (depth < 0 || depth >= Plan.DepthIn)
                {
                    new Span<float>(Strip, (int)Plan.StripFloats).Clear();
                }
                else if (XLanes == 16)
                {
                    WinogradStrips.ReadBlocked(from, XRow, Strip, area);
                }
                else
                {
                    int channels = Math.Min(16, Plan.InChannels - channel);
                    WinogradStrips.Read(from, XRow, XChannel, channels, End, Strip, area, Spare);
                }

                Transform((row - Row) * Columns * Plan.Grids, rows, Tiles + (block * WinogradPlan.Group * 16));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Transform(int tile, int rows, float* tiles)
    {
        for (int r = 0; r < rows; r++)
        {
            float* strip = Strip + ((long)r * Plan.CellHigh * Plan.StripPitch);
            for (int q = 0; q < Columns * Plan.Grids; q++, tile++)
            {
                float* from = strip + (FirstPixel(q, out int below) * 16) + ((long)below * Plan.StripPitch);
                float* to = tiles + ((long)(tile / WinogradPlan.Group) * Plan.GroupFloats) + (tile % WinogradPlan.Group * 16);
                WinogradTransforms.Input(
                    Plan.Form, from, Plan.StepHigh * Plan.StripPitch, Plan.StepWide * 16, to, Plan.InputPoint, Half);
            }
        }
    }

    /// <summary>The column, and the row of its row of cells, of a tile's first pixel.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly int FirstPixel(int tile, out int row)
    {
        if (Plan.Grids == 1)
        {
            row = 0;
            return tile * Plan.CellWide;
        }

        int cell = tile / Plan.Grids, grid = tile % Plan.Grids;
        row = grid / Plan.StepWide;
        return (cell * Plan.CellWide) + (grid % Plan.StepWide);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Multiply(int block, bool wide)
    {
        float* u = Weights + (block * Plan.WeightBlock), v = Tiles, m = Products;
        int tiles = Rows * Columns * Plan.Grids;
        for (int point = 0; point < Plan.Points; point++)
        {
            float* from = v, to = m;
            for (int left = tiles; left > 0; left -= WinogradPlan.Group)
            {
                Group(from, u, to, Plan.Channels, left, wide);
                from += Plan.GroupFloats;
                to += WinogradPlan.Group * WinogradPlan.Lanes;
            }

            u += Plan.WeightPoint;
            v += Plan.InputPoint;
            m += Plan.OutputPoint;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Group(float* v, float* u, float* m, long channels, int tiles, bool wide)
    {
        switch (tiles)
        {
            case > 8 when wide: WinogradTiles.Rows12x2(v, u, m, channels); break;
            case > 8: WinogradTiles.Rows12x1(v, u, m, channels); break;
            case > 4 when wide: WinogradTiles.Rows8x2(v, u, m, channels); break;
            case > 4: WinogradTiles.Rows8x1(v, u, m, channels); break;
            case > 0 when wide: WinogradTiles.Rows4x2(v, u, m, channels); break;
            default: WinogradTiles.Rows4x1(v, u, m, channels); break;
        }
    }

    /// <summary>Up to sixteen output channels, a row of cells at a time.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Write(int channel, int channels, float* products)
    {
        int left = Column * Plan.CellWide, width = Math.Min(Columns * Plan.CellWide, Plan.OutWidth - left);
        int pitch = Plan.PixelPitch, tiles = Columns * Plan.Grids;
        float* bias = Bias == null ? null : Added;
        if (bias != null)
        {
            Packing.Copy(Bias + channel, bias, channels);
        }

        for (int row = Row; row < Row + Rows; row++, products += tiles * WinogradPlan.Lanes)
        {
            int image = row / Plan.CellsHigh, top = row % Plan.CellsHigh * Plan.CellHigh;
            int height = Math.Min(Plan.CellHigh, Plan.OutHeight - top);

            // A last tile that is not whole spills into the row below, which is written after it.
            for (int q = tiles - 1; q >= 0; q--)
            {
                float* to = Pixels + (FirstPixel(q, out int below) * 16) + (below * pitch * 16), from = products + (q * WinogradPlan.Lanes);
                WinogradTransforms.Collect(
                    Plan.Form.High, Plan.Form.Wide, from, Plan.OutputPoint,
                    to, Plan.StepHigh * pitch * 16, Plan.StepWide * 16, Half, bias);
            }

            float* y = Y + Image(image) + (channel / YLanes * YChannel) + ((((long)top * Plan.OutWidth) + left) * YLanes);
            int lines = pitch == Plan.OutWidth ? 1 : height, pixels = width * height / lines;
            for (int r = 0; r < lines; r++, y += (long)Plan.OutWidth * YLanes)
            {
                float* line = Pixels + (r * pitch * 16);
                if (YLanes == 16)
                {
                    Packing.Copy(line, y, pixels * 16);
                }
                else
                {
                    WinogradStrips.Write(line, pixels, y, YChannel, channels, Spare);
                }
            }
        }
    }
}
