namespace MiniTorch.Backends.Cpu.Kernels;

/// <summary>The constants of a register tile; what a shape lacks, the compiler leaves out of its code.</summary>
internal interface IDirectShape
{
    /// <summary>Pixels: 7, 12 or 14.</summary>
    static abstract int Pixels { get; }

    /// <summary>Floats from one pixel to the next.</summary>
    static abstract int Along { get; }

    /// <summary>Vectors of output channels: 1 or 2.</summary>
    static abstract int Vectors { get; }
}

/// <summary>14 pixels by 32 output channels.</summary>
internal readonly struct Pixels14x2 : IDirectShape
{
    public static int Pixels => 14;

    public static int Along => 1;

    public static int Vectors => 2;
}

/// <summary>14 pixels by 16 output channels.</summary>
internal readonly struct Pixels14x1 : IDirectShape
{
    public static int Pixels => 14;

    public static int Along => 1;

    public static int Vectors => 1;
}

/// <summary>7 pixels by 32 output channels.</summary>
internal readonly struct Pixels7x2 : IDirectShape
{
    public static int Pixels => 7;

    public static int Along => 1;

    public static int Vectors => 2;
}

/// <summary>14 pixels, two cells apart, by 32 output channels.</summary>
internal readonly struct Halves14x2 : IDirectShape
{
    public static int Pixels => 14;

    public static int Along => 2;

    public static int Vectors => 2;
}

/// <summary>12 tiles, whose points are vectors, by 32 output channels.</summary>
internal readonly struct Tiles12x2 : IDirectShape
{
    public static int Pixels => 12;

    public static int Along => 16;

    public static int Vectors => 2;
}
