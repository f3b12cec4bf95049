using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MiniTorch.Backends.Cpu.Kernels;

/// <summary>One block of tiles: transformed, multiplied at each of 36 points, transformed back.</summary>
internal unsafe struct WinogradBlock
{
    /// <summary>Half a transform, and two squares of sixteen by sixteen.</summary>
    public const int TemporaryFloats = 576 + 512;

    public WinogradPlan Plan;
    public float* X, Y, Weights, Strip, Tiles, Products, Half, Pixels, Spare, End;
    public long XBatch, XChannel, XRow, YBatch, YChannel;
    public int Row, Rows, Column, Columns, XLanes, YLanes;
    public GCHandle Finish;

    /// <summary>Takes the next <see cref="WinogradPlan.ThreadFloats"/> as working memory.</summary>
    public void Place(float* scratch)
    {
        Tiles = scratch;
        Products = Tiles + (WinogradPlan.Points * Plan.InputPoint);
        Strip = Products + (WinogradPlan.Points * Plan.OutputPoint);
        Half = Strip + Plan.StripFloats;
        Spare = Half + 576;
        Pixels = Spare + 512;
    }

    public void Run()
    {
        Read();
        for (int block = 0; block < Plan.OutBlocks; block++)
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
            int image = row / Plan.TilesHigh, top = row % Plan.TilesHigh;
            rows = Math.Min(Plan.TilesHigh - top, Row + Rows - row);
            int height = Math.Min(rows * 4, Plan.OutHeight - (top * 4));
            long wide = (long)Plan.OutWidth * YLanes, first = (image * YBatch) + (channel * YChannel) + (top * 4 * wide);
            if (Plan.ColumnBlocks > 1)
            {
                Tell(finish, first + ((long)Column * 4 * YLanes), channels, height);
            }
            else if (rows == Plan.TilesHigh)
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

    private readonly void Tell(Finish finish, long first, int channels, int height)
    {
        long wide = (long)Plan.OutWidth * YLanes, count = Math.Min(Columns * 4, Plan.OutWidth - (Column * 4)) * (long)YLanes;
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
            int image = row / Plan.TilesHigh, top = row % Plan.TilesHigh;
            rows = Math.Min(Plan.TilesHigh - top, Row + Rows - row);
            int y = (top * 4) - Plan.Top, left = (Column * 4) - Plan.Left;
            var area = WinogradStrips.Area.Of(Plan.Height, Plan.Width, y, left, (rows * 4) + 2, Plan.StripPitch / 16);
            WinogradStrips.Pad(Strip, area);
            float* x = X + (image * XBatch) + (y * XRow) + ((long)left * XLanes);
            for (int block = 0; block < Plan.ChannelBlocks; block++, x += 16 / XLanes * XChannel)
            {
                if (XLanes == 16)
                {
                    WinogradStrips.ReadBlocked(x, XRow, Strip, area);
                }
                else
                {
                    int channels = Math.Min(16, Plan.Channels - (block * 16));
                    WinogradStrips.Read(x, XRow, XChannel, channels, End, Strip, area, Spare);
                }

                Transform((row - Row) * Columns, rows, Tiles + (block * WinogradPlan.Group * 16));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Transform(int tile, int rows, float* tiles)
    {
        for (int r = 0; r < rows; r++)
        {
            float* strip = Strip + ((long)r * 4 * Plan.StripPitch);
            for (int q = 0; q < Columns; q++, tile++, strip += 64)
            {
                float* to = tiles + ((long)(tile / WinogradPlan.Group) * Plan.GroupFloats) + (tile % WinogradPlan.Group * 16);
                WinogradTransforms.Input(strip, Plan.StripPitch, to, Plan.InputPoint, Half);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Multiply(int block, bool wide)
    {
        float* u = Weights + (block * Plan.WeightBlock), v = Tiles, m = Products;
        int tiles = Rows * Columns;
        for (int point = 0; point < WinogradPlan.Points; point++)
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

    /// <summary>Up to sixteen output channels, a row of tiles at a time.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Write(int channel, int channels, float* products)
    {
        int left = Column * 4, width = Math.Min(Columns * 4, Plan.OutWidth - left);
        for (int row = Row; row < Row + Rows; row++, products += Columns * WinogradPlan.Lanes)
        {
            int image = row / Plan.TilesHigh, top = row % Plan.TilesHigh * 4, height = Math.Min(4, Plan.OutHeight - top);

            // A last tile that is not whole spills into the row below, which is written after it.
            for (int q = Columns - 1; q >= 0; q--)
            {
                float* to = Pixels + (q * 64), from = products + (q * WinogradPlan.Lanes);
                WinogradTransforms.Output(from, Plan.OutputPoint, to, width * 16, Half);
            }

            float* y = Y + (image * YBatch) + (channel / YLanes * YChannel) + ((((long)top * Plan.OutWidth) + left) * YLanes);
            int lines = Plan.ColumnBlocks == 1 ? 1 : height, pixels = width * height / lines;
            for (int r = 0; r < lines; r++, y += (long)Plan.OutWidth * YLanes)
            {
                float* line = Pixels + (r * width * 16);
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
