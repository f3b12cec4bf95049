using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using MiniTorch.Ir;

namespace MiniTorch.Backends.Cpu;

/// <summary>Philox words, eight blocks of four at a time.</summary>
internal sealed unsafe class RandomStep : Parted
{
    private const int Blocks = 8;
    private const int Words = Blocks * 4;

    private readonly nint key, counter, to;
    private readonly long count, groups;

    public RandomStep(Ready r)
    {
        (key, counter, to, count) = (r.Arg(0).Base, r.Arg(1).Base, r.Result, r.Root.Type.Count);
        groups = (count + Words - 1) / Words;
        Parts = PartsFor(count * 4, groups);
    }

    protected override void Part(int part)
    {
        var (from, until) = Share(groups, part);
        var spare = stackalloc ulong[Words / 2];
        for (var group = from; group < until; group++)
        {
            var n = (int)Math.Min(Words, count - (group * Words));
            var target = (int*)to + (group * Words);
            Group(*(ulong*)key, *(ulong*)counter + (ulong)(group * Blocks), n == Words ? (ulong*)target : spare);
            if (n < Words) Unsafe.CopyBlockUnaligned(target, spare, (uint)n * 4);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Group(ulong key, ulong counter, ulong* to)
    {
        var low = Vector512.Create((ulong)uint.MaxValue);
        var at = Vector512.Create(counter) + Vector512<ulong>.Indices;
        Vector512<ulong> c0 = at & low, c1 = at >> 32, c2 = Vector512<ulong>.Zero, c3 = c2;
        uint k0 = (uint)key, k1 = (uint)(key >> 32);
        for (var round = 0; round < 10; round++)
        {
            var (a, b) = (c0 * Vector512.Create(0xD2511F53UL), c2 * Vector512.Create(0xCD9E8D57UL));
            (c0, c1) = ((b >> 32) ^ c1 ^ Vector512.Create((ulong)k0), b & low);
            (c2, c3) = ((a >> 32) ^ c3 ^ Vector512.Create((ulong)k1), a & low);
            unchecked { (k0, k1) = (k0 + 0x9E3779B9, k1 + 0xBB67AE85); }
        }
        Weave(c0 | (c1 << 32), c2 | (c3 << 32), to);
    }

    /// <summary>Stores an element of each in turn.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Weave(Vector512<ulong> first, Vector512<ulong> second, ulong* to)
    {
        if (Avx512F.IsSupported)
        {
            Avx512F.PermuteVar8x64x2(first, Vector512.Create(0UL, 8, 1, 9, 2, 10, 3, 11), second).Store(to);
            Avx512F.PermuteVar8x64x2(first, Vector512.Create(4UL, 12, 5, 13, 6, 14, 7, 15), second).Store(to + Blocks);
            return;
        }
        for (var i = 0; i < Blocks; i++) (to[2 * i], to[(2 * i) + 1]) = (first[i], second[i]);
    }
}
