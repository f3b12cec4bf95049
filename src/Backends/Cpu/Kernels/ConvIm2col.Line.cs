using System.Runtime.CompilerServices;

namespace MiniTorch.Backends.Cpu.Kernels;

/// <content>One row of a panel.</content>
internal static unsafe partial class ConvIm2col
{
    /// <summary>The part of one output row that one tap takes from one input row: zeros, a run, zeros.</summary>
    private readonly struct Line
    {
        private readonly int _from, _to, _length, _at, _stride, _base;
        private readonly long _unit;

        public Line(ConvSpec s, int at, int live, int length)
        {
            (_at, _length, _stride, _base, _unit) = (at, length, s.Stride[^1], s.Base[^1], s.XSpatial[^1]);
            int end = ((s.In[^1] - 1) * _base) + 1;
            _from = Math.Clamp(at < 0 ? (-at + _stride - 1) / _stride : 0, 0, live);
            _to = Math.Clamp(at < end ? (end - at + _stride - 1) / _stride : 0, _from, live);
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Copy(float* x, long xStep, float* to, long toStep, int lines)
        {
            if (_length <= ShortRow)
            {
                for (int i = 0; i < _length; i++)
                {
                    int at = _at + (i * _stride);
                    Pixel(i >= _from && i < _to && at % _base == 0 ? x + (at / _base * _unit) : null, xStep, to + i, toStep, lines);
                }

                return;
            }

            for (; lines > 0; lines--, x += xStep, to += toStep)
            {
                for (int i = 0; i < _from; i++)
                {
                    to[i] = 0;
                }

                if (_base == 1 && _stride == 1 && _unit == 1)
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

        private void Gather(float* x, float* to)
        {
            int at = _at + (_from * _stride);
            for (int i = _from; i < _to; i++, at += _stride)
            {
                int cell = _base == 1 ? at : at / _base;
                to[i] = cell * _base == at ? x[cell * _unit] : 0;
            }
        }
    }
}
