using MiniTorch.Ir;

namespace MiniTorch.Backends.Cpu;

/// <summary>How a reduction is cut: a function of sizes alone.</summary>
internal static class FoldPlan
{
    /// <summary>Pieces of a long reduction to few elements.</summary>
    public const int Splits = 8;

    private const int Narrow = 64;

    /// <summary>Results of a reduction that is cut.</summary>
    private const int MostResults = 8 * BlockProgram.Block;

    /// <summary>Whether each row is cut into pieces.</summary>
    public static bool SplitsRows(long rows, long length) => rows is > 0 and < 8 && rows * length >= 2 * Parted.Small;

    /// <summary>Whether each column is cut into pieces; a unit is a block of columns.</summary>
    public static bool SplitsColumns(long units, long length, long elements) =>
        units is > 0 and < 8 && length >= 4 * Splits && elements >= 2 * Parted.Small;

    /// <summary>Whether reduced axes outside the kept ones are cut into pieces, each in the order of a row-major operand.</summary>
    public static bool SplitsOuter(long rows, long middle, long length) =>
        rows is > 0 and <= MostResults && middle >= 2 * Splits && length >= 16 * middle && rows * length >= 2 * Parted.Small;

    /// <summary>Cells of the reduced axes that lie outside all kept ones; an axis of one cell lies nowhere.</summary>
    public static long Outside(Dims shape, Dims axes)
    {
        var outermost = Enumerable.Range(0, shape.Count).Where(i => !axes.Contains(i) && shape[i] != 1).DefaultIfEmpty().Min();
        return axes.Where(i => i < outermost).Aggregate(1L, (p, i) => p * shape[i]);
    }

    /// <summary>Whether rows of few columns are folded side by side, as one row of a block, before they are folded together.</summary>
    public static bool SideBySide(long rows, long columns) => columns <= Narrow && rows * columns >= 2 * Parted.Small;

    /// <summary>Blocks of columns.</summary>
    public static long Chunks(long columns) => (columns + BlockProgram.Block - 1) / BlockProgram.Block;

    /// <summary>Bytes for the pieces' results: only few rows, or columns in few blocks, are cut.</summary>
    public static long ScratchBytes(Expr root, TensorType source) =>
        source.Count < 2 * Parted.Small || root.Type.Count > MostResults ? 0 : (root.Type.Count * Splits * 8) + 64;
}
