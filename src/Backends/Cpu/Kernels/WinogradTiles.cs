using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Vec = System.Runtime.Intrinsics.Vector512<float>;

namespace MiniTorch.Backends.Cpu.Kernels;

/// <summary>
/// Register tiles of a blocked product: <c>m[t,k] = sum over c of v[c / 16, t, c % 16] u[c, k]</c>, twelve tiles to a block.
/// </summary>
internal static unsafe class WinogradTiles
{
    private const int Step = WinogradPlan.Group * 16;

    /// <summary>12 tiles by 32 output channels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Rows12x2(float* v, float* u, float* m, long channels)
    {
        Vec c0_0 = Vec.Zero, c0_1 = Vec.Zero, c1_0 = Vec.Zero, c1_1 = Vec.Zero, c2_0 = Vec.Zero, c2_1 = Vec.Zero,
        c3_0 = Vec.Zero, c3_1 = Vec.Zero, c4_0 = Vec.Zero, c4_1 = Vec.Zero, c5_0 = Vec.Zero, c5_1 = Vec.Zero,
        c6_0 = Vec.Zero, c6_1 = Vec.Zero, c7_0 = Vec.Zero, c7_1 = Vec.Zero, c8_0 = Vec.Zero, c8_1 = Vec.Zero,
        c9_0 = Vec.Zero, c9_1 = Vec.Zero, c10_0 = Vec.Zero, c10_1 = Vec.Zero, c11_0 = Vec.Zero, c11_1 = Vec.Zero;
        for (; channels > 0; channels -= 16, v += Step)
        {
            float* x = v;
            for (long n = Math.Min(channels, 16); n > 0; n--, x++, u += WinogradPlan.Lanes)
            {
                Vec b0 = Vector512.Load(u); Vec b1 = Vector512.Load(u + 16);
                Vec a = Vector512.Create(x[0]); c0_0 = Vector512.FusedMultiplyAdd(a, b0, c0_0);
                c0_1 = Vector512.FusedMultiplyAdd(a, b1, c0_1);
                a = Vector512.Create(x[16]); c1_0 = Vector512.FusedMultiplyAdd(a, b0, c1_0);
                c1_1 = Vector512.FusedMultiplyAdd(a, b1, c1_1);
                a = Vector512.Create(x[32]); c2_0 = Vector512.FusedMultiplyAdd(a, b0, c2_0);
                c2_1 = Vector512.FusedMultiplyAdd(a, b1, c2_1);
                a = Vector512.Create(x[48]); c3_0 = Vector512.FusedMultiplyAdd(a, b0, c3_0);
                c3_1 = Vector512.FusedMultiplyAdd(a, b1, c3_1);
                a = Vector512.Create(x[64]); c4_0 = Vector512.FusedMultiplyAdd(a, b0, c4_0);
                c4_1 = Vector512.FusedMultiplyAdd(a, b1, c4_1);
                a = Vector512.Create(x[80]); c5_0 = Vector512.FusedMultiplyAdd(a, b0, c5_0);
                c5_1 = Vector512.FusedMultiplyAdd(a, b1, c5_1);
                a = Vector512.Create(x[96]); c6_0 = Vector512.FusedMultiplyAdd(a, b0, c6_0);
                c6_1 = Vector512.FusedMultiplyAdd(a, b1, c6_1);
                a = Vector512.Create(x[112]); c7_0 = Vector512.FusedMultiplyAdd(a, b0, c7_0);
                c7_1 = Vector512.FusedMultiplyAdd(a, b1, c7_1);
                a = Vector512.Create(x[128]); c8_0 = Vector512.FusedMultiplyAdd(a, b0, c8_0);
                c8_1 = Vector512.FusedMultiplyAdd(a, b1, c8_1);
                a = Vector512.Create(x[144]); c9_0 = Vector512.FusedMultiplyAdd(a, b0, c9_0);
                c9_1 = Vector512.FusedMultiplyAdd(a, b1, c9_1);
                a = Vector512.Create(x[160]); c10_0 = Vector512.FusedMultiplyAdd(a, b0, c10_0);
                c10_1 = Vector512.FusedMultiplyAdd(a, b1, c10_1);
                a = Vector512.Create(x[176]); c11_0 = Vector512.FusedMultiplyAdd(a, b0, c11_0);
                c11_1 = Vector512.FusedMultiplyAdd(a, b1, c11_1);
            }
        }

        c0_0.Store(m + 0); c0_1.Store(m + 16); c1_0.Store(m + 32); c1_1.Store(m + 48); c2_0.Store(m + 64);
        c2_1.Store(m + 80); c3_0.Store(m + 96); c3_1.Store(m + 112); c4_0.Store(m + 128); c4_1.Store(m + 144);
        c5_0.Store(m + 160); c5_1.Store(m + 176); c6_0.Store(m + 192); c6_1.Store(m + 208); c7_0.Store(m + 224);
        c7_1.Store(m + 240); c8_0.Store(m + 256); c8_1.Store(m + 272); c9_0.Store(m + 288); c9_1.Store(m + 304);
        c10_0.Store(m + 320); c10_1.Store(m + 336); c11_0.Store(m + 352); c11_1.Store(m + 368);
    }

