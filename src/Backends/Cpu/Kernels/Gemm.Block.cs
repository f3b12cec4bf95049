using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MiniTorch.Backends.Cpu.Kernels;

/// <content>One unit of a product: its blocks of columns, slices of K and tiles.</content>
internal static unsafe partial class Gemm
{
    /// <summary>A block of panels in one slice of K, and where B has it.</summary>
    private ref struct Place
    {
        public int First, Last, Width, Depth;

        /// <summary>Whether C has sums already, and whether these are the last.</summary>
        public bool Add, Final;

        /// <summary>The first panel, and a packed one of columns that are no whole panel.</summary>
        public float* B, Odd;

        public long BRow, BPanel;
    }

    /// <summary>Rows and columns that one thread computes, all of K.</summary>
    private static void Unit(ref Job job, long item, int down, int across, float* scratch)
    {
        ref GemmSpec s = ref job.Spec;
        ref GemmPlan plan = ref job.Plan;
        int tiles = (s.M + GemmPlan.Rows - 1) / GemmPlan.Rows, top = From(tiles, down, plan.Down) * GemmPlan.Rows;
        int bottom = Math.Min(s.M, From(tiles, down + 1, plan.Down) * GemmPlan.Rows);
        int last = From(plan.Panels, across + 1, plan.Across);
        float* c = job.C + (item * s.CBatch) + (top * s.Ldc);
        float* a = job.A + (item * s.ABatch) + (top * s.ARow);
        float* b = job.B + (item * s.BBatch);
        Place at = default;
        at.First = From(plan.Panels, across, plan.Across);
        if (plan.Turn)
        {
            Turned(ref job, a, b, c, at.First, last, scratch);
            return;
        }

        for (; at.First < last; at.First = at.Last)
        {
            at.Last = Math.Min(last, at.First + plan.Block);
            int column = at.First * GemmPlan.Columns;
            at.Width = Math.Min(s.N - column, (at.Last - at.First) * GemmPlan.Columns);
            for (int sum = 0; sum < s.Sums; sum++)
            {
                Slices(ref job, ref at, sum, a + (sum * s.ASum), b + (sum * s.BSum) + (column * s.BCol), c + column, bottom - top, scratch);
            }
        }
    }

    /// <summary>A block of columns of one product of a sum.</summary>
    private static void Slices(ref Job job, ref Place at, int sum, float* a, float* b, float* c, int height, float* scratch)
    {
        ref GemmSpec s = ref job.Spec;
        for (int k = 0; k < s.K; k += at.Depth)
        {
            at.Depth = Math.Min(job.Plan.Slice, s.K - k);
            at.Add = sum + k > 0;
            at.Final = sum + 1 == s.Sums && k + at.Depth == s.K;
            Columns(ref job, ref at, b + (k * s.BRow), scratch + TileFloats + KeptFloats(s) + job.Plan.AFloats);
            Slice(ref job, ref at, a + (k * s.ACol), c, height, scratch);
        }
    }

    private static int From(int all, int part, int parts) => (int)((long)all * part / parts);

