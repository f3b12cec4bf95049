namespace MiniTorch.Backends.Cpu.Kernels;

/// <summary>The weights of one output channel of a convolution.</summary>
internal static unsafe class ConvWeights
{
    /// <summary>Whether the weights of an output channel lie one after the other.</summary>
    public static bool Whole(ConvSpec s)
    {
        long step = 1;
        bool whole = s.WOut >= 0;
        for (int axis = s.Rank - 1; axis >= 0; axis--)
        {
            whole &= s.Kernel[axis] == 1 || s.WSpatial[axis] == step;
            step *= s.Kernel[axis];
        }

        return whole && (s.GroupIn == 1 || s.WIn == step);
    }

    /// <summary>Copies w[channels, kernel] in logical order, one float every <paramref name="step"/>.</summary>
    public static void Copy(ConvSpec s, float* w, int channels, float* to, int step)
    {
        int inner = s.Kernel[^1], lines = s.Taps / inner;
        long unit = s.WSpatial[^1];
        for (int i = 0; i < channels; i++)
        {
            for (int line = 0; line < lines; line++)
            {
                float* from = w + (i * s.WIn);
                for (int axis = s.Rank - 2, rest = line; axis >= 0; rest /= s.Kernel[axis], axis--)
                {
                    from += rest % s.Kernel[axis] * s.WSpatial[axis];
                }

                for (int q = 0; q < inner; q++, from += unit, to += step)
                {
                    *to = *from;
                }
            }
        }
    }
}
