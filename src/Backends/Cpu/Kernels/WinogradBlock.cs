using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MiniTorch.Backends.Cpu.Kernels;

/// <summary>One block of tiles: transformed, multiplied at each of 36 points, transformed back.</summary>
internal unsafe struct WinogradBlock
{
    /// <summary>Half a transform, four tiles of y side by side, and two squares of sixteen by sixteen.</summary>
    public const int TemporaryFloats = 576 + 1024 + 512;

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
        Pixels = Half + 576;
        Spare = Pixels + 1024;
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
            for (int k = 0; k < channels; k++, first += YChannel)
            {
                if (Plan.ColumnBlocks == 1)
                {
                    finish.Done(first, height * wide);
                    continue;
                }

                for (int r = 0; r < height; r++)
                {
                    int left = Column * 4;
                    long count = Math.Min(Columns * 4, Plan.OutWidth - left) * (long)YLanes;
                    finish.Done(first + (r * wide) + ((long)left * YLanes), count);
                }
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

    /// <summary>Up to sixteen output channels, four tiles at a time.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Write(int channel, int channels, float* products)
    {
        for (int row = Row; row < Row + Rows; row++)
        {
            int image = row / Plan.TilesHigh, top = row % Plan.TilesHigh * 4, height = Math.Min(4, Plan.OutHeight - top);
            float* y = Y + (image * YBatch) + (channel / YLanes * YChannel) + ((long)top * Plan.OutWidth * YLanes);
            for (int q = 0, tiles; q < Columns; q += tiles)
            {
                tiles = Math.Min(4, Columns - q);
                for (int i = 0; i < tiles; i++, products += WinogradPlan.Lanes)
                {
                    WinogradTransforms.Output(products, Plan.OutputPoint, Pixels + (i * 64), 256, Half);
                }

                int left = (Column + q) * 4, width = Math.Min(tiles * 4, Plan.OutWidth - left);
                if (YLanes == 16)
                {
                    WinogradStrips.WriteBlocked(Pixels, height, width, y + (left * 16), Plan.OutWidth * 16L);
                    continue;
                }

                WinogradStrips.Write(Pixels, height, width, y + left, Plan.OutWidth, YChannel, channels, Spare);
            }
        }
    }
}
