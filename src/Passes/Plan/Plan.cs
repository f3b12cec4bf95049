using System.Collections.Immutable;
using MiniTorch.Ir;
using Blocks = MiniTorch.Passes.Rewrite.Blocks;

namespace MiniTorch.Passes.Planning;

/// <summary>
/// A node's elements as they lie in a stored node: element (i₀, i₁, …) is element Offset + Σ iₖ·Strides[k] of Stored.
/// Transposes, reversals, slices and broadcasts cost nothing where their user reads them so.
/// </summary>
/// <param name="Stored">The node whose elements are in memory.</param>
/// <param name="Offset">In elements of Stored.</param>
/// <param name="Strides">In elements of Stored, one for each axis; 0 repeats, negative reverses.</param>
public sealed record View(Expr Stored, long Offset, ImmutableArray<long> Strides)
{
    /// <summary>
    /// Above 1, axis 1 lies in blocks of so many: i₁ stands for (i₁ div Lanes)·Strides[1] + (i₁ mod Lanes)·LaneStep.
    /// </summary>
    public int Lanes { get; init; } = 1;

    /// <summary>In elements of Stored, from one to the next in a block of axis 1.</summary>
    public long LaneStep { get; init; } = 1;

    /// <summary>The whole of a stored node, row-major.</summary>
    public static View Of(Expr stored) => new(stored, 0, [.. stored.Shape.Strides()]);

    /// <summary>Whether the elements lie row-major without gaps, so that any reshape of them is a view too.</summary>
    public bool IsRowMajor(Dims shape)
    {
        var expected = shape.Strides();
        return Lanes == 1 && Enumerable.Range(0, shape.Count).All(i => shape[i] == 1 || Strides[i] == expected[i]);
    }
}

/// <summary>A value that a step reads from memory.</summary>
/// <param name="Node">The node as the step's body names it.</param>
/// <param name="View">Where its elements lie.</param>
public sealed record Operand(Expr Node, View View);