    /// <summary>8 tiles by 32 output channels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Rows8x2(float* v, float* u, float* m, long channels)
    {
        Vec c0_0 = Vec.Zero, c0_1 = Vec.Zero, c1_0 = Vec.Zero, c1_1 = Vec.Zero, c2_0 = Vec.Zero, c2_1 = Vec.Zero,
        c3_0 = Vec.Zero, c3_1 = Vec.Zero, c4_0 = Vec.Zero, c4_1 = Vec.Zero, c5_0 = Vec.Zero, c5_1 = Vec.Zero,
        c6_0 = Vec.Zero, c6_1 = Vec.Zero, c7_0 = Vec.Zero, c7_1 = Vec.Zero;
        for (; channels > 0; channels -= 16, v += Step)
        {
            float* x = v;
            for (long n = Math.Min(channels, 16); n > 0; n--, x++, u += WinogradPlan.Lanes)
            {
                Vec b0 = Vector512.Load(u); Vec b1 = Vector512.Load(u + 16);
                Vec a = Vector512.Create(x[0]); c0_0 = Vector512.FusedMultiplyAdd(a, b0, c0_0);
                c0_1 = Vector512.FusedMultiplyAdd(a, b1, c0_1);
                a = Vector512.Create(x[16]); c1_0 = Vector512.FusedMultiplyAdd(a, b0, c1_0);
                c1_1 = Vector512.FusedMultiplyAdd(a, b1, c1_1);
                a = Vector512.Create(x[32]); c2_0 = Vector512.FusedMultiplyAdd(a, b0, c2_0);
                c2_1 = Vector512.FusedMultiplyAdd(a, b1, c2_1);
                a = Vector512.Create(x[48]); c3_0 = Vector512.FusedMultiplyAdd(a, b0, c3_0);
                c3_1 = Vector512.FusedMultiplyAdd(a, b1, c3_1);
                a = Vector512.Create(x[64]); c4_0 = Vector512.FusedMultiplyAdd(a, b0, c4_0);
                c4_1 = Vector512.FusedMultiplyAdd(a, b1, c4_1);
                a = Vector512.Create(x[80]); c5_0 = Vector512.FusedMultiplyAdd(a, b0, c5_0);
                c5_1 = Vector512.FusedMultiplyAdd(a, b1, c5_1);
                a = Vector512.Create(x[96]); c6_0 = Vector512.FusedMultiplyAdd(a, b0, c6_0);
                c6_1 = Vector512.FusedMultiplyAdd(a, b1, c6_1);
                a = Vector512.Create(x[112]); c7_0 = Vector512.FusedMultiplyAdd(a, b0, c7_0);
                c7_1 = Vector512.FusedMultiplyAdd(a, b1, c7_1);
            }
        }

        c0_0.Store(m + 0); c0_1.Store(m + 16); c1_0.Store(m + 32); c1_1.Store(m + 48); c2_0.Store(m + 64);
        c2_1.Store(m + 80); c3_0.Store(m + 96); c3_1.Store(m + 112); c4_0.Store(m + 128); c4_1.Store(m + 144);
        c5_0.Store(m + 160); c5_1.Store(m + 176); c6_0.Store(m + 192); c6_1.Store(m + 208); c7_0.Store(m + 224);
        c7_1.Store(m + 240);
    }

