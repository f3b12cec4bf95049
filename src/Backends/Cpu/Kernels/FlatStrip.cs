using System.Runtime.CompilerServices;

namespace MiniTorch.Backends.Cpu.Kernels;

/// <summary>All pixels of a field against a range of output channels, tile by tile.</summary>
internal static unsafe class FlatStrip
{
    /// <summary>Blocks of eight channels pass by pixels that stay in the first cache; a smaller block is the last.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(FlatField* f, float* w, float* x, float* y, long ldy, int top, int bottom)
    {
        long k = f->K;
        int eights = (bottom - top) / 8, vectors = f->Vectors;
        for (int v = 0, n; v < vectors && eights > 0; v += n)
        {
            n = Math.Min(3, vectors - v);
            for (int block = 0; block < eights; block++)
            {
                long row = top + (8 * block);
                Eight(n, w + (row * k), x, f, f->At + v, y + (row * ldy), ldy);
            }
        }

        for (int row = top + (8 * eights), rows; row < bottom; row += rows)
        {
            rows = RowsAt(bottom - row);
            Block(f, rows, w + (row * k), x, y + (row * ldy), ldy);
        }
    }

    /// <summary>So many rows make the next block.</summary>
    public static int RowsAt(int left) => left >= 8 ? 8 : left >= 6 ? 6 : left >= 4 ? 4 : left;

    /// <summary>All pixels of a field against one block of output channels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Block(FlatField* f, int rows, float* w, float* x, float* y, long ldy)
    {
        int vectors = f->Vectors;
        for (int v = 0, n; v < vectors; v += n)
        {
            n = Width(rows, vectors - v);
            if (rows == 8) Eight(n, w, x, f, f->At + v, y, ldy);
            else Few(rows, n, w, x, f, f->At + v, y, ldy);
        }
    }

    private static int Width(int rows, int left)
    {
        int most = rows >= 6 ? 3 : rows == 4 ? 5 : 6;
        return left >= most ? most : left >= 2 ? 2 : 1;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Eight(int n, float* w, float* x, FlatField* f, FlatAt* at, float* y, long ldy)
    {
        switch (n)
        {
            case 3: FlatTiles.Sum<Eight, Three>(w, x, f, at, y, ldy); break;
            case 2: FlatTiles.Sum<Eight, Two>(w, x, f, at, y, ldy); break;
            default: FlatTiles.Sum<Eight, One>(w, x, f, at, y, ldy); break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Few(int rows, int n, float* w, float* x, FlatField* f, FlatAt* at, float* y, long ldy)
    {
        switch (rows, n)
        {
            case (6, 3): FlatTiles.Sum<Six, Three>(w, x, f, at, y, ldy); break;
            case (6, 2): FlatTiles.Sum<Six, Two>(w, x, f, at, y, ldy); break;
            case (6, _): FlatTiles.Sum<Six, One>(w, x, f, at, y, ldy); break;
            case (4, 5): FlatTiles.Sum<Four, Five>(w, x, f, at, y, ldy); break;
            case (4, 2): FlatTiles.Sum<Four, Two>(w, x, f, at, y, ldy); break;
            case (4, _): FlatTiles.Sum<Four, One>(w, x, f, at, y, ldy); break;
            case (3, 6): FlatTiles.Sum<Three, Six>(w, x, f, at, y, ldy); break;
            case (3, 2): FlatTiles.Sum<Three, Two>(w, x, f, at, y, ldy); break;
            case (3, _): FlatTiles.Sum<Three, One>(w, x, f, at, y, ldy); break;
            case (2, 6): FlatTiles.Sum<Two, Six>(w, x, f, at, y, ldy); break;
            case (2, 2): FlatTiles.Sum<Two, Two>(w, x, f, at, y, ldy); break;
            case (2, _): FlatTiles.Sum<Two, One>(w, x, f, at, y, ldy); break;
            case (_, 6): FlatTiles.Sum<One, Six>(w, x, f, at, y, ldy); break;
            case (_, 2): FlatTiles.Sum<One, Two>(w, x, f, at, y, ldy); break;
            default: FlatTiles.Sum<One, One>(w, x, f, at, y, ldy); break;
        }
    }
}
