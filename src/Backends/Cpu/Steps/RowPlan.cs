using MiniTorch.Backends.Cpu.Kernels;
using MiniTorch.Ir;
using MiniTorch.Passes.Planning;

namespace MiniTorch.Backends.Cpu;

/// <summary>
/// Cuts a body that goes row by row into stages: a loop along the row, the folds of what it gives, then loops over the
/// numbers that the row has so far, which the next stage's loop reads.
/// </summary>
internal sealed unsafe class RowPlan
{
    private const int LongestRow = 4096, ShortestRow = 64, FewestRows = 8;

    private readonly Ready r;
    private readonly Dims shape, rows;
    private readonly Dictionary<Expr, int> level = [];
    private readonly Dictionary<Expr, int> buffers = [], numbers = [];
    private int table, frame;

    private RowPlan(Ready r)
    {
        var back = Step.BackOf([.. r.Body])!;
        (this.r, shape, rows) = (r, back.Shape, back.Args[0].Shape);
        foreach (var node in r.Body.Where(n => !IsAcross(n)))
            level[node] = node.Args.Select(a => level.GetValueOrDefault(a)).DefaultIfEmpty().Max() + (node.Op is Reduction ? 1 : 0);
        foreach (var node in r.Body.Where(IsAcross)) level[node] = Reader(node.Args[0]);
    }

    /// <summary>The stage that computes a value, or the first that reads it.</summary>
    private int Reader(Expr x) => level.TryGetValue(x, out var own) ? own
        : r.Body.Where(n => n.Args.Contains(x) && !IsAcross(n)).Select(n => level[n] - (n.Op is Reduction ? 1 : 0)).DefaultIfEmpty().Min();

    /// <summary>Whether a node adds rows up: a sum over the first axes.</summary>
    private static bool IsAcross(Expr node) => node.Op is Reduction r && r.Axes.Contains(0);

    /// <summary>Whether the rows that a sum adds up are such rows, and so many that each part adds up several.</summary>
    public static bool FitsAcross(Dims shape, Dims axes) => axes.Count > 0 && axes.Count < shape.Count
        && axes.Order().SequenceEqual(Enumerable.Range(0, axes.Count)) && Fits(shape, Dims.Range(axes.Count, shape.Count - axes.Count))
        && shape.Slice(0, axes.Count).Product >= 4 * RowStep.MostParts;

    /// <summary>Bytes for the sums of columns of each part.</summary>
    public static long ScratchBytes(IEnumerable<Expr> body) =>
        body.Where(IsAcross).Sum(n => RowStep.MostParts * RowStep.BufferBytes(n.Type.Count));

    /// <summary>Whether the rows that a reduction takes away are last, many, not short, and fit the nearest cache.</summary>
    public static bool Fits(Dims shape, Dims axes)
    {
        var lead = shape.Count - axes.Count;
        return axes.All(a => a >= lead) && shape.Slice(lead, axes.Count).Product is >= ShortestRow and <= LongestRow
            && shape.Slice(0, lead).Product >= FewestRows;
    }

    /// <summary>The step.</summary>
    public static IStep Of(Ready r)
    {
        var plan = new RowPlan(r);
        var stages = Enumerable.Range(0, plan.level.Values.Max() + 1).Select(plan.Stage).ToArray();
        RowColumn[] columns = [.. r.Body.Where(IsAcross).Select(n => new RowColumn(plan.Buffer(n), (nint)r.At(n)))];
        return new RowStep(stages, columns, (nint)r.Scratch, plan.rows.Product, plan.shape.Product / plan.rows.Product,
            plan.buffers.Count, plan.numbers.Count, r.Form);
    }

    private bool IsFull(Expr node) => node.Shape == shape;

    private RowStage Stage(int at)
    {
        var loops = r.Body.Where(n => IsFull(n) && n.Op is Elementwise && level[n] == at).ToArray();
        var folds = r.Body.Where(n => n.Op is Reduction && !IsAcross(n) && level[n] == at + 1).ToArray();
        var columns = r.Body.Where(n => IsAcross(n) && level[n] == at).ToArray();
        var later = r.Body.Where(n => level[n] > at).SelectMany(Wanted).ToHashSet();
        Expr[] results = [.. loops.Where(n => r.Results.Contains(n) || later.Contains(n))];
        Expr[] numbered = [.. r.Body.Where(n => n.Op is Elementwise && !IsFull(n) && level[n] == at + 1)];
        var loop = results.Length + folds.Length + columns.Length == 0 ? null : Loop(results, [.. folds, .. columns], at);
        var lanes = folds.Select(
            (f, i) => new RowFold(Folding.OfLanes(f.Op), Number(f), loop!.Program.Body.Folds[i].To, Folding.Neutral(f.Op)));
        var tells = folds.Concat(numbered).Where(r.Results.Contains);
        return new(loop, [.. lanes], numbered.Length == 0 ? null : Numbered(numbered),
            [.. tells.Select(n => new RowTold(Number(n), (nint)r.At(n), n.Type.Element.Bytes))]);
    }

