using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MiniTorch.Backends.Cpu;

/// <summary>An operand of a block program: where its elements lie as the loop walks its axes.</summary>
/// <param name="Base">The first element.</param>
/// <param name="Size">Bytes of an element.</param>
/// <param name="Value">Its place in the table of addresses.</param>
/// <param name="Buffer">Its buffer in the frame, for elements that are not read in place.</param>
/// <param name="Strides">In bytes along each axis.</param>
internal sealed unsafe record Load(nint Base, int Size, int Value, int Buffer, long[] Strides)
{
    /// <summary>It lies where the caller of the program says.</summary>
    public bool IsLocal => Base == 0;

    /// <summary>
    /// In place of the innermost stride: one vector of elements stands for every sixteen along a row, as a bias does beside
    /// blocks of channels. Runs then begin at multiples of sixteen.
    /// </summary>
    public const long Band = long.MaxValue;

    /// <summary>The same element everywhere.</summary>
    public bool IsSplat => Strides.All(s => s == 0);

    /// <summary>Elements of the innermost axis lie next to each other.</summary>
    public bool IsDense => Strides.Length > 0 && Strides[^1] == Size;

    /// <summary>Elements follow one another over all axes, the innermost first.</summary>
    public bool IsWhole(long[] sizes) =>
        Strides.Select((stride, axis) => stride == Size * sizes.Skip(axis + 1).Aggregate(1L, (p, n) => p * n)).All(follows => follows);

    /// <summary>Rows are long and each repeats one element, or one vector of them.</summary>
    public bool RepeatsRows(long[] sizes) => sizes.Length > 1 && Strides[^1] is 0 or Band && sizes[^1] >= BlockProgram.LongRow;

    /// <summary>What of it stands for a whole run.</summary>
    public Stands Standing(long[] sizes) => !IsSplat && !RepeatsRows(sizes) ? Stands.Not
        : Strides.Length > 0 && Strides[^1] == Band ? Stands.Vector : Stands.Element;

    /// <summary>Where element k of a row lies after its first.</summary>
    public long Inside(long k) => Strides[^1] == Band ? 0 : k * Strides[^1];

    /// <summary>Copies a run of n elements, and may write up to a vector more.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(byte* from, long stride, int size, byte* to, int n)
    {
        if (stride == size)
        {
            for (var i = 0; i < n * size; i += 64) Vector512.Load(from + i).Store(to + i);
            return;
        }
        if (stride == Band)
        {
            var band = Vector512.Load(from);
            for (var i = 0; i < n * size; i += 64) band.Store(to + i);
            return;
        }
        switch (size)
        {
            case 1: Elements(from, stride, to, n); break;
            case 2: Elements((ushort*)from, stride, (ushort*)to, n); break;
            case 4: Elements((uint*)from, stride, (uint*)to, n); break;
            default: Elements((ulong*)from, stride, (ulong*)to, n); break;
        }
    }

    /// <summary>Copies runs of at most a vector, one after the other; may write up to a vector more.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ShortRuns(byte* from, long step, int bytes, byte* to, long runs)
    {
        for (; runs > 0; runs--, from += step, to += bytes) Vector512.Load(from).Store(to);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Elements<T>(T* from, long stride, T* to, int n)
        where T : unmanaged
    {
        if (stride == 0)
        {
            Loops.Fill(to, *from, n);
            return;
        }
        for (var i = 0; i < n; i++, from = (T*)((byte*)from + stride)) to[i] = *from;
    }
}
