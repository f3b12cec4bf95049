using System.Runtime.CompilerServices;

namespace MiniTorch.Backends.Cpu;

/// <summary>A program and where its results go.</summary>
/// <param name="Program">The program.</param>
/// <param name="Results">In the order of the program's.</param>
internal sealed unsafe record Targets(BlockProgram Program, Target[] Results)
{
    private readonly int[] locals = [.. Program.Locals.Values];

    /// <summary>So many elements, or a multiple of them, fill whole vectors of every result: no more than these are written.</summary>
    public int Whole { get; } = Results.Max(r => 64 / r.Size);

    /// <summary>
    /// Computes elements start to start + n into their places, and may write up to whole lines. Operands and results without an
    /// address, all of single precision, lie from home on.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Into(byte* frame, byte** at, long start, long n, byte* home = null)
    {
        foreach (var (place, to, size) in Results) at[place] = (to == 0 ? home : (byte*)to) + (start * size);
        Evaluate(frame, at, start, n, home);
    }

    /// <summary>
    /// The same for stretches of n elements, one every step elements, of which the program's code reads each as far on as the one
    /// before; what has no address lies from home on, and every pitch elements from there.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Into(byte* frame, byte** at, long start, long n, int stretches, long step, byte* home, long pitch)
    {
        foreach (var (place, to, size) in Results) at[place] = (to == 0 ? home : (byte*)to) + (start * size);
        foreach (var place in locals) at[place] = home + (start * sizeof(float));
        Program.Locate(frame, at, start, n, coded: true);
        for (; stretches > 0; stretches--)
        {
            Program.Step(at, n, step);
            foreach (var (place, to, size) in Results) at[place] += (to == 0 ? pitch : step) * size;
            foreach (var place in locals) at[place] += pitch * sizeof(float);
        }
    }

    /// <summary>Computes less than a line of elements and writes no others.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Exactly(byte* frame, byte** at, long start, long n, byte* home = null)
    {
        var spare = frame + Program.SpareOffset;
        for (var i = 0; i < Results.Length; i++) at[Results[i].Place] = spare + ((long)i * BlockProgram.BufferBytes);
        Evaluate(frame, at, start, n, home);
        foreach (var (place, to, size) in Results)
            Unsafe.CopyBlockUnaligned((to == 0 ? home : (byte*)to) + (start * size), at[place], (uint)(n * size));
    }

    private void Evaluate(byte* frame, byte** at, long start, long n, byte* home)
    {
        foreach (var place in locals) at[place] = home + (start * sizeof(float));
        Program.Evaluate(frame, at, start, n);
    }
}

/// <summary>Where a result goes.</summary>
/// <param name="Place">Its place in the table of addresses.</param>
/// <param name="To">Its memory.</param>
/// <param name="Size">Bytes of an element.</param>
internal sealed record Target(int Place, nint To, int Size);
