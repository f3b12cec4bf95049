using System.Runtime.InteropServices;
using MiniTorch.Backends.Cpu.Kernels;
using MiniTorch.Ir;

namespace MiniTorch.Backends.Cpu;

/// <summary>Steps one after the other.</summary>
internal sealed class Sequence(params IStep[] steps) : IStep
{
    /// <inheritdoc/>
    public void Run(Workers workers)
    {
        foreach (var step in steps) step.Run(workers);
    }
}

/// <summary>One scalar repeated over memory.</summary>
internal sealed unsafe class FillStep(nint value, nint to, int size, long count) : IStep
{
    /// <inheritdoc/>
    public void Run(Workers workers)
    {
        switch (size)
        {
            case 1: new Span<byte>((void*)to, (int)count).Fill(*(byte*)value); break;
            case 2: new Span<ushort>((void*)to, (int)count).Fill(*(ushort*)value); break;
            case 4: new Span<uint>((void*)to, (int)count).Fill(*(uint*)value); break;
            default: new Span<ulong>((void*)to, (int)count).Fill(*(ulong*)value); break;
        }
    }
}

/// <summary>Zeros.</summary>
internal sealed unsafe class ClearStep(nint to, long bytes) : IStep
{
    /// <inheritdoc/>
    public void Run(Workers workers) => NativeMemory.Clear((void*)to, (nuint)bytes);
}
