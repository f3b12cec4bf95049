using LanguageExt;
using MiniTorch.Ir;

namespace MiniTorch.Interop.Onnx.Export;

/// <summary>
/// Max-pooling, gather (reshape x) (window_argmax x), where nothing else reads the positions: in ONNX one MaxPool. What that
/// gives of a window that holds NaN, ONNX leaves open.
/// </summary>
internal sealed class Pools
{
    private readonly Dictionary<Expr, (Expr X, WindowArgMax Op)> pools = [];
    private readonly System.Collections.Generic.HashSet<Expr> absorbed = [];

    /// <summary>The pools of a graph.</summary>
    public Pools(Graph graph)
    {
        var read = graph.Nodes.SelectMany(n => n.Args).Concat(graph.Outputs.Select(o => o.Value));
        var uses = read.CountBy(e => e).ToDictionary();
        foreach (var e in graph.Nodes)
            if (Pool(e) is { } pool && e.Args.All(a => uses[a] == 1))
            {
                pools[e] = pool;
                absorbed.UnionWith(e.Args);
            }
    }

    /// <summary>Whether a node is part of a pool, and not its result.</summary>
    public bool Absorbs(Expr e) => absorbed.Contains(e);

    /// <summary>The pool that a node is the result of.</summary>
    public (Expr X, WindowArgMax Op)? Of(Expr e) => pools.TryGetValue(e, out var pool) ? pool : null;

    private static (Expr, WindowArgMax)? Pool(Expr e) => e switch
    {
        (Gather g, [(Reshape, [var x]) flat, (WindowArgMax w, [var same]) at]) when x == same && IsPool(w, x.Type, at.Shape)
            && g.Batch == x.Type.Rank - w.Size.Count && flat.Shape == Planes(x.Shape, g.Batch) => (x, w),
        _ => null,
    };

    private static Dims Planes(Dims x, int lead) => x.Slice(0, lead).Then([(int)x.Slice(lead, x.Count - lead).Product]);

    /// <summary>ONNX Runtime pools floats over one to three axes whose padding is less than the kernel.</summary>
    private static bool IsPool(WindowArgMax op, TensorType x, Dims y) =>
        x.Element.Kind is ElementKind.F32 or ElementKind.F64 && x.Count > 0 && op.Size.Count is >= 1 and <= 3
        && op.Windows.Zip(op.Size, Fits).All(fits => fits) && new Cells(op.Windows, op.Size, x.Shape, y).EveryWindowHasOne;

    private static bool Fits(Window w, int size) => w.Base == 1 && w.Lo >= 0 && w.Hi >= 0 && w.Lo < size && w.Hi < size;
}
