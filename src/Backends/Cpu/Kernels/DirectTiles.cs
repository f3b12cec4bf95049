using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Vec = System.Runtime.Intrinsics.Vector512<float>;

namespace MiniTorch.Backends.Cpu.Kernels;

/// <summary>Register tiles of a direct convolution: pixels broadcast against vectors of output channels.</summary>
internal static unsafe partial class DirectTiles
{
    /// <summary>14 pixels by 32 output channels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Pixels14x2(float* x, float* w, in DirectTile t, float* from, long next, float* y)
    {
        long channels = t.Channels, plane = t.Plane, row = t.Row, rows = t.Rows, columns = t.Columns;
        long column = t.Column, skip = t.Skip;
        Vec c0_0, c0_1, c1_0, c1_1, c2_0, c2_1, c3_0, c3_1,
            c4_0, c4_1, c5_0, c5_1, c6_0, c6_1, c7_0, c7_1,
            c8_0, c8_1, c9_0, c9_1, c10_0, c10_1, c11_0, c11_1,
            c12_0, c12_1, c13_0, c13_1;
        c0_0 = Vector512.Load(from); c0_1 = Vector512.Load(from + 16); from += next; c1_0 = Vector512.Load(from);
        c1_1 = Vector512.Load(from + 16); from += next; c2_0 = Vector512.Load(from); c2_1 = Vector512.Load(from + 16);
        from += next; c3_0 = Vector512.Load(from); c3_1 = Vector512.Load(from + 16); from += next;
        c4_0 = Vector512.Load(from); c4_1 = Vector512.Load(from + 16); from += next; c5_0 = Vector512.Load(from);
        c5_1 = Vector512.Load(from + 16); from += next; c6_0 = Vector512.Load(from); c6_1 = Vector512.Load(from + 16);
        from += next; c7_0 = Vector512.Load(from); c7_1 = Vector512.Load(from + 16); from += next;
        c8_0 = Vector512.Load(from); c8_1 = Vector512.Load(from + 16); from += next; c9_0 = Vector512.Load(from);
        c9_1 = Vector512.Load(from + 16); from += next; c10_0 = Vector512.Load(from);
        c10_1 = Vector512.Load(from + 16); from += next; c11_0 = Vector512.Load(from);
        c11_1 = Vector512.Load(from + 16); from += next; c12_0 = Vector512.Load(from);
        c12_1 = Vector512.Load(from + 16); from += next; c13_0 = Vector512.Load(from);
        c13_1 = Vector512.Load(from + 16);

        for (; channels > 0; channels--, x += plane, w += skip)
        {
            float* line = x;
            for (long r = rows; r > 0; r--, line += row)
            {
                float* p = line;
                for (long q = columns; q > 0; q--, p += column, w += 32)
                {
                    Vec b0 = Vector512.Load(w); Vec b1 = Vector512.Load(w + 16);
                    Vec v = Vector512.Create(p[0]); c0_0 = Vector512.FusedMultiplyAdd(v, b0, c0_0);
                    c0_1 = Vector512.FusedMultiplyAdd(v, b1, c0_1);
                    v = Vector512.Create(p[1]); c1_0 = Vector512.FusedMultiplyAdd(v, b0, c1_0);
                    c1_1 = Vector512.FusedMultiplyAdd(v, b1, c1_1);
                    v = Vector512.Create(p[2]); c2_0 = Vector512.FusedMultiplyAdd(v, b0, c2_0);
                    c2_1 = Vector512.FusedMultiplyAdd(v, b1, c2_1);
                    v = Vector512.Create(p[3]); c3_0 = Vector512.FusedMultiplyAdd(v, b0, c3_0);
                    c3_1 = Vector512.FusedMultiplyAdd(v, b1, c3_1);
                    v = Vector512.Create(p[4]); c4_0 = Vector512.FusedMultiplyAdd(v, b0, c4_0);
                    c4_1 = Vector512.FusedMultiplyAdd(v, b1, c4_1);
                    v = Vector512.Create(p[5]); c5_0 = Vector512.FusedMultiplyAdd(v, b0, c5_0);
                    c5_1 = Vector512.FusedMultiplyAdd(v, b1, c5_1);
                    v = Vector512.Create(p[6]); c6_0 = Vector512.FusedMultiplyAdd(v, b0, c6_0);
                    c6_1 = Vector512.FusedMultiplyAdd(v, b1, c6_1);
                    v = Vector512.Create(p[7]); c7_0 = Vector512.FusedMultiplyAdd(v, b0, c7_0);
                    c7_1 = Vector512.FusedMultiplyAdd(v, b1, c7_1);
                    v = Vector512.Create(p[8]); c8_0 = Vector512.FusedMultiplyAdd(v, b0, c8_0);
                    c8_1 = Vector512.FusedMultiplyAdd(v, b1, c8_1);
                    v = Vector512.Create(p[9]); c9_0 = Vector512.FusedMultiplyAdd(v, b0, c9_0);
                    c9_1 = Vector512.FusedMultiplyAdd(v, b1, c9_1);
                    v = Vector512.Create(p[10]); c10_0 = Vector512.FusedMultiplyAdd(v, b0, c10_0);
                    c10_1 = Vector512.FusedMultiplyAdd(v, b1, c10_1);
                    v = Vector512.Create(p[11]); c11_0 = Vector512.FusedMultiplyAdd(v, b0, c11_0);
                    c11_1 = Vector512.FusedMultiplyAdd(v, b1, c11_1);
                    v = Vector512.Create(p[12]); c12_0 = Vector512.FusedMultiplyAdd(v, b0, c12_0);
                    c12_1 = Vector512.FusedMultiplyAdd(v, b1, c12_1);
                    v = Vector512.Create(p[13]); c13_0 = Vector512.FusedMultiplyAdd(v, b0, c13_0);
                    c13_1 = Vector512.FusedMultiplyAdd(v, b1, c13_1);
                }
            }
        }

        c0_0.Store(y); c0_1.Store(y + 16); c1_0.Store(y + 32); c1_1.Store(y + 48); c2_0.Store(y + 64);
        c2_1.Store(y + 80); c3_0.Store(y + 96); c3_1.Store(y + 112); c4_0.Store(y + 128); c4_1.Store(y + 144);
        c5_0.Store(y + 160); c5_1.Store(y + 176); c6_0.Store(y + 192); c6_1.Store(y + 208); c7_0.Store(y + 224);
        c7_1.Store(y + 240); c8_0.Store(y + 256); c8_1.Store(y + 272); c9_0.Store(y + 288); c9_1.Store(y + 304);
        c10_0.Store(y + 320); c10_1.Store(y + 336); c11_0.Store(y + 352); c11_1.Store(y + 368); c12_0.Store(y + 384);
        c12_1.Store(y + 400); c13_0.Store(y + 416); c13_1.Store(y + 432);
    }
}