    /// <summary>4 tiles by 32 output channels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Rows4x2(float* v, float* u, float* m, long channels)
    {
        Vec c0_0 = Vec.Zero, c0_1 = Vec.Zero, c1_0 = Vec.Zero, c1_1 = Vec.Zero, c2_0 = Vec.Zero, c2_1 = Vec.Zero,
        c3_0 = Vec.Zero, c3_1 = Vec.Zero;
        for (; channels > 0; channels -= 16, v += Step)
        {
            float* x = v;
            for (long n = Math.Min(channels, 16); n > 0; n--, x++, u += WinogradPlan.Lanes)
            {
                Vec b0 = Vector512.Load(u); Vec b1 = Vector512.Load(u + 16);
                Vec a = Vector512.Create(x[0]); c0_0 = Vector512.FusedMultiplyAdd(a, b0, c0_0);
                c0_1 = Vector512.FusedMultiplyAdd(a, b1, c0_1);
                a = Vector512.Create(x[16]); c1_0 = Vector512.FusedMultiplyAdd(a, b0, c1_0);
                c1_1 = Vector512.FusedMultiplyAdd(a, b1, c1_1);
                a = Vector512.Create(x[32]); c2_0 = Vector512.FusedMultiplyAdd(a, b0, c2_0);
                c2_1 = Vector512.FusedMultiplyAdd(a, b1, c2_1);
                a = Vector512.Create(x[48]); c3_0 = Vector512.FusedMultiplyAdd(a, b0, c3_0);
                c3_1 = Vector512.FusedMultiplyAdd(a, b1, c3_1);
            }
        }

        c0_0.Store(m + 0); c0_1.Store(m + 16); c1_0.Store(m + 32); c1_1.Store(m + 48); c2_0.Store(m + 64);
        c2_1.Store(m + 80); c3_0.Store(m + 96); c3_1.Store(m + 112);
    }

    /// <summary>12 tiles by 16 output channels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Rows12x1(float* v, float* u, float* m, long channels)
    {
        Vec c0_0 = Vec.Zero, c1_0 = Vec.Zero, c2_0 = Vec.Zero, c3_0 = Vec.Zero, c4_0 = Vec.Zero, c5_0 = Vec.Zero,
        c6_0 = Vec.Zero, c7_0 = Vec.Zero, c8_0 = Vec.Zero, c9_0 = Vec.Zero, c10_0 = Vec.Zero, c11_0 = Vec.Zero;
        for (; channels > 0; channels -= 16, v += Step)
        {
            float* x = v;
            for (long n = Math.Min(channels, 16); n > 0; n--, x++, u += WinogradPlan.Lanes)
            {
                Vec b0 = Vector512.Load(u);
                Vec a = Vector512.Create(x[0]); c0_0 = Vector512.FusedMultiplyAdd(a, b0, c0_0);
                a = Vector512.Create(x[16]); c1_0 = Vector512.FusedMultiplyAdd(a, b0, c1_0);
                a = Vector512.Create(x[32]); c2_0 = Vector512.FusedMultiplyAdd(a, b0, c2_0);
                a = Vector512.Create(x[48]); c3_0 = Vector512.FusedMultiplyAdd(a, b0, c3_0);
                a = Vector512.Create(x[64]); c4_0 = Vector512.FusedMultiplyAdd(a, b0, c4_0);
                a = Vector512.Create(x[80]); c5_0 = Vector512.FusedMultiplyAdd(a, b0, c5_0);
                a = Vector512.Create(x[96]); c6_0 = Vector512.FusedMultiplyAdd(a, b0, c6_0);
                a = Vector512.Create(x[112]); c7_0 = Vector512.FusedMultiplyAdd(a, b0, c7_0);
                a = Vector512.Create(x[128]); c8_0 = Vector512.FusedMultiplyAdd(a, b0, c8_0);
                a = Vector512.Create(x[144]); c9_0 = Vector512.FusedMultiplyAdd(a, b0, c9_0);
                a = Vector512.Create(x[160]); c10_0 = Vector512.FusedMultiplyAdd(a, b0, c10_0);
                a = Vector512.Create(x[176]); c11_0 = Vector512.FusedMultiplyAdd(a, b0, c11_0);
            }
        }

        c0_0.Store(m + 0); c1_0.Store(m + 32); c2_0.Store(m + 64); c3_0.Store(m + 96); c4_0.Store(m + 128);
        c5_0.Store(m + 160); c6_0.Store(m + 192); c7_0.Store(m + 224); c8_0.Store(m + 256); c9_0.Store(m + 288);
        c10_0.Store(m + 320); c11_0.Store(m + 352);
    }

