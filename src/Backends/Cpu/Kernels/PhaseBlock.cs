using System.Runtime.CompilerServices;

namespace MiniTorch.Backends.Cpu.Kernels;

/// <summary>Some rows of an image of a convolution by phases: transformed, multiplied at each point, transformed back.</summary>
internal readonly unsafe struct PhaseBlock
{
    private readonly PhasePlan _plan;
    private readonly ConvSpec _spec;
    private readonly WinogradForm _form;
    private readonly float* _tiles, _products, _lanes, _strip, _pixels, _spare;
    private readonly int* _place;

    public PhaseBlock(in PhasePlan plan, ConvSpec spec, float* scratch)
    {
        (_plan, _spec, _form) = (plan, spec, new(1, plan.Wide, 1, plan.Taps));
        _tiles = scratch;
        _products = _tiles + (PhasePlan.Points * (long)plan.InputPoint);
        _strip = _products + (PhasePlan.Points * (long)plan.OutputPoint);
        _lanes = _strip + (16 * plan.Cells);
        _pixels = _lanes + (16 * plan.Cells);
        _spare = _pixels + plan.PixelFloats;
        _place = (int*)(_spare + 256);
        new Span<float>(_lanes, 16 * plan.Cells).Clear();
    }

    private int Image => _place[0];

    /// <summary>The first row of y.</summary>
    private int Row => _place[1];

    private int Rows => Math.Min(_plan.Rows, _plan.OutHeight - Row);

    /// <summary>Goes to a block of rows, and transforms what it reads.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Take(int item, float* x)
    {
        (_place[0], _place[1]) = (item / _plan.RowBlocks, item % _plan.RowBlocks * _plan.Rows);
        int top = (Row * _plan.Down) - _plan.Top, rows = ((Rows - 1) * _plan.Down) + _plan.KernelHigh;
        long step = _spec.Rank == 1 ? 0 : _spec.XSpatial[0];
        for (int block = 0; block < _plan.Blocks; block++)
        {
            float* from = x + (Image * _spec.XBatch) + (block * _plan.Together * _spec.XChannel);
            int channels = Math.Min(_plan.Together, _plan.Channels - (block * _plan.Together));
            for (int r = 0; r < rows; r++)
            {
                float* to = _tiles + (block * _plan.BlockFloats) + (r * PhasePlan.Group * 16);
                bool inside = top + r >= 0 && top + r < _plan.Height;
                if (inside) Strip(from + ((top + r) * step), channels);
                Transform(to, inside);
            }
        }
    }

    /// <summary>The phases of a row of some channels, side by side.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Strip(float* x, int channels)
    {
        int phases = _plan.Phases, cells = _plan.Cells, reach = (_plan.Tiles * _plan.Wide) + _plan.Taps - 1;
        for (int lane = 0; lane < _plan.Together * phases; lane++)
        {
            int shift = (lane % phases) - _plan.Left, from = Math.Max(0, -shift + phases - 1) / phases;
            int until = Math.Min(reach, (_plan.Width - shift + phases - 1) / phases);
            float* line = _lanes + (lane * cells);
            if (lane / phases >= channels) new Span<float>(line, cells).Clear();
            if (lane / phases >= channels || until <= from) continue;
            Strides.Take(x + (lane / phases * _spec.XChannel) + shift + (from * phases), phases, line + from, until - from);
        }

        for (int q = 0; q < cells; q += 16) ChannelBlocks.Transpose(_lanes + q, cells, _strip + (q * 16), 16);
    }

    /// <summary>The tiles of a row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Transform(float* tiles, bool inside)
    {
        int wide = _plan.Wide, point = _plan.InputPoint;
        float* from = _strip;
        for (int left = _plan.Tiles; left > 0; left -= PhasePlan.Group, tiles += _plan.GroupFloats)
        {
            int count = Math.Min(PhasePlan.Group, left);
            for (int i = 0; i < count && inside; i++, from += wide * 16)
            {
                WinogradTransforms.Input(_form, from, 0, 16, tiles + (i * 16), point, null);
            }

            for (int i = 0; i < PhasePlan.Points && !inside; i++)
            {
                new Span<float>(tiles + (i * point), PhasePlan.Group * 16).Clear();
            }
        }
    }

    /// <summary>The products of 32 output channels, which begin with zero, but at one point with what is added to each output.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Multiply(float* u, float* zero, float* bias, int pointOfBias)
    {
        int rows = Rows, groups = _plan.Groups, step = _plan.Down * PhasePlan.Group * 16;
        DirectTile walk = new(
            _plan.Blocks, _plan.BlockFloats, PhasePlan.Group * 16, 1, _plan.KernelHigh, _plan.Together * _plan.Phases, 0);
        for (int point = 0; point < PhasePlan.Points; point++, u += _plan.WeightPoint)
        {
            float* v = _tiles + (point * (long)_plan.InputPoint), m = _products + (point * (long)_plan.OutputPoint);
            float* start = point == pointOfBias ? bias : zero;
            for (int r = 0; r < rows; r++, v += step)
            {
                for (int g = 0; g < groups; g++, m += PhasePlan.Group * PhasePlan.Lanes)
                {
                    DirectTiles.Sum<Tiles12x2>(v + (g * _plan.GroupFloats), u, walk, start, 0, m);
                }
            }
        }
    }

    /// <summary>Writes and tells of the rows of 32 output channels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Give(int block, float* y)
    {
        int rows = Rows, width = _plan.OutWidth, first = block * PhasePlan.Lanes;
        int last = Math.Min(first + PhasePlan.Lanes, _plan.OutChannels);
        long at = (Image * _spec.YBatch) + (first * _spec.YChannel) + ((long)Row * width);
        for (int o = first; o < last; o += 16)
        {
            float* products = _products + (o - first), to = y + at + ((o - first) * _spec.YChannel);
            for (int r = 0, band; r < rows; r += band, to += band * width)
            {
                band = Math.Min(_plan.Band, rows - r);
                Collect(products + ((long)r * _plan.Groups * PhasePlan.Group * PhasePlan.Lanes), band);
                WinogradStrips.Write(_pixels, band * width, to, _spec.YChannel, Math.Min(16, last - o), _spare);
            }
        }

        _spec.Finish?.Done(at, (long)rows * width, last - first, _spec.YChannel);
    }

    /// <summary>Some rows of sixteen output channels; what the last tile of a row spills is written after it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Collect(float* products, int rows)
    {
        int wide = _plan.Wide, tiles = _plan.Tiles, line = _plan.Groups * PhasePlan.Group * PhasePlan.Lanes, point = _plan.OutputPoint;
        float* pixels = _pixels;
        for (int r = 0; r < rows; r++, products += line, pixels += _plan.OutWidth * 16)
        {
            for (int q = 0; q < tiles; q++)
            {
                WinogradTransforms.Collect(1, wide, products + (q * PhasePlan.Lanes), point, pixels + (q * wide * 16), 0, 16, null);
            }
        }
    }
}
