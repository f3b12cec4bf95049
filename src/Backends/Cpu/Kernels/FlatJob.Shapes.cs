namespace MiniTorch.Backends.Cpu.Kernels;

/// <content>Which convolutions need no planes, or planes without cells between rows.</content>
internal unsafe partial struct FlatJob
{
    /// <summary>Rows as long as the input's, of unit steps, whose taps reach only a little beyond a row's ends.</summary>
    private static bool IsEven(ConvSpec s) => s.Rank >= 2 && s.In[^1] == s.Out[^1] && s.Out[^2] * (long)s.Out[^1] >= 16
        && Array.TrueForAll(s.Stride, step => step == 1) && Array.TrueForAll(s.Base, step => step == 1)
        && Math.Abs(s.Lo[^1]) <= Reach && Math.Abs(((s.Kernel[^1] - 1) * s.Dilation[^1]) - s.Lo[^1]) <= Reach;

    /// <summary>No padding, no steps along a row, rows of a vector at least.</summary>
    private static bool IsBare(ConvSpec s)
    {
        bool bare = s.Stride[^1] == 1 && s.XSpatial[^1] == 1;
        long last = s.GroupIn * Math.Abs(s.XChannel);
        for (int axis = 0; axis < s.Rank; axis++)
        {
            int end = ((s.Out[axis] - 1) * s.Stride[axis]) + ((s.Kernel[axis] - 1) * s.Dilation[axis]);
            bare &= s.Lo[axis] == 0 && s.Base[axis] == 1 && end < s.In[axis];
            last += Math.Abs(s.XSpatial[axis]) * s.In[axis];
        }

        return bare && last < int.MaxValue && (s.Out[^1] >= 16 || (IsPoint(s) && s.Pixels >= 16));
    }

    /// <summary>One tap, and pixels that lie one after the other.</summary>
    private static bool IsPoint(ConvSpec s)
    {
        bool point = s.Taps == 1;
        long step = 1;
        for (int axis = s.Rank - 1; axis >= 0; axis--)
        {
            point &= s.Stride[axis] == 1 && s.Out[axis] == s.In[axis] && (s.In[axis] == 1 || s.XSpatial[axis] == step);
            step *= s.In[axis];
        }

        return point;
    }

    // A row's last vector overlaps the one before; flat planes have cells between rows and are copied out of.
    private readonly bool RowsAreBetter(ConvSpec s)
    {
        if (s.Base[^1] > 1 || s.Out[^1] < 16) return false;
        double rows = s.Pixels / s.Out[^1] * ((s.Out[^1] + 15) / 16), each = (double)K / Fields;
        double flat = (((double)Planes.OutD * Planes.OutH * Planes.Pitch) + 15) / 16 * Fields;
        return rows * each <= flat * (each + Gathering);
    }
}
