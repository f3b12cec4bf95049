namespace MiniTorch.Backends.Cpu.Kernels;

/// <summary>The walk of a direct tile: channels, then kernel rows, then kernel columns.</summary>
/// <param name="Channels">Input channels to sum over.</param>
/// <param name="Plane">Floats from one padded input plane to the next.</param>
/// <param name="Row">Floats from one tap to the next below.</param>
/// <param name="Column">Floats from one tap to the next in a row.</param>
/// <param name="Rows">Kernel rows that meet the input.</param>
/// <param name="Columns">Kernel columns.</param>
/// <param name="Skip">Weights to pass over between channels, for the kernel rows left out.</param>
internal readonly record struct DirectTile(long Channels, long Plane, long Row, long Column, long Rows, long Columns, long Skip);
