using LanguageExt;
using MiniTorch.Ir;

namespace MiniTorch.Interop.Onnx.Export;

/// <summary>
/// Ops over sliding windows. A convolution of f32 or f16 is ONNX's; of other types, and where a window has what ONNX's
/// lacks, the windows are gathered and a matrix product or a reduction does the rest.
/// </summary>
internal readonly struct Windows(Sheet s, TensorType y, Wire[] a)
{
    private Wire Fill(double value) => Moves.Fill(s, s.Scalar(y.Element, value), y.Shape);

    public Wire Conv(Conv op) => a[0].Type.Count == 0 || a[1].Type.Count == 0 ? Fill(0)
        : IsNative ? Convolve(a[0], a[1], op.Windows, op.Groups, y)
        : Multiply(op);

    /// <summary>A sum is a convolution with ones.</summary>
    public Wire Sum(WindowSum op)
    {
        if (a[0].Type.Count == 0) return Fill(0);
        if (op.Size.Count == 0) return a[0];
        if (!IsNative) return Moves.Reshape(s, Sums.Sum(s, Gathered(Planes(op), a[0], op.Windows, op.Size), [1]), y.Shape);
        var (x, lead) = (a[0].Shape, y.Rank - op.Size.Count);
        var (one, stack) = (Dims.Create([1, 1]), Dims.Create([Planes(op), 1]));
        var ones = Moves.Fill(s, s.Scalar(y.Element, 1.0), one.Then(op.Size));
        var planes = Moves.Reshape(s, a[0], stack.Then(x.Slice(lead, op.Size.Count)));
        var sums = Convolve(planes, ones, op.Windows, 1, y.With(stack.Then(y.Shape.Slice(lead, op.Size.Count))));
        return Moves.Reshape(s, sums, y.Shape);
    }

    /// <summary>The largest itself. ONNX pools [images, channels, …].</summary>
    public Wire Max(WindowArgMax op)
    {
        var (x, lead) = (a[0].Shape, y.Rank - op.Size.Count);
        var front = lead == 2 ? x.Slice(0, 2) : [1, Planes(op)];
        var images = Moves.Reshape(s, a[0], front.Then(x.Slice(lead, op.Size.Count)));
        var largest = s.Op("MaxPool", y.With(front.Then(y.Shape.Slice(lead, op.Size.Count))), [images],
            Sheet.Ints("dilations", Each(op.Windows, w => w.Dilation)), Sheet.Ints("kernel_shape", op.Size),
            Sheet.Ints("pads", Each(op.Windows, w => w.Lo).Then(Each(op.Windows, w => w.Hi))),
            Sheet.Ints("strides", Each(op.Windows, w => w.Stride)));
        return Moves.Reshape(s, largest, y.Shape);
    }

    /// <summary>
    /// The largest of each window's cells, those inside before copies of the first of them in place of those outside: a
    /// copy is never the first of equals. Then the cell that stood there.
    /// </summary>
    public Wire ArgMax(WindowArgMax op)
    {
        var cells = new Cells(op.Windows, op.Size, a[0].Shape, y.Shape);
        if (a[0].Type.Count == 0) return Moves.Fill(s, s.Scalar(ElementType.I32, -1L), y.Shape);
        var (planes, kernel) = ((int)(a[0].Type.Count / cells.Area), (int)op.Size.Product);
        var (places, count) = (Compact(cells.ByResult(), kernel), (int)cells.Results.Product);
        var x = Moves.Reshape(s, a[0], [planes, cells.Area]);
        var index = Tensor.Of<long>(ElementType.I64[count, kernel], places.Select(p => Math.Max(p, 0)).ToArray());
        var windows = s.Op("Gather", x.Type.With([planes, count, kernel]), [x, s.Constant(index)], Sheet.Int("axis", 1));
        var best = Choices.ArgMax(s, windows, 2);
        var table = Tensor.Of<int>(ElementType.I32[places.Length], places.Select(p => (int)p).ToArray());
        var at = s.Op("Add", best.Type, best, s.Longs(Enumerable.Range(0, count).Select(i => (long)i * kernel)));
        var chosen = s.Op("Gather", best.Type.With(ElementType.I32), [s.Constant(table), at], Sheet.Int("axis", 0));
        return Moves.Reshape(s, chosen, y.Shape);
    }

    private static long[] Compact(long[] places, int kernel) => [.. places.Chunk(kernel).SelectMany(window =>
    {
        var inside = window.Where(p => p >= 0).ToArray();
        return inside.Concat(Enumerable.Repeat(inside.Length > 0 ? inside[0] : -1, kernel - inside.Length));
    })];

    private bool IsNative => y.Element.Kind is ElementKind.F32 or ElementKind.F16;

    /// <summary>ONNX's own convolution, over zeros put between, around and away where the windows say so.</summary>
    private Wire Convolve(Wire x, Wire w, Arr<Window> windows, int groups, TensorType type)
    {
        if (windows.Count == 0) return Flat(x, w, groups, type);
        var asIs = windows.ForAll(v => v is { Base: 1, Lo: >= 0, Hi: >= 0 });
        var spread = asIs ? x : Moves.Pad(s, x, s.Scalar(x.Element, 0.0),
            Around(windows, v => v.Lo), Around(windows, v => v.Hi), Around(windows, v => v.Base - 1));
        var pads = asIs ? windows.Select(v => v.Lo).Concat(windows.Select(v => v.Hi)) : Dims.Repeat(0, windows.Count * 2);
        return s.Op("Conv", type, [spread, w],
            Sheet.Ints("dilations", Each(windows, v => v.Dilation)), Sheet.Int("group", groups),
            Sheet.Ints("kernel_shape", w.Shape.Slice(2, windows.Count)), Sheet.Ints("pads", Dims.Of(pads)),
            Sheet.Ints("strides", Each(windows, v => v.Stride)));
    }

    /// <summary>Over no spatial axis: one of size 1 is added for the while.</summary>
    private Wire Flat(Wire x, Wire w, int groups, TensorType type)
    {
        var (row, kernel) = (Moves.Reshape(s, x, x.Shape.Then([1])), Moves.Reshape(s, w, w.Shape.Then([1])));
        var wide = Convolve(row, kernel, new Arr<Window>([Window.Unit]), groups, type.With(type.Shape.Then([1])));
        return Moves.Reshape(s, wide, type.Shape);
    }

    private static Dims Each(Arr<Window> windows, Func<Window, int> part) => Dims.Of(windows.Select(part).ToList());

    private static Dims Around(Arr<Window> windows, Func<Window, int> part) => Dims.Create([0, 0]).Then(Each(windows, part));

    /// <summary>Kernels as rows times windows as columns: [O/G, C/G · cells] · [N, G, C/G · cells, results].</summary>
    private Wire Multiply(Conv op)
    {
        var (x, w) = (a[0].Shape, a[1].Shape);
        var (kernel, perGroup) = (w.Slice(2, w.Count - 2), w[0] / op.Groups);
        var columns = Gathered(x[0] * x[1], a[0], op.Windows, kernel);
        var (depth, results) = ((int)(w[1] * kernel.Product), columns.Shape[2]);
        var rows = Moves.Reshape(s, a[1], [1, op.Groups, perGroup, depth]);
        var stack = Moves.Reshape(s, columns, [x[0], op.Groups, depth, results]);
        return Moves.Reshape(s, s.Op("MatMul", y.With([x[0], op.Groups, perGroup, results]), rows, stack), y.Shape);
    }

    private int Planes(Windowed op) => (int)a[0].Shape.Slice(0, a[0].Shape.Count - op.Size.Count).Product;

    /// <summary>[planes, kernel cells, results] of [planes · input cells], zeros outside.</summary>
    private Wire Gathered(int planes, Wire x, Arr<Window> windows, Dims kernel)
    {
        var cells = new Cells(windows, kernel, x.Shape, y.Shape);
        var (places, flat) = (cells.ByKernel(), Moves.Reshape(s, x, [planes, cells.Area]));
        if (places.Contains(-1)) flat = Moves.Pad(s, flat, s.Scalar(x.Element, 0.0), [0, 0], [0, 1], [0, 0]);
        var (size, results) = ((int)kernel.Product, (int)cells.Results.Product);
        var index = Tensor.Of<long>(ElementType.I64[size, results], places.Select(p => p < 0 ? cells.Area : p).ToArray());
        return s.Op("Gather", x.Type.With([planes, size, results]), [flat, s.Constant(index)], Sheet.Int("axis", 1));
    }
}
