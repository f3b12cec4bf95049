using System.Runtime.CompilerServices;
using MiniTorch.Backends.Cpu.Kernels;
using MiniTorch.Ir;

namespace MiniTorch.Backends.Cpu;

/// <summary>A copy from strided memory to strided memory.</summary>
internal sealed unsafe class CopyStep : Parted
{
    private const int Tile = 64;

    /// <summary>Bytes of a row that are copied here; longer ones the system's copy takes.</summary>
    private const int Short = 1024;

    private readonly byte* from, to;
    private readonly int size;
    private readonly long[] sizes, reads, writes;
    private readonly bool planes;
    private readonly long units;

    private CopyStep(byte* from, byte* to, int size, Axis[] axes, bool planes)
    {
        this.from = from;
        this.to = to;
        (this.size, this.planes) = (size, planes);
        sizes = [.. axes.Select(a => a.Size)];
        (reads, writes) = ([.. axes.Select(a => a.Strides[0])], [.. axes.Select(a => a.Strides[1])]);
        var count = sizes.Aggregate(1L, (p, n) => p * n);
        units = count == 0 ? 0 : planes ? sizes[..^2].Aggregate(1L, (p, n) => p * n) * Strips : count / sizes[^1];
        Parts = PartsFor(count, units);
    }

    private long Strips => (sizes[^2] + Tile - 1) / Tile;

    /// <summary>Copies the elements of one array to the places of another of the same shape.</summary>
    public static CopyStep Of(Strided from, Strided to)
    {
        var axes = Axes.Collapse(Enumerable.Range(0, from.Shape.Count)
            .Select(i => new Axis(from.Shape[i], [from.ByteStride(i), to.ByteStride(i)]))).ToList();
        if (axes.Count == 0) axes.Add(new(from.Shape.Contains(0) ? 0 : 1, [from.Bytes, from.Bytes]));
        var near = axes.FindIndex(a => a.Strides[0] == from.Bytes);
        var planes = near >= 0 && near < axes.Count - 1 && axes[^1].Strides[1] == from.Bytes && axes[^1].Size > 1;
        if (planes)
        {
            axes.Insert(axes.Count - 1, axes[near]);
            axes.RemoveAt(near);
        }
        return new((byte*)from.Base, (byte*)to.Base, from.Bytes, [.. axes], planes);
    }

    protected override void Part(int part)
    {
        var (first, last) = Share(units, part);
        switch (size)
        {
            case 1: Copy<byte>(first, last); break;
            case 2: Copy<ushort>(first, last); break;
            case 4: Copy<uint>(first, last); break;
            default: Copy<ulong>(first, last); break;
        }
    }

    private void Copy<T>(long first, long last)
        where T : unmanaged
    {
        if (first == last) return;
        if (!planes) Rows<T>(first, last);
        else for (var unit = first; unit < last; unit++) Plane<T>(unit);
    }

    /// <summary>Rows in order: from one to the next by counting, as a division a row takes longer than a short row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Rows<T>(long first, long last)
        where T : unmanaged
    {
        var outer = sizes.Length - 1;
        var at = stackalloc long[outer + 1];
        Offsets(first, outer - 1, out var x, out var y);
        for (var (axis, rest) = (outer - 1, first); axis >= 0; axis--) (rest, at[axis]) = Math.DivRem(rest, sizes[axis]);
        long n = sizes[^1], read = reads[^1], write = writes[^1];
        for (var row = first; row < last; row++)
        {
            Row<T>(x, y, n, read, write);
            for (var axis = outer - 1; axis >= 0; axis--)
            {
                x += reads[axis];
                y += writes[axis];
                if (++at[axis] < sizes[axis]) break;
                x -= sizes[axis] * reads[axis];
                y -= sizes[axis] * writes[axis];
                at[axis] = 0;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Row<T>(byte* x, byte* y, long n, long read, long write)
        where T : unmanaged
    {
        if (sizeof(T) == 4 && write == 4 && n * 4 <= Short && read is 4 or -4 or 8) Turns.Line((float*)x, read / 4, (float*)y, n);
        else if (read == sizeof(T) && write == sizeof(T)) Buffer.MemoryCopy(x, y, n * sizeof(T), n * sizeof(T));
        else if (read == 0 && write == sizeof(T)) new Span<T>(y, (int)n).Fill(*(T*)x);
        else Elements<T>(x, y, n, read, write);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Elements<T>(byte* x, byte* y, long n, long read, long write)
        where T : unmanaged
    {
        for (long i = 0; i < n; i++, x += read, y += write) *(T*)y = *(T*)x;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Plane<T>(long unit)
        where T : unmanaged
    {
        var (plane, strip) = Math.DivRem(unit, Strips);
        Offsets(plane, sizes.Length - 3, out var x, out var y);
        long top = strip * Tile, bottom = Math.Min(sizes[^2], top + Tile), write = writes[^2], read = reads[^1];
        for (long left = 0; left < sizes[^1]; left += Tile)
        {
            var width = (int)Math.Min(Tile, sizes[^1] - left);
            if (sizeof(T) == 4 && read % 4 == 0 && write % 4 == 0)
            {
                byte* corner = x + (top * sizeof(T)) + (left * read), target = y + (top * write) + (left * sizeof(T));
                Turns.Block((float*)corner, read / 4, (float*)target, write / 4, (int)(bottom - top), width);
                continue;
            }
            for (var i = top; i < bottom; i++)
            {
                var to = (T*)(y + (i * write)) + left;
                var from = x + (i * sizeof(T)) + (left * read);
                for (var j = 0; j < width; j++, from += read) to[j] = *(T*)from;
            }
        }
    }

    private void Offsets(long unit, int axis, out byte* x, out byte* y)
    {
        x = from;
        y = to;
        for (; axis >= 0; axis--)
        {
            (unit, var i) = Math.DivRem(unit, sizes[axis]);
            x += i * reads[axis];
            y += i * writes[axis];
        }
    }
}
