namespace MiniTorch.Backends.Cpu.Kernels;

/// <summary>What sizes alone say of a convolution by <see cref="ConvFlat"/>, made once for all its runs.</summary>
internal sealed unsafe class FlatTables
{
    private readonly int[] _memory;

    public FlatTables(ConvSpec s)
    {
        FlatJob job = new(s);
        _memory = GC.AllocateArray<int>((int)job.Tables + 16, pinned: true);
        fixed (int* first = _memory) job.Tabulate(s, (float*)(((nuint)first + 63) & ~(nuint)63));
        Job = job;
    }

    /// <summary>The job, but for the operands and the memory of a run.</summary>
    public FlatJob Job { get; }
}
