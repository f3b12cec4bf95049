using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using MiniTorch.Backends.Cpu.Kernels;
using MiniTorch.Ir;

namespace MiniTorch.Backends.Cpu;

/// <summary>Sizes of gather and scatter_add: [batch, size, rest] at [batch, positions].</summary>
/// <param name="Batch">Pairs of data and indices.</param>
/// <param name="Positions">Indices in each.</param>
/// <param name="Size">What an index ranges over.</param>
/// <param name="Rest">Elements that move together.</param>
internal readonly record struct IndexSizes(long Batch, long Positions, long Size, long Rest)
{
    public static IndexSizes Of(Dims data, Dims index, int batch) => new(
        index.Slice(0, batch).Product, index.Slice(batch, index.Count - batch).Product, data[batch],
        data.Slice(batch + 1, data.Count - batch - 1).Product);
}

/// <summary>y[b, p, …] = x[b, i[b, p], …], zero where the index is outside.</summary>
internal sealed unsafe class GatherStep<T, I> : Parted
    where T : unmanaged
    where I : unmanaged, IBinaryInteger<I>
{
    private readonly IndexSizes s;
    private readonly nint x, index, y;

    public GatherStep(Ready r, Gather op)
    {
        s = IndexSizes.Of(r.Root.Args[0].Shape, r.Root.Args[1].Shape, op.Batch);
        (x, index, y) = (r.Arg(0).Base, r.Arg(1).Base, r.Result);
        Parts = PartsFor(r.Root.Type.Count, s.Batch * s.Positions);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override void Part(int part)
    {
        var (from, until) = Share(s.Batch * s.Positions, part);
        for (var at = from; at < until;)
        {
            var b = at / s.Positions;
            var end = Math.Min(until, (b + 1) * s.Positions);
            var data = (T*)x + (b * s.Size * s.Rest);
            if (s.Rest == 1) One(data, at, end);
            else Many(data, at, end);
            at = end;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void One(T* data, long from, long until)
    {
        var size = (ulong)s.Size;
        I* i = (I*)index;
        T* to = (T*)y;
        for (var at = from; at < until; at++)
        {
            var position = ulong.CreateTruncating(long.CreateTruncating(i[at]));
            to[at] = position < size ? data[position] : default;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Many(T* data, long from, long until)
    {
        var (rest, size) = (s.Rest, (ulong)s.Size);
        var floats = sizeof(T) == 4 && rest <= 1024;
        for (var at = from; at < until; at++)
        {
            var row = ulong.CreateTruncating(long.CreateTruncating(((I*)index)[at]));
            if (floats && row < size)
            {
                Turns.Line((float*)(data + ((long)row * rest)), 1, (float*)((T*)y + (at * rest)), rest);
                continue;
            }
            var position = long.CreateTruncating(((I*)index)[at]);
            var to = new Span<T>((T*)y + (at * s.Rest), (int)s.Rest);
            if (position >= 0 && position < s.Size) new Span<T>(data + (position * s.Rest), (int)s.Rest).CopyTo(to);
            else to.Clear();
        }
    }
}

/// <summary>How one element is added to another.</summary>
internal interface IAddition<T>
{
    static abstract T Add(T x, T y);
}

/// <summary>Sums of numbers.</summary>
internal readonly struct Plain<T> : IAddition<T>
    where T : INumber<T>
{
    public static T Add(T x, T y) => x + y;
}

/// <summary>Sums of bf16, rounded each time.</summary>
internal readonly struct BFloats : IAddition<ushort>
{
    public static ushort Add(ushort x, ushort y) =>
        Elements.ToBFloat16(Elements.FromBFloat16(x) + Elements.FromBFloat16(y));
}

/// <summary>y = 0, then y[b, i[b, p], …] += u[b, p, …] in order; a row of y is never shared by two parts.</summary>
internal sealed unsafe class ScatterAddStep<T, A, I> : Parted
    where T : unmanaged
    where A : struct, IAddition<T>
    where I : unmanaged, IBinaryInteger<I>
{
    /// <summary>Elements of a row that are worth looking at every index once more.</summary>
    private const int LongRow = 16;

    private readonly IndexSizes s;
    private readonly nint update, index, y;
    private readonly long ranges;

    public ScatterAddStep(Ready r, ScatterAdd op)
    {
        s = IndexSizes.Of(r.Root.Shape, r.Root.Args[1].Shape, op.Batch);
        (update, index, y) = (r.Arg(0).Base, r.Arg(1).Base, r.Result);
        ranges = s.Batch >= 8 || s.Rest < LongRow ? 1 : Math.Min(8, Math.Max(1, s.Size));
        Parts = PartsFor(r.Root.Type.Count + r.Root.Args[0].Type.Count, s.Batch * ranges);
    }

    /// <summary>A unit is a range of the rows of one batch: it adds the updates that fall into it, in their order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override void Part(int part)
    {
        var (from, until) = Share(s.Batch * ranges, part);
        for (var unit = from; unit < until; unit++)
        {
            var (b, range) = Math.DivRem(unit, ranges);
            var (low, high) = (s.Size * range / ranges, s.Size * (range + 1) / ranges);
            var to = (T*)y + (((b * s.Size) + low) * s.Rest);
            new Span<T>(to, (int)((high - low) * s.Rest)).Clear();
            Item(to, (T*)update + (b * s.Positions * s.Rest), (I*)index + (b * s.Positions), low, high - low);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Item(T* to, T* from, I* i, long low, long rows)
    {
        var (positions, rest) = (s.Positions, s.Rest);
        for (long p = 0; p < positions; p++, from += rest)
        {
            var position = (ulong)(long.CreateTruncating(i[p]) - low);
            if (position >= (ulong)rows) continue;
            AddRow(to + ((long)position * rest), from, rest);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddRow(T* row, T* from, long rest)
    {
        long k = 0;
        if (typeof(T) == typeof(float))
        {
            for (; k + 16 <= rest; k += 16)
                (Vector512.Load((float*)row + k) + Vector512.Load((float*)from + k)).Store((float*)row + k);
        }
        for (; k < rest; k++) row[k] = A.Add(row[k], from[k]);
    }
}

/// <summary>Readies gather and scatter_add by element and index type.</summary>
internal static class Indexing
{
    public static IStep Of(Ready r, Gather op) => r.Root.Type.Element.Bytes switch
    {
        1 => Gathers<byte>(r, op),
        2 => Gathers<ushort>(r, op),
        4 => Gathers<uint>(r, op),
        var _ => Gathers<ulong>(r, op),
    };

    public static IStep Of(Ready r, ScatterAdd op) => r.Root.Type.Element.Kind switch
    {
        ElementKind.U8 => Scatters<byte, Plain<byte>>(r, op),
        ElementKind.I32 => Scatters<int, Plain<int>>(r, op),
        ElementKind.I64 => Scatters<long, Plain<long>>(r, op),
        ElementKind.F16 => Scatters<Half, Plain<Half>>(r, op),
        ElementKind.BF16 => Scatters<ushort, BFloats>(r, op),
        ElementKind.F32 => Scatters<float, Plain<float>>(r, op),
        ElementKind.F64 => Scatters<double, Plain<double>>(r, op),
        var other => throw new InvalidOperationException($"element kind {other}"),
    };

    private static IStep Gathers<T>(Ready r, Gather op)
        where T : unmanaged => IsLong(r) ? new GatherStep<T, long>(r, op) : new GatherStep<T, int>(r, op);

    private static IStep Scatters<T, A>(Ready r, ScatterAdd op)
        where T : unmanaged
        where A : struct, IAddition<T> =>
        IsLong(r) ? new ScatterAddStep<T, A, long>(r, op) : new ScatterAddStep<T, A, int>(r, op);

    private static bool IsLong(Ready r) => r.Root.Args[1].Type.Element == ElementType.I64;
}
