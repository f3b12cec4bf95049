using LanguageExt;
using MiniTorch.Ir;

namespace MiniTorch.Interop.Onnx.Export;

/// <summary>Which cells of an array the windows over its last axes read.</summary>
internal sealed class Cells(Arr<Window> windows, Dims size, Dims x, Dims y)
{
    private Dims Size { get; } = size;

    /// <summary>The spatial sizes of the operand.</summary>
    public Dims Spatial { get; } = x.Slice(x.Count - size.Count, size.Count);

    /// <summary>The spatial sizes of the result.</summary>
    public Dims Results { get; } = y.Slice(y.Count - size.Count, size.Count);

    /// <summary>How many cells the operand has.</summary>
    public int Area => (int)Spatial.Product;

    /// <summary>Whether every window has a cell inside.</summary>
    public bool EveryWindowHasOne
    {
        get
        {
            for (var axis = 0; axis < Size.Count; axis++)
                for (var o = 0; o < Results[axis]; o++)
                    if (!Axis(axis, o).Any(cell => cell >= 0)) return false;
            return true;
        }
    }

    /// <summary>For each place of the kernel, then each position of the result: the row-major cell, −1 outside.</summary>
    public long[] ByKernel() => Places((k, o, axis) => Cell(axis, o, k), Size, Results);

    /// <summary>For each position of the result, then each place of the kernel: the row-major cell, −1 outside.</summary>
    public long[] ByResult() => Places((o, k, axis) => Cell(axis, o, k), Results, Size);

    private IEnumerable<long> Axis(int axis, int o)
    {
        for (var k = 0; k < Size[axis]; k++) yield return Cell(axis, o, k);
    }

    private long Cell(int axis, int o, int k)
    {
        var w = windows[axis];
        var at = (long)o * w.Stride + (long)k * w.Dilation - w.Lo;
        return at >= 0 && at % w.Base == 0 && at / w.Base < Spatial[axis] ? at / w.Base : -1;
    }

    private long[] Places(Func<int, int, int, long> cell, Dims major, Dims minor)
    {
        var (all, strides) = (major.Then(minor), Spatial.Strides());
        var places = new long[all.Product];
        for (var i = 0L; i < places.Length; i++)
        {
            var (rest, place) = (i, 0L);
            var index = new int[all.Count];
            for (var a = all.Count - 1; a >= 0; a--) (rest, index[a]) = (rest / all[a], (int)(rest % all[a]));
            for (var a = 0; a < strides.Length && place >= 0; a++)
                place = cell(index[a], index[major.Count + a], a) is >= 0 and var at ? place + at * strides[a] : -1;
            places[i] = place;
        }
        return places;
    }
}