    /// <summary>Packs what is to be packed of a block of B.</summary>
    private static void Columns(ref Job job, ref Place at, float* b, float* packed)
    {
        ref GemmSpec s = ref job.Spec;
        bool all = job.Plan.PackB;
        at.B = all ? packed : b;
        at.BRow = all ? GemmPlan.Columns : s.BRow;
        at.BPanel = all ? (long)at.Depth * GemmPlan.Columns : GemmPlan.Columns;
        int whole = at.Width / GemmPlan.Columns * GemmPlan.Columns, j = all || at.Width % 16 != 0 ? whole : at.Width;
        if (all && s.BCol == 1) Packing.Panels(b, s.BRow, whole, at.Depth, packed);
        else if (all) j = 0;
        for (; j < at.Width; j += GemmPlan.Columns)
        {
            at.Odd = all ? packed + ((long)j * at.Depth) : packed;
            int width = Math.Min(GemmPlan.Columns, at.Width - j);
            Packing.Panel(b + (j * s.BCol), s.BCol, s.BRow, width, at.Depth, at.Odd, (width + 15) / 16 * 16);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Slice(ref Job job, ref Place at, float* a, float* c, int height, float* scratch)
    {
        ref GemmSpec s = ref job.Spec;
        bool pack = job.Plan.PackA, add = at.Add || s.Onto != 0;
        float times = s.Onto != 0 ? s.Onto : 1, onto = add ? times : 0;
        bool final = at.Final && job.Finish.IsAllocated, apart = s.Apart, fetch = job.Plan.FetchC && !apart;
        GemmEnds ends = new(s, at.Final, at.Add, job.C, at.First * GemmPlan.Columns);
        if (ends.Any) (add, onto) = (false, 0);
        long aCol = pack ? 16 : s.ACol, ldc = ends.Any ? GemmPlan.Columns : apart ? GemmPlan.Pitch : s.Ldc;
        bool fresh = !job.Plan.PackB;
        int tile = 0;
        for (int rows; height > 0; height -= rows, fresh = false, tile = (tile + 1) % GemmPlan.Tiles, a += rows * s.ARow, c += rows * s.Ldc)
        {
            rows = Height(height);
            float* p = a, b = at.B, to = apart ? scratch + TileFloats : c;
            long aRow = s.ARow;
            if (pack)
            {
                float* packed = scratch + TileFloats + KeptFloats(s);
                if (tile == 0) Rows(a, s.ARow, s.ACol, height, at.Depth, packed);
                p = packed + (tile * 16L * at.Depth);
                aRow = 1;
            }

            if (fetch) Touch(c, s.Ldc, rows);
            int j = 0, told = 0;
            for (; j + GemmPlan.Columns <= at.Width; j += GemmPlan.Columns, b += at.BPanel)
            {
                // The tile after this: what is asked for now has come by then.
                if (fetch && j + (2 * GemmPlan.Columns) <= at.Width) Touch(c + j + GemmPlan.Columns, s.Ldc, rows);
                float* into = ends.Any ? scratch : to + j;
                // Asked for meanwhile: B where it is read the first time, else a row of A that the next tile multiplies.
                int row = rows + (j / GemmPlan.Columns);
                bool onward = !fresh && job.Plan.FetchA && row < height;
                float* far = onward ? a + (row * s.ARow) : fresh ? b + (GemmPlan.Ahead * at.BRow) : b;
                long step = onward ? 1 : at.BRow;
                if (rows == GemmPlan.Rows) GemmTiles.Rows12x2(p, aRow, aCol, b, at.BRow, into, ldc, at.Depth, onto, far, step);
                else Tile(p, aRow, aCol, b, at.BRow, into, ldc, at.Depth, add, rows, true, times);
                if (ends.Any) ends.Store(scratch, c + j, s.Ldc, rows, j, GemmPlan.Columns);
                if (apart && j + GemmPlan.Columns == told + GemmPlan.Kept)
                {
                    Done(ref job, c + told, rows, GemmPlan.Kept, to + told);
                    told += GemmPlan.Kept;
                    to -= GemmPlan.Kept;
                }
            }

            int left = at.Width - j, oddRow = (left + 15) / 16 * 16;
            if (left == 16)
            {
                float* into = ends.Any ? scratch : to + j;
                Tile(p, aRow, aCol, b, job.Plan.PackB ? 16 : at.BRow, into, ldc, at.Depth, add, rows, false, times);
                if (ends.Any) ends.Store(scratch, c + j, s.Ldc, rows, j, left);
            }
            else if (left > 0)
            {
                Tile(p, aRow, aCol, at.Odd, oddRow, scratch, GemmPlan.Columns, at.Depth, false, rows, left > 16);
                Odd(scratch, to + j, ldc, rows, left, add, times);
            }

            if (final && told < at.Width) Done(ref job, c + told, rows, at.Width - told, apart ? to + told : null);
        }
    }

    /// <summary>The rows of the next tile of those left.</summary>
    /// <remarks>Four rows would ask for B twice as fast as the second cache level gives it.</remarks>
    private static int Height(int left) => left == 16 ? 8 : Math.Min(GemmPlan.Rows, left);

    /// <summary>Packs the rows of the next tiles of A, sixteen floats for each k of a tile.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows(float* a, long row, long column, int left, int depth, float* to)
    {
        long tile = 16L * depth;
        // Rows that are neighbours in memory are read once for all tiles; the last vector ends with the rows that are left.
        for (int k = 0; row == 1 && left > (GemmPlan.Tiles * GemmPlan.Rows) + 4 && k < depth; k++, a += column, to += 16)
        {
            Vector512.Load(a).Store(to);
            Vector512.Load(a + GemmPlan.Rows).Store(to + tile);
            Vector512.Load(a + (2 * GemmPlan.Rows)).Store(to + (2 * tile));
            Vector512.Load(a + (3 * GemmPlan.Rows)).Store(to + (3 * tile));
        }

        if (row == 1 && left > (GemmPlan.Tiles * GemmPlan.Rows) + 4) return;
        for (int t = 0, rows; t < GemmPlan.Tiles && left > 0; t++, left -= rows, a += rows * row, to += tile)
        {
            rows = Height(left);
            Packing.Panel(a, row, column, rows, depth, to, 16);
        }
    }

    /// <summary>Moves a tile of fewer columns into C.</summary>
    private static void Odd(float* tile, float* c, long ldc, int rows, int width, bool add, float times)
    {
        for (int r = 0; r < rows; r++, c += ldc, tile += GemmPlan.Columns)
        {
            if (add)
            {
                Packing.Add(tile, c, width, times);
            }
            else
            {
                Packing.Copy(tile, c, width);
            }
        }
    }

    /// <summary>Some rows of C are final in so many columns; those that are kept apart lie where it says.</summary>
    private static void Done(ref Job job, float* c, int rows, int width, float* apart = null)
    {
        Finish finish = (Finish)job.Finish.Target!;
        long at = c - job.C, ldc = job.Spec.Ldc;
        if (width == ldc && apart is null)
        {
            finish.Done(at, (long)rows * width);
        }
        else
        {
            finish.Done(at, width, rows, ldc, apart, apart is null ? 0 : GemmPlan.Pitch);
        }
    }

    /// <summary>Asks for the lines of a tile of C, which is stored when its sums are done.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Touch(float* c, long ldc, int rows)
    {
        for (int r = 0; Sse.IsSupported && r < rows; r++, c += ldc)
        {
            Sse.Prefetch0(c);
            Sse.Prefetch0(c + 16);
        }
    }
}
