using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Vec = System.Runtime.Intrinsics.Vector512<float>;

namespace MiniTorch.Backends.Cpu.Kernels;

/// <summary>Register tiles of a direct convolution: pixels broadcast against vectors of output channels.</summary>
internal static unsafe partial class DirectTiles
{
    /// <summary>
    /// 14 pixels by 16 output channels, five taps a row that lie side by side: each cell is broadcast once. The first and the last
    /// two cells may be known to be zeros.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Pixels14Five(float* x, float* w, in DirectTile t, float* from, long next, float* y, bool first, bool last)
    {
        long channels = t.Channels, plane = t.Plane, row = t.Row, rows = t.Rows, skip = t.Skip;
        Vec c0, c1, c2, c3, c4, c5, c6, c7,
            c8, c9, c10, c11, c12, c13;
        c0 = Vector512.Load(from); from += next; c1 = Vector512.Load(from); from += next;
        c2 = Vector512.Load(from); from += next; c3 = Vector512.Load(from); from += next;
        c4 = Vector512.Load(from); from += next; c5 = Vector512.Load(from); from += next;
        c6 = Vector512.Load(from); from += next; c7 = Vector512.Load(from); from += next;
        c8 = Vector512.Load(from); from += next; c9 = Vector512.Load(from); from += next;
        c10 = Vector512.Load(from); from += next; c11 = Vector512.Load(from); from += next;
        c12 = Vector512.Load(from); from += next; c13 = Vector512.Load(from);

        for (; channels > 0; channels--, x += plane, w += skip)
        {
            float* p = x;
            for (long r = rows; r > 0; r--, p += row, w += 80)
            {
                Vec v, b0 = Vector512.Load(w), b1 = Vector512.Load(w + 16), b2 = Vector512.Load(w + 32), b3 = Vector512.Load(w + 48);
                Vec b4 = Vector512.Load(w + 64);
                if (!first)
                {
                    v = Vector512.Create(p[0]); c0 = Vector512.FusedMultiplyAdd(v, b0, c0);
                    v = Vector512.Create(p[1]); c0 = Vector512.FusedMultiplyAdd(v, b1, c0);
                    c1 = Vector512.FusedMultiplyAdd(v, b0, c1);
                }

                v = Vector512.Create(p[2]); c0 = Vector512.FusedMultiplyAdd(v, b2, c0);
                c1 = Vector512.FusedMultiplyAdd(v, b1, c1); c2 = Vector512.FusedMultiplyAdd(v, b0, c2);
                v = Vector512.Create(p[3]); c0 = Vector512.FusedMultiplyAdd(v, b3, c0);
                c1 = Vector512.FusedMultiplyAdd(v, b2, c1); c2 = Vector512.FusedMultiplyAdd(v, b1, c2);
                c3 = Vector512.FusedMultiplyAdd(v, b0, c3);
                v = Vector512.Create(p[4]); c0 = Vector512.FusedMultiplyAdd(v, b4, c0);
                c1 = Vector512.FusedMultiplyAdd(v, b3, c1); c2 = Vector512.FusedMultiplyAdd(v, b2, c2);
                c3 = Vector512.FusedMultiplyAdd(v, b1, c3); c4 = Vector512.FusedMultiplyAdd(v, b0, c4);
                v = Vector512.Create(p[5]); c1 = Vector512.FusedMultiplyAdd(v, b4, c1);
                c2 = Vector512.FusedMultiplyAdd(v, b3, c2); c3 = Vector512.FusedMultiplyAdd(v, b2, c3);
                c4 = Vector512.FusedMultiplyAdd(v, b1, c4); c5 = Vector512.FusedMultiplyAdd(v, b0, c5);
                v = Vector512.Create(p[6]); c2 = Vector512.FusedMultiplyAdd(v, b4, c2);
                c3 = Vector512.FusedMultiplyAdd(v, b3, c3); c4 = Vector512.FusedMultiplyAdd(v, b2, c4);
                c5 = Vector512.FusedMultiplyAdd(v, b1, c5); c6 = Vector512.FusedMultiplyAdd(v, b0, c6);
                v = Vector512.Create(p[7]); c3 = Vector512.FusedMultiplyAdd(v, b4, c3);
                c4 = Vector512.FusedMultiplyAdd(v, b3, c4); c5 = Vector512.FusedMultiplyAdd(v, b2, c5);
                c6 = Vector512.FusedMultiplyAdd(v, b1, c6); c7 = Vector512.FusedMultiplyAdd(v, b0, c7);
                v = Vector512.Create(p[8]); c4 = Vector512.FusedMultiplyAdd(v, b4, c4);
                c5 = Vector512.FusedMultiplyAdd(v, b3, c5); c6 = Vector512.FusedMultiplyAdd(v, b2, c6);
                c7 = Vector512.FusedMultiplyAdd(v, b1, c7); c8 = Vector512.FusedMultiplyAdd(v, b0, c8);
                v = Vector512.Create(p[9]); c5 = Vector512.FusedMultiplyAdd(v, b4, c5);
                c6 = Vector512.FusedMultiplyAdd(v, b3, c6); c7 = Vector512.FusedMultiplyAdd(v, b2, c7);
                c8 = Vector512.FusedMultiplyAdd(v, b1, c8); c9 = Vector512.FusedMultiplyAdd(v, b0, c9);
                v = Vector512.Create(p[10]); c6 = Vector512.FusedMultiplyAdd(v, b4, c6);
                c7 = Vector512.FusedMultiplyAdd(v, b3, c7); c8 = Vector512.FusedMultiplyAdd(v, b2, c8);
                c9 = Vector512.FusedMultiplyAdd(v, b1, c9); c10 = Vector512.FusedMultiplyAdd(v, b0, c10);
                v = Vector512.Create(p[11]); c7 = Vector512.FusedMultiplyAdd(v, b4, c7);
                c8 = Vector512.FusedMultiplyAdd(v, b3, c8); c9 = Vector512.FusedMultiplyAdd(v, b2, c9);
                c10 = Vector512.FusedMultiplyAdd(v, b1, c10); c11 = Vector512.FusedMultiplyAdd(v, b0, c11);
                v = Vector512.Create(p[12]); c8 = Vector512.FusedMultiplyAdd(v, b4, c8);
                c9 = Vector512.FusedMultiplyAdd(v, b3, c9); c10 = Vector512.FusedMultiplyAdd(v, b2, c10);
                c11 = Vector512.FusedMultiplyAdd(v, b1, c11); c12 = Vector512.FusedMultiplyAdd(v, b0, c12);
                v = Vector512.Create(p[13]); c9 = Vector512.FusedMultiplyAdd(v, b4, c9);
                c10 = Vector512.FusedMultiplyAdd(v, b3, c10); c11 = Vector512.FusedMultiplyAdd(v, b2, c11);
                c12 = Vector512.FusedMultiplyAdd(v, b1, c12); c13 = Vector512.FusedMultiplyAdd(v, b0, c13);
                v = Vector512.Create(p[14]); c10 = Vector512.FusedMultiplyAdd(v, b4, c10);
                c11 = Vector512.FusedMultiplyAdd(v, b3, c11); c12 = Vector512.FusedMultiplyAdd(v, b2, c12);
                c13 = Vector512.FusedMultiplyAdd(v, b1, c13);
                v = Vector512.Create(p[15]); c11 = Vector512.FusedMultiplyAdd(v, b4, c11);
                c12 = Vector512.FusedMultiplyAdd(v, b3, c12); c13 = Vector512.FusedMultiplyAdd(v, b2, c13);
                if (last) continue;
                v = Vector512.Create(p[16]); c12 = Vector512.FusedMultiplyAdd(v, b4, c12);
                c13 = Vector512.FusedMultiplyAdd(v, b3, c13);
                v = Vector512.Create(p[17]); c13 = Vector512.FusedMultiplyAdd(v, b4, c13);
            }
        }

        c0.Store(y); c1.Store(y + 16); c2.Store(y + 32); c3.Store(y + 48); c4.Store(y + 64);
        c5.Store(y + 80); c6.Store(y + 96); c7.Store(y + 112); c8.Store(y + 128); c9.Store(y + 144);
        c10.Store(y + 160); c11.Store(y + 176); c12.Store(y + 192); c13.Store(y + 208);
    }
}