/// <summary>One step: computes Body and stores Results, the last of which is Root; the others live in registers.</summary>
/// <param name="Index">Its position.</param>
/// <param name="Body">
/// Nodes computed here, each after its operands: elementwise ones and at most one anchor, with the conversion to blocks that its
/// kernel stores, or the position that it finds beside a maximum; or, in a step by rows, loops, reductions and broadcasts; or
/// several loops that need nothing of each other; or the body of an anchor's step and then that of one that reads its result.
/// </param>
/// <param name="Results">The nodes of the body that are stored, in its order.</param>
/// <param name="Operands">What it reads from memory.</param>
/// <param name="Flops">Floating-point operations, a multiply-add counting two.</param>
/// <param name="Bytes">Bytes read and written, each operand counted once.</param>
/// <param name="Scratch">Bytes of working memory that it needs besides.</param>
/// <param name="Estimate">The target's algorithm for it, and how long that takes.</param>
public sealed record Step(
    int Index, ImmutableArray<Expr> Body, ImmutableArray<Expr> Results, ImmutableArray<Operand> Operands,
    long Flops, long Bytes, long Scratch, Estimate Estimate)
{
    /// <summary>Where in the arena its working memory begins, a multiple of <see cref="Plan.Alignment"/>.</summary>
    public long ScratchAt { get; init; }

    /// <summary>
    /// Where in the body begins what goes on with each plane that is finished of the node before it, which is stored or
    /// <see cref="Held"/>; 0 when nothing does.
    /// </summary>
    public int Then { get; init; }

    /// <summary>Bytes at the end of the working memory that are for what goes on.</summary>
    public long ThenScratch { get; init; }

    /// <summary>Bytes before these where images of the node that is passed on lie one at a time; 0 where it is stored.</summary>
    public long Held { get; init; }

    /// <summary>
    /// Whether the kernel of the anchor stores nothing where the loop after it stores: a result of that loop may take the place
    /// of an operand that it alone reads, as an updated parameter does.
    /// </summary>
    public bool Apart { get; init; }

    /// <summary>The node that what goes on reads; else the root.</summary>
    public Expr Passed => Then > 0 ? Body[Then - 1] : Root;

    /// <summary>Whether the node that is passed on is nowhere stored.</summary>
    public bool Holds => Then > 0 && !Results.Contains(Passed);

    /// <summary>The last node of the body, which is stored.</summary>
    public Expr Root => Body[^1];

    /// <summary>The op of the body that is not a loop over elements; null in a map. Nodes after it are its epilogue.</summary>
    public Expr? Anchor => AnchorOf(Then > 0 ? Body[..Then] : Body);

    /// <summary>The step as steps one after the other: that of an anchor, and that which goes on with its planes; else itself.</summary>
    public IReadOnlyList<Step> Stages => Then == 0 ? [this] :
    [
        Stage([.. Body[..Then], .. Asked], []) with { Then = Holds ? Then : 0 },
        Stage([.. Body[Then..].Except(Asked).Where(n => n.Op is not Reshape)], Body[(Then - 1)..]) with
        {
            ScratchAt = ScratchAt + Scratch - ThenScratch,
        },
    ];

    /// <summary>What a node that is nowhere stored is asked while it is there.</summary>
    private IEnumerable<Expr> Asked => Body[Then..].Where(n => Holds && n.Op is Elementwise && n.Args.Contains(Passed));

    private Step Stage(ImmutableArray<Expr> body, IEnumerable<Expr> before)
    {
        var read = before.Except(body).Select(n => new Operand(n, new(Body[Then - 1], 0, [.. n.Shape.Strides()])));
        return this with { Then = 0, Body = body, Results = [.. Results.Where(body.Contains)], Operands = [.. Operands, .. read] };
    }

    /// <summary>Whether the body goes row by row: what it reduces is broadcast back to its loops.</summary>
    public bool IsByRows => GoesByRows(Body);

    /// <summary>The parts of the body that need nothing of each other: one, but in a step of several loops.</summary>
    public IReadOnlyList<IReadOnlyList<Expr>> Parts => IsByRows ? [Body] : PartsOf(Body);

    /// <summary>The parts of a body that need nothing of each other, each in the body's order.</summary>
    public static IReadOnlyList<IReadOnlyList<Expr>> PartsOf(ImmutableArray<Expr> body)
    {
        var of = new Dictionary<Expr, List<Expr>>();
        foreach (var node in body)
        {
            var needed = node.Args.Where(of.ContainsKey).Select(a => of[a]).Distinct().ToList();
            var part = needed.Count == 1 ? needed[0] : [.. needed.SelectMany(p => p)];
            part.Add(node);
            foreach (var member in needed.Count == 1 ? [node] : part) of[member] = part;
        }
        return [.. of.Values.Distinct()];
    }

    /// <summary>Whether a body goes row by row.</summary>
    public static bool GoesByRows(ImmutableArray<Expr> body) => BackOf(body) is not null;

    /// <summary>Of a body that goes row by row, a broadcast of numbers of the rows back along them; null for any other body.</summary>
    public static Expr? BackOf(ImmutableArray<Expr> body) => body.FirstOrDefault(n => n.Op is Broadcast && body.Contains(n.Args[0]));

    /// <summary>The anchor of a body.</summary>
    public static Expr? AnchorOf(ImmutableArray<Expr> body) =>
        body[^1].Op is not (Elementwise or Movement) ? body[^1]
        : body.FirstOrDefault(n => n.Op is not (Elementwise or Iota or Movement)) ?? (body[^1].Op is Elementwise ? null : body[^1]);

    /// <summary>Whether a body stores its anchor in blocks of channels (<see cref="Blocks"/>).</summary>
    public static bool StoresBlocks(ImmutableArray<Expr> body) =>
        AnchorOf(body) is { Op: Conv } conv && body.Any(n => ReferenceEquals(Blocks.Inside(n), conv));

    /// <summary>Where a node of the graph that the body uses is read from.</summary>
    public Operand Read(Expr node) => Operands.First(o => ReferenceEquals(o.Node, node));
}

/// <summary>A stretch of the arena and the steps between which it holds its value.</summary>
/// <param name="Node">The stored node.</param>
/// <param name="Offset">First byte, a multiple of <see cref="Plan.Alignment"/>.</param>
/// <param name="Bytes">Length.</param>
/// <param name="From">The step that writes it; −1 before the first (inputs, constants).</param>
/// <param name="To">The last step that reads it; the number of steps when it outlives the run.</param>
public sealed record Slot(Expr Node, long Offset, long Bytes, int From, int To);

/// <summary>A copy after the last step: a donated result that could not be computed in place.</summary>
public sealed record Copy(Expr From, Expr To);

