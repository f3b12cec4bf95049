using System.Runtime.CompilerServices;

namespace MiniTorch.Backends.Cpu;

/// <summary>A program and where its results go.</summary>
/// <param name="Program">The program.</param>
/// <param name="Results">Of each result its place in the table of addresses, its memory, and bytes of an element.</param>
internal sealed unsafe record Targets(BlockProgram Program, (int Place, nint To, int Size)[] Results)
{
    /// <summary>Whether n elements fill whole lines of every result, so that no more than these are written.</summary>
    public static bool IsWhole(long n) => n % 64 == 0;

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