    /// <summary>What a node of a later stage reads of earlier ones, through the cheap nodes that it computes again.</summary>
    private IEnumerable<Expr> Wanted(Expr node) => node.Op is Reduction ? []
        : node.Args.Where(a => IsFull(a) && level.ContainsKey(a) && a.Op is Elementwise && level[a] < level[node] && !IsCheap(a));

    /// <summary>A node that is sooner computed again from memory than kept.</summary>
    private bool IsCheap(Expr node) => node.Op is Add or Sub or Mul or Neg or Max or Min && !r.Results.Contains(node)
        && node.Args.All(a => !level.ContainsKey(a) || a.Op is Broadcast);

    private RowProgram Loop(Expr[] results, Expr[] folds, int at)
    {
        var needed = results.Concat(folds.Select(f => f.Args[0])).ToHashSet();
        foreach (var node in r.Body.Reverse().Where(n => needed.Contains(n) && IsComputed(n, at))) needed.UnionWith(node.Args);
        var program = r.Assemble(
            [.. r.Body.Where(n => needed.Contains(n) && IsComputed(n, at))], results, shape, Dims.Range(0, shape.Count),
            [.. Enumerable.Range(0, shape.Count).Select(i => i < rows.Count ? 0 : 1)], stored: true, Read, LoopForm.Interpreted, folds);
        return Placed(program, results.Select((n, i) => new RowOut(program.Results[i], -1, Along(n), n.Type.Element.Bytes)));
    }

    /// <summary>A program's places in the table and the frame, after those of the programs so far.</summary>
    private RowProgram Placed(BlockProgram program, IEnumerable<RowOut> outs)
    {
        var placed = new RowProgram(program, Local(program), [.. outs], program.Count / rows.Product, table, frame);
        (table, frame) = (table + program.Values, frame + ((program.FrameBytes + 63) / 64 * 64));
        return placed;
    }

    private bool IsComputed(Expr node, int at) =>
        IsFull(node) && (node.Op is Elementwise ? level[node] == at || (level[node] < at && IsCheap(node)) : IsConstant(node));

    private bool IsConstant(Expr node) => node.Op is Broadcast && !level.ContainsKey(node.Args[0]);

    /// <summary>Values of the row so far lie where the step says: a number repeats, a buffer goes along the row.</summary>
    private Strided Read(Expr node) => !level.ContainsKey(node) ? r.Read(node)
        : node.Op is Broadcast || !IsFull(node) ? new(0, node.Shape, new long[node.Shape.Count], node.Type.Element.Bytes)
        : Strided.Dense(0, node.Shape, node.Type.Element.Bytes);

    private nint Memory(Expr node) => r.Results.Contains(node) ? (nint)r.At(node) : 0;

    private RowProgram Numbered(Expr[] nodes)
    {
        Expr[] results = [.. nodes.Where(n => r.Results.Contains(n) || r.Body.Any(user => user.Args.Contains(n) && !nodes.Contains(user)))];
        var program = r.Assemble(
            nodes, results, rows, Dims.Range(0, rows.Count), new int[rows.Count], stored: true, Read, LoopForm.Interpreted, []);
        return Placed(program, results.Select((n, i) => new RowOut(program.Results[i], Number(n), null, n.Type.Element.Bytes)));
    }

    private RowLocal[] Local(BlockProgram program) =>
        [.. program.Locals.Select(l => l.Key.Op is Broadcast ? new RowLocal(l.Value, Number(l.Key.Args[0]), null)
            : IsFull(l.Key) || IsAcross(l.Key) ? new(l.Value, 0, Along(l.Key)) : new(l.Value, Number(l.Key), null))];

    /// <summary>Where a node's elements along the row are: in a result (the last row: a buffer), or in a buffer.</summary>
    private RowValues Along(Expr node) => new(IsFull(node) ? Memory(node) : 0, Buffer(node), node.Type.Element.Bytes);

    private int Buffer(Expr node) => buffers.TryGetValue(node, out var at) ? at : buffers[node] = buffers.Count;

    private int Number(Expr node) => numbers.TryGetValue(node, out var at) ? at : numbers[node] = numbers.Count;
}