/// <summary>What will run: steps in order over slots of one arena. Everything about it is known before it runs.</summary>
/// <param name="Graph">What it computes.</param>
/// <param name="Steps">In order.</param>
/// <param name="Slots">Of every stored node, by node; a result that is another shape of a stored node shares its stretch.</param>
/// <param name="Donations">Result index → input whose slot takes its value: after a run the input holds the result.</param>
/// <param name="Copies">Copies after the last step.</param>
/// <param name="ArenaBytes">The peak: all that the executor allocates for values.</param>
/// <param name="LowerBound">The largest sum of bytes alive at one step, slots shared in place once: no placement needs less.</param>
public sealed record Plan(
    Graph Graph, ImmutableArray<Step> Steps, IReadOnlyDictionary<Expr, Slot> Slots, IReadOnlyDictionary<int, Expr> Donations,
    ImmutableArray<Copy> Copies, long ArenaBytes, long LowerBound)
{
    /// <summary>Slots begin at multiples of a cache line.</summary>
    public const int Alignment = 64;

    /// <summary>Bytes past each slot's end that belong to it, so that kernels may read a whole vector at the end.</summary>
    public const int Slack = 64;

    /// <summary>A number of bytes rounded up to <see cref="Alignment"/>.</summary>
    public static long RoundUp(long bytes) => (bytes + Alignment - 1) / Alignment * Alignment;

    /// <summary>Bytes that a slot takes up: its own, rounded up, and the slack.</summary>
    public static long Extent(long bytes) => RoundUp(bytes) + Slack;

    /// <summary>All floating-point operations.</summary>
    public long Flops => Steps.Sum(s => s.Flops);

    /// <summary>The steps' estimates together: a run on one thread.</summary>
    /// <remarks>Units: seconds.</remarks>
    public double Seconds => Steps.Sum(s => s.Estimate.Seconds);

    /// <summary>The plan as text: a line a step.</summary>
    public override string ToString() => PlanPrinter.Print(this);
}

/// <summary>What a backend tells the planner.</summary>
public interface IPlanTarget
{
    /// <summary>
    /// Whether the op reads this operand through strides; otherwise it is stored row-major first. Not asked of movement
    /// ops: their own steps read any view.
    /// </summary>
    bool ReadsView(Expr user, int operand);

    /// <summary>
    /// Whether the producer of this operand is computed in the user's loop. Asked of an elementwise producer of any user
    /// that is not elementwise (elementwise ones always are), and of an <see cref="Iota"/> or a <see cref="Broadcast"/> of
    /// a scalar constant that an elementwise user of its shape reads: then it stands in the body, computed by index.
    /// </summary>
    bool Fuses(Expr user, int operand);

    /// <summary>
    /// Whether an op that is not elementwise may share a step with the elementwise loop that reads it, which then finishes
    /// each stretch of its result while that is near.
    /// </summary>
    bool Finishes(Expr node) => false;

    /// <summary>
    /// Whether such an op keeps what the loop reads in working memory, where the loop does not store it: then the loop's results
    /// may take the place of what it alone reads.
    /// </summary>
    bool KeepsApart(Expr node) => false;

    /// <summary>Whether the step of an op that is no loop computes an operand of it on the way, as a maximum its position.</summary>
    bool ComputesToo(Expr user, Expr operand) => false;

    /// <summary>
    /// Whether a reduction, a loop or a broadcast may be computed in a step that goes row by row through reductions, loops
    /// over their operands' shape, and broadcasts of what they give.
    /// </summary>
    bool GoesByRows(Expr node) => false;

    /// <summary>
    /// Whether a convolution reads its input, or stores its result, in blocks of channels (<see cref="Blocks"/>), so that
    /// the conversion costs no step.
    /// </summary>
    bool Blocked(Expr conv, bool reads) => false;

    /// <summary>
    /// Whether a convolution reads its input so, that the channels of a group and those of another lie a step of their own
    /// apart, as where axes were exchanged before they became one (<see cref="View.LaneStep"/>).
    /// </summary>
    bool ReadsGroups(Expr conv, View view) => false;

    /// <summary>
    /// Whether a step goes on with another that reads what it stores last, plane by plane as they are finished: the working
    /// memory that the other then needs; null where it does not.
    /// </summary>
    /// <remarks>Units: bytes.</remarks>
    long? GoesOn(Step first, Step next) => null;

    /// <summary>
    /// Whether a step that goes on needs to keep no more of what it passes on than an image at a time: the working memory for
    /// that; null where it stores all of it.
    /// </summary>
    /// <remarks>Units: bytes, a multiple of <see cref="Plan.Alignment"/>.</remarks>
    long? Holds(Step step) => null;

    /// <summary>What the target makes of a graph before it is planned, as layouts that suit the machine.</summary>
    Graph Prepare(Graph graph) => graph;

    /// <summary>Whether a loop may store several of the nodes that it computes.</summary>
    bool StoresSeveral => false;

    /// <summary>Whether one step may run several loops that need nothing of each other.</summary>
    bool JoinsLoops => false;

    /// <summary>Bytes of working memory for a step.</summary>
    long Scratch(ImmutableArray<Expr> body, ImmutableArray<Operand> operands);

    /// <summary>How a step is computed and how long it takes; it follows from sizes alone.</summary>
    Estimate Estimate(ImmutableArray<Expr> body, ImmutableArray<Operand> operands) => Planning.Estimate.Plain(
        (Step.AnchorOf(body) ?? body[^1]).Op is Elementwise ? "map" : Step.AnchorOf(body)!.Op.Mnemonic,
        body.Sum(Cost.Flops), Cost.Bytes([body[^1]], operands));
}
