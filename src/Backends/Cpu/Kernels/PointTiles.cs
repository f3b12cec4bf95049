using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Vec = System.Runtime.Intrinsics.Vector512<float>;

namespace MiniTorch.Backends.Cpu.Kernels;

/// <summary>What the tiles of a convolution of one tap go through.</summary>
/// <param name="Channels">Input channels.</param>
/// <param name="Plane">Floats from a plane of the input to the next.</param>
/// <param name="Row">Floats from a plane of the output to the next.</param>
/// <param name="Last">Pixels from the first vector of a panel to its last, which may overlap the one before.</param>
/// <param name="Next">Floats from this panel to the one that comes next, which is asked for meanwhile; 0 where none does.</param>
/// <param name="Least">What is less becomes this.</param>
internal readonly record struct PointRun(long Channels, long Plane, long Row, long Last, long Next, float Least);

/// <summary>Register tiles of a convolution of one tap: 8 output channels by up to 3 vectors of pixels.</summary>
internal static unsafe class PointTiles
{
    /// <summary>Output channels of a tile.</summary>
    public const int Rows = 8;

    /// <summary>Most vectors of a tile.</summary>
    public const int Most = 3;

    /// <summary>
    /// Blocks of output channels, one after the other, over one panel of pixels; a block's weights, eight for each input
    /// channel, follow what its channels begin with.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Sum<TVectors>(in PointRun run, float* a, float* x, float* y, long blocks)
        where TVectors : struct, ICount
    {
        long channels = run.Channels, plane = run.Plane, row = run.Row, last = run.Last, next = run.Next;
        Vec least = Vector512.Create(run.Least), zero = Vector512.Create(run.Least == 0 ? run.Least : -0f);
        for (long block = 0; block < blocks; block++, y += Rows * row)
        {
            // One vector of each plane of the next panel a block: all at once would hold up what is needed now.
            long ahead = block < Most ? next + (16 * block) : 0;
            Start(a, out Vec c00, out Vec c01, out Vec c02);
            Start(a + 1, out Vec c10, out Vec c11, out Vec c12);
            Start(a + 2, out Vec c20, out Vec c21, out Vec c22);
            Start(a + 3, out Vec c30, out Vec c31, out Vec c32);
            Start(a + 4, out Vec c40, out Vec c41, out Vec c42);
            Start(a + 5, out Vec c50, out Vec c51, out Vec c52);
            Start(a + 6, out Vec c60, out Vec c61, out Vec c62);
            Start(a + 7, out Vec c70, out Vec c71, out Vec c72);
            a += Rows;
            float* p = x, q = x + last;
            for (long k = channels; k > 0; k--, a += Rows, p += plane, q += plane)
            {
                if (Sse.IsSupported) Sse.Prefetch0(p + ahead);
                Vec b2 = Vector512.Load(q), b0 = b2, b1 = b2;
                if (TVectors.Count > 1) b0 = Vector512.Load(p);
                if (TVectors.Count > 2) b1 = Vector512.Load(p + 16);
                Add<TVectors>(a[0], b0, b1, b2, ref c00, ref c01, ref c02);
                Add<TVectors>(a[1], b0, b1, b2, ref c10, ref c11, ref c12);
                Add<TVectors>(a[2], b0, b1, b2, ref c20, ref c21, ref c22);
                Add<TVectors>(a[3], b0, b1, b2, ref c30, ref c31, ref c32);
                Add<TVectors>(a[4], b0, b1, b2, ref c40, ref c41, ref c42);
                Add<TVectors>(a[5], b0, b1, b2, ref c50, ref c51, ref c52);
                Add<TVectors>(a[6], b0, b1, b2, ref c60, ref c61, ref c62);
                Add<TVectors>(a[7], b0, b1, b2, ref c70, ref c71, ref c72);
            }

            Store<TVectors>(y, last, least, zero, c00, c01, c02);
            Store<TVectors>(y + row, last, least, zero, c10, c11, c12);
            Store<TVectors>(y + (2 * row), last, least, zero, c20, c21, c22);
            Store<TVectors>(y + (3 * row), last, least, zero, c30, c31, c32);
            Store<TVectors>(y + (4 * row), last, least, zero, c40, c41, c42);
            Store<TVectors>(y + (5 * row), last, least, zero, c50, c51, c52);
            Store<TVectors>(y + (6 * row), last, least, zero, c60, c61, c62);
            Store<TVectors>(y + (7 * row), last, least, zero, c70, c71, c72);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Start(float* a, out Vec c0, out Vec c1, out Vec c2) => c0 = c1 = c2 = Vector512.Create(*a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add<TVectors>(float a, Vec b0, Vec b1, Vec b2, ref Vec c0, ref Vec c1, ref Vec c2)
        where TVectors : struct, ICount
    {
        Vec w = Vector512.Create(a);
        c2 = Vector512.FusedMultiplyAdd(w, b2, c2);
        if (TVectors.Count > 1) c0 = Vector512.FusedMultiplyAdd(w, b0, c0);
        if (TVectors.Count > 2) c1 = Vector512.FusedMultiplyAdd(w, b1, c1);
    }

    /// <summary>Of two zeros the native maximum is the second, −0 too; the sum with one makes it what a maximum with 0 is.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<TVectors>(float* y, long last, Vec least, Vec zero, Vec c0, Vec c1, Vec c2)
        where TVectors : struct, ICount
    {
        if (TVectors.Count > 1) (Vector512.MaxNative(least, c0) + zero).Store(y);
        if (TVectors.Count > 2) (Vector512.MaxNative(least, c1) + zero).Store(y + 16);
        (Vector512.MaxNative(least, c2) + zero).Store(y + last);
    }
}
