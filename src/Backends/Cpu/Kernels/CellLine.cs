using System.Runtime.CompilerServices;

namespace MiniTorch.Backends.Cpu.Kernels;

/// <summary>What a run of lanes takes from one input row: zeros, a stretch of cells, zeros.</summary>
internal readonly unsafe struct CellLine
{
    /// <summary>Up to so many lanes are copied one by one, each in all channels.</summary>
    private const int Short = 4;

    private readonly int _from, _to, _length, _at, _step, _base;
    private readonly long _unit;

    /// <param name="s">The convolution.</param>
    /// <param name="at">The place of the first lane in the row.</param>
    /// <param name="step">From lane to lane.</param>
    /// <param name="live">The first so many lanes may lie inside.</param>
    /// <param name="length">The lanes.</param>
    public CellLine(ConvSpec s, int at, int step, int live, int length)
    {
        (_at, _length, _step, _base, _unit) = (at, length, step, s.Base[^1], s.XSpatial[^1]);
        int end = ((s.In[^1] - 1) * _base) + 1;
        _from = Math.Clamp(at < 0 ? (-at + step - 1) / step : 0, 0, live);
        _to = Math.Clamp(at < end ? (end - at + step - 1) / step : 0, _from, live);
    }

    /// <summary>Of so many lines, as channels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Copy(float* x, long xStep, float* to, long toStep, int lines)
    {
        if (_length <= Short)
        {
            for (int i = 0; i < _length; i++)
            {
                int at = _at + (i * _step);
                Lane(i >= _from && i < _to && at % _base == 0 ? x + (at / _base * _unit) : null, xStep, to + i, toStep, lines);
            }

            return;
        }

        for (; lines > 0; lines--, x += xStep, to += toStep)
        {
            for (int i = 0; i < _from; i++)
            {
                to[i] = 0;
            }

            if (_base == 1 && _step == 1 && _unit == 1)
            {
                Packing.Copy(x + _at + _from, to + _from, _to - _from);
            }
            else
            {
                Gather(x, to);
            }

            for (int i = _to; i < _length; i++)
            {
                to[i] = 0;
            }
        }
    }

    /// <summary>One lane in all lines; zeros where it lies outside.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Lane(float* x, long xStep, float* to, long toStep, int lines)
    {
        if (x == null)
        {
            for (; lines > 0; lines--, to += toStep)
            {
                *to = 0;
            }

            return;
        }

        for (; lines > 0; lines--, x += xStep, to += toStep)
        {
            *to = *x;
        }
    }

    private void Gather(float* x, float* to)
    {
        int at = _at + (_from * _step);
        for (int i = _from; i < _to; i++, at += _step)
        {
            int cell = _base == 1 ? at : at / _base;
            to[i] = cell * _base == at ? x[cell * _unit] : 0;
        }
    }
}