    /// <summary>8 tiles by 16 output channels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Rows8x1(float* v, float* u, float* m, long channels)
    {
        Vec c0_0 = Vec.Zero, c1_0 = Vec.Zero, c2_0 = Vec.Zero, c3_0 = Vec.Zero, c4_0 = Vec.Zero, c5_0 = Vec.Zero,
        c6_0 = Vec.Zero, c7_0 = Vec.Zero;
        for (; channels > 0; channels -= 16, v += Step)
        {
            float* x = v;
            for (long n = Math.Min(channels, 16); n > 0; n--, x++, u += WinogradPlan.Lanes)
            {
                Vec b0 = Vector512.Load(u);
                Vec a = Vector512.Create(x[0]); c0_0 = Vector512.FusedMultiplyAdd(a, b0, c0_0);
                a = Vector512.Create(x[16]); c1_0 = Vector512.FusedMultiplyAdd(a, b0, c1_0);
                a = Vector512.Create(x[32]); c2_0 = Vector512.FusedMultiplyAdd(a, b0, c2_0);
                a = Vector512.Create(x[48]); c3_0 = Vector512.FusedMultiplyAdd(a, b0, c3_0);
                a = Vector512.Create(x[64]); c4_0 = Vector512.FusedMultiplyAdd(a, b0, c4_0);
                a = Vector512.Create(x[80]); c5_0 = Vector512.FusedMultiplyAdd(a, b0, c5_0);
                a = Vector512.Create(x[96]); c6_0 = Vector512.FusedMultiplyAdd(a, b0, c6_0);
                a = Vector512.Create(x[112]); c7_0 = Vector512.FusedMultiplyAdd(a, b0, c7_0);
            }
        }

        c0_0.Store(m + 0); c1_0.Store(m + 32); c2_0.Store(m + 64); c3_0.Store(m + 96); c4_0.Store(m + 128);
        c5_0.Store(m + 160); c6_0.Store(m + 192); c7_0.Store(m + 224);
    }

    /// <summary>4 tiles by 16 output channels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Rows4x1(float* v, float* u, float* m, long channels)
    {
        Vec c0_0 = Vec.Zero, c1_0 = Vec.Zero, c2_0 = Vec.Zero, c3_0 = Vec.Zero;
        for (; channels > 0; channels -= 16, v += Step)
        {
            float* x = v;
            for (long n = Math.Min(channels, 16); n > 0; n--, x++, u += WinogradPlan.Lanes)
            {
                Vec b0 = Vector512.Load(u);
                Vec a = Vector512.Create(x[0]); c0_0 = Vector512.FusedMultiplyAdd(a, b0, c0_0);
                a = Vector512.Create(x[16]); c1_0 = Vector512.FusedMultiplyAdd(a, b0, c1_0);
                a = Vector512.Create(x[32]); c2_0 = Vector512.FusedMultiplyAdd(a, b0, c2_0);
                a = Vector512.Create(x[48]); c3_0 = Vector512.FusedMultiplyAdd(a, b0, c3_0);
            }
        }

        c0_0.Store(m + 0); c1_0.Store(m + 32); c2_0.Store(m + 64); c3_0.Store(m + 96);
    }
}
