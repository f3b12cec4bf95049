using System.Runtime.CompilerServices;

namespace MiniTorch.Backends.Cpu;

/// <summary>A program and where its results go.</summary>
/// <param name="Program">The program.</param>
/// <param name="Results">In the order of the program's.</param>
internal sealed unsafe record Targets(BlockProgram Program, Target[] Results)
{
    /// <summary>So many elements, or a multiple of them, fill whole vectors of every result: no more than these are written.</summary>
    public int Whole { get; } = Results.Max(r => 64 / r.Size);

    /// <summary>Computes elements start to start + n into their places, and may write up to whole lines.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Into(byte* frame, byte** at, long start, long n)
    {
        foreach (var (place, to, size) in Results) at[place] = (byte*)to + (start * size);
        Program.Evaluate(frame, at, start, n);
    }

    /// <summary>Computes less than a line of elements and writes no others.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Exactly(byte* frame, byte** at, long start, long n)
    {
        var spare = frame + Program.SpareOffset;
        for (var i = 0; i < Results.Length; i++) at[Results[i].Place] = spare + ((long)i * BlockProgram.BufferBytes);
        Program.Evaluate(frame, at, start, n);
        for (var i = 0; i < Results.Length; i++)
            Unsafe.CopyBlockUnaligned((byte*)Results[i].To + (start * Results[i].Size), at[Results[i].Place], (uint)(n * Results[i].Size));
    }
}

/// <summary>Where a result goes.</summary>
/// <param name="Place">Its place in the table of addresses.</param>
/// <param name="To">Its memory.</param>
/// <param name="Size">Bytes of an element.</param>
internal sealed record Target(int Place, nint To, int Size);
