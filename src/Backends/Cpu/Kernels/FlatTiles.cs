using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Vec = System.Runtime.Intrinsics.Vector512<float>;

namespace MiniTorch.Backends.Cpu.Kernels;

/// <summary>
/// Register tiles of a convolution over planes: tap q of a pixel at x lies at <c>x + offset[q]</c>; taps come in groups whose
/// mask is zero where a row has ended. The first weights of a block are what its channels begin with.
/// </summary>
internal static unsafe class FlatTiles
{
    /// <summary>Up to 8 output channels by up to 6 vectors of pixels; what a shape lacks, the compiler leaves out of its code.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Sum<TRows, TVectors>(float* a, float* x, FlatField* f, FlatAt* at, float* y, long ldy)
        where TRows : struct, ICount
        where TVectors : struct, ICount
    {
        Vec c00 = default, c01 = default, c02 = default, c03 = default, c04 = default, c05 = default;
        Vec c10 = default, c11 = default, c12 = default, c13 = default, c14 = default, c15 = default;
        Vec c20 = default, c21 = default, c22 = default, c23 = default, c24 = default, c25 = default;
        Vec c30 = default, c31 = default, c32 = default, c33 = default, c34 = default, c35 = default;
        Vec c40 = default, c41 = default, c42 = default, c43 = default, c44 = default, c45 = default;
        Vec c50 = default, c51 = default, c52 = default, c53 = default, c54 = default, c55 = default;
        Vec c60 = default, c61 = default, c62 = default, c63 = default, c64 = default, c65 = default;
        Vec c70 = default, c71 = default, c72 = default, c73 = default, c74 = default, c75 = default;
        Start(a, out c00, out c01, out c02, out c03, out c04, out c05);
        if (TRows.Count > 1) Start(a + 1, out c10, out c11, out c12, out c13, out c14, out c15);
        if (TRows.Count > 2) Start(a + 2, out c20, out c21, out c22, out c23, out c24, out c25);
        if (TRows.Count > 3) Start(a + 3, out c30, out c31, out c32, out c33, out c34, out c35);
        if (TRows.Count > 4) Start(a + 4, out c40, out c41, out c42, out c43, out c44, out c45);
        if (TRows.Count > 5) Start(a + 5, out c50, out c51, out c52, out c53, out c54, out c55);
        if (TRows.Count > 6) Start(a + 6, out c60, out c61, out c62, out c63, out c64, out c65);
        if (TRows.Count > 7) Start(a + 7, out c70, out c71, out c72, out c73, out c74, out c75);
        a += TRows.Count;
        float* x0 = x + at[0].X, x1 = x, x2 = x, x3 = x, x4 = x, x5 = x;
        if (TVectors.Count > 1) x1 = x + at[1].X;
        if (TVectors.Count > 2) x2 = x + at[2].X;
        if (TVectors.Count > 3) x3 = x + at[3].X;
        if (TVectors.Count > 4) x4 = x + at[4].X;
        if (TVectors.Count > 5) x5 = x + at[5].X;
        int* offset = f->Offset;
        float* masks = f->Masks;
        long each = f->Each, pitch = f->MaskPitch;
        for (int group = f->Groups; group > 0; group--, masks += pitch, offset += each)
        {
            Vec m0 = Vector512.Load(masks + at[0].Column), m1 = m0, m2 = m0, m3 = m0, m4 = m0, m5 = m0;
            if (TVectors.Count > 1) m1 = Vector512.Load(masks + at[1].Column);
            if (TVectors.Count > 2) m2 = Vector512.Load(masks + at[2].Column);
            if (TVectors.Count > 3) m3 = Vector512.Load(masks + at[3].Column);
            if (TVectors.Count > 4) m4 = Vector512.Load(masks + at[4].Column);
            if (TVectors.Count > 5) m5 = Vector512.Load(masks + at[5].Column);
            for (long q = 0; q < each; q++, a += TRows.Count)
            {
                long p = offset[q];
                Vec b0 = Vector512.Load(x0 + p) & m0, b1 = b0, b2 = b0, b3 = b0, b4 = b0, b5 = b0;
                if (TVectors.Count > 1) b1 = Vector512.Load(x1 + p) & m1;
                if (TVectors.Count > 2) b2 = Vector512.Load(x2 + p) & m2;
                if (TVectors.Count > 3) b3 = Vector512.Load(x3 + p) & m3;
                if (TVectors.Count > 4) b4 = Vector512.Load(x4 + p) & m4;
                if (TVectors.Count > 5) b5 = Vector512.Load(x5 + p) & m5;
                Add<TVectors>(a[0], b0, b1, b2, b3, b4, b5, ref c00, ref c01, ref c02, ref c03, ref c04, ref c05);
                if (TRows.Count > 1) Add<TVectors>(a[1], b0, b1, b2, b3, b4, b5, ref c10, ref c11, ref c12, ref c13, ref c14, ref c15);
                if (TRows.Count > 2) Add<TVectors>(a[2], b0, b1, b2, b3, b4, b5, ref c20, ref c21, ref c22, ref c23, ref c24, ref c25);
                if (TRows.Count > 3) Add<TVectors>(a[3], b0, b1, b2, b3, b4, b5, ref c30, ref c31, ref c32, ref c33, ref c34, ref c35);
                if (TRows.Count > 4) Add<TVectors>(a[4], b0, b1, b2, b3, b4, b5, ref c40, ref c41, ref c42, ref c43, ref c44, ref c45);
                if (TRows.Count > 5) Add<TVectors>(a[5], b0, b1, b2, b3, b4, b5, ref c50, ref c51, ref c52, ref c53, ref c54, ref c55);
                if (TRows.Count > 6) Add<TVectors>(a[6], b0, b1, b2, b3, b4, b5, ref c60, ref c61, ref c62, ref c63, ref c64, ref c65);
                if (TRows.Count > 7) Add<TVectors>(a[7], b0, b1, b2, b3, b4, b5, ref c70, ref c71, ref c72, ref c73, ref c74, ref c75);
            }
        }

        Vec least = Vector512.Create(f->Least), zero = Vector512.Create(f->Least == 0 ? f->Least : -0f);
        Store<TVectors>(y, at, least, zero, c00, c01, c02, c03, c04, c05);
        if (TRows.Count > 1) Store<TVectors>(y + ldy, at, least, zero, c10, c11, c12, c13, c14, c15);
        if (TRows.Count > 2) Store<TVectors>(y + (2 * ldy), at, least, zero, c20, c21, c22, c23, c24, c25);
        if (TRows.Count > 3) Store<TVectors>(y + (3 * ldy), at, least, zero, c30, c31, c32, c33, c34, c35);
        if (TRows.Count > 4) Store<TVectors>(y + (4 * ldy), at, least, zero, c40, c41, c42, c43, c44, c45);
        if (TRows.Count > 5) Store<TVectors>(y + (5 * ldy), at, least, zero, c50, c51, c52, c53, c54, c55);
        if (TRows.Count > 6) Store<TVectors>(y + (6 * ldy), at, least, zero, c60, c61, c62, c63, c64, c65);
        if (TRows.Count > 7) Store<TVectors>(y + (7 * ldy), at, least, zero, c70, c71, c72, c73, c74, c75);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Start(float* a, out Vec c0, out Vec c1, out Vec c2, out Vec c3, out Vec c4, out Vec c5)
    {
        c0 = Vector512.Create(*a);
        c1 = c2 = c3 = c4 = c5 = c0;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add<TVectors>(
        float a, Vec b0, Vec b1, Vec b2, Vec b3, Vec b4, Vec b5,
        ref Vec c0, ref Vec c1, ref Vec c2, ref Vec c3, ref Vec c4, ref Vec c5)
        where TVectors : struct, ICount
    {
        Vec w = Vector512.Create(a);
        c0 = Vector512.FusedMultiplyAdd(w, b0, c0);
        if (TVectors.Count > 1) c1 = Vector512.FusedMultiplyAdd(w, b1, c1);
        if (TVectors.Count > 2) c2 = Vector512.FusedMultiplyAdd(w, b2, c2);
        if (TVectors.Count > 3) c3 = Vector512.FusedMultiplyAdd(w, b3, c3);
        if (TVectors.Count > 4) c4 = Vector512.FusedMultiplyAdd(w, b4, c4);
        if (TVectors.Count > 5) c5 = Vector512.FusedMultiplyAdd(w, b5, c5);
    }

    /// <summary>Of two zeros the native maximum is the second, −0 too; the sum with one makes it what a maximum with 0 is.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<TVectors>(float* y, FlatAt* at, Vec least, Vec zero, Vec c0, Vec c1, Vec c2, Vec c3, Vec c4, Vec c5)
        where TVectors : struct, ICount
    {
        (Vector512.MaxNative(least, c0) + zero).Store(y + at[0].Y);
        if (TVectors.Count > 1) (Vector512.MaxNative(least, c1) + zero).Store(y + at[1].Y);
        if (TVectors.Count > 2) (Vector512.MaxNative(least, c2) + zero).Store(y + at[2].Y);
        if (TVectors.Count > 3) (Vector512.MaxNative(least, c3) + zero).Store(y + at[3].Y);
        if (TVectors.Count > 4) (Vector512.MaxNative(least, c4) + zero).Store(y + at[4].Y);
        if (TVectors.Count > 5) (Vector512.MaxNative(least, c5) + zero).Store(y + at[5].Y);
    }
}
