using MiniTorch.Ir;
using MiniTorch.Passes.Planning;
using Blocks = MiniTorch.Passes.Rewrite.Blocks;

namespace MiniTorch.Backends.Cpu;

/// <summary>A step over an arena: what its kernels are made from.</summary>
internal sealed unsafe class Ready(
    Plan plan, Step step, nint arena, Literals literals, LoopForm form = LoopForm.WhenWorthIt, Expr? sum = null,
    Expr? raised = null, Expr? scaled = null, Expr? masked = null, Expr? gated = null)
{
    /// <summary>The node that a kernel computes: the anchor, or in a map the node to store.</summary>
    public Expr Root => step.Anchor ?? step.Root;

    /// <summary>Where it goes: to its own place, or to the result's, which finishes it there; or where images are held.</summary>
    public byte* To => step.Holds ? (byte*)arena + step.ScratchAt + step.Scratch - step.ThenScratch - step.Held
        : IsApart ? null : At(step.Results.Contains(Made) ? Made : step.Root);

    /// <summary>Whether the kernel keeps what the loop after it reads, and nothing of it has an address.</summary>
    private bool IsApart => step.Apart && !Stores(Root);

    /// <summary>Where the step's result lies.</summary>
    public nint Stored => (nint)At(step.Root);

    /// <summary>
    /// How many times the kernel's result is added to what lies in the place of the step's, where that is all that is left to do,
    /// as an update of a parameter: before minus times what is computed. 0 where it is not.
    /// </summary>
    public float Onto => IsApart && step.Body is [_, { Op: Mul } scaled, { Op: Sub or Add, Args: [var before, var times] } next]
        && times == scaled && !step.Body.Contains(before) && Lies(before, next) ? (next.Op is Sub ? -1 : 1) * Times(scaled) : 0;

    /// <summary>Whether an operand lies element for element where a result does.</summary>
    private bool Lies(Expr operand, Expr result) => operand.Type == result.Type && literals.Find(operand) is null
        && Read(operand) is var its && its.Base == (nint)At(result) && its.Strides.SequenceEqual(result.Shape.Strides());

    private float Times(Expr scaled) => scaled.Args.FirstOrDefault(a => a != Root) is { Op: Constant { Value: var number }, Type.Rank: 0 }
        ? number.As<float>()[0] : 0;

    /// <summary>Whether the result is held an image at a time, and nothing of it has an address.</summary>
    public bool Holds => step.Holds;

    /// <summary>Where a number for each channel, or column of a product, lies that the kernel is to add; zero where it is not.</summary>
    public nint Bias => sum is null ? 0 : Read(Added(sum)).Base;

    /// <summary>The same where the kernel adds a number for each channel, or column, if that comes first after it.</summary>
    public Ready Adding() => new(plan, step, arena, literals, form, Sum());

    /// <summary>The number that the kernel is to put in place of what is less.</summary>
    public float Least => raised is null ? float.NegativeInfinity : Limit(raised, sum ?? Laid)!.Value;

    /// <summary>The same where the kernel takes the greater of what it has and a number, as relu does, if that comes next.</summary>
    public Ready Raising() =>
        new(plan, step, arena, literals, form, sum, OnlyUse(Made) is { } use && Limit(use, Made) is not null ? use : null);

    /// <summary>What the kernel is to multiply its result by.</summary>
    public float Scale => scaled is null ? 1 : Number(scaled, Root)!.Value;

    /// <summary>The same where the kernel multiplies by a number, as an average does, if that comes first after it.</summary>
    public Ready Scaling() => new(
        plan, step, arena, literals, form, scaled: OnlyUse(Made) is { Op: Mul } use && Number(use, Made) is not null ? use : null);

    /// <summary>Where truth values lie as the result does, without which the kernel is to put zero; zero where there are none.</summary>
    public nint Mask => masked is null ? 0 : Read(masked.Args[0]).Base;

    /// <summary>The same where the kernel puts zero where an operand does not hold, as relu's gradient does, if that comes first.</summary>
    public Ready Masking() =>
        new(plan, step, arena, literals, form, masked: OnlyUse(Made) is { Op: Select } use && IsMask(use) ? use : null);

    /// <summary>Where numbers lie as the result does; where one is not above a limit the kernel is to put zero. Zero for none.</summary>
    public nint Gate => gated is null ? 0 : Read(gated.Args[0].Args[0]).Base;

    /// <summary>The limit of the gate.</summary>
    public float Above => gated is null ? 0 : Number(gated.Args[0], gated.Args[0].Args[0])!.Value;

    /// <summary>The same where the kernel puts zero where an operand is not above a number, if that comes next.</summary>
    public Ready Gating() => new(
        plan, step, arena, literals, form, sum, raised, gated: OnlyUse(Made) is { Op: Select } use && IsGate(use) ? use : null);

    /// <summary>What the kernel stores: the node that it computes, in blocks of channels where the step has it so.</summary>
    private Expr Made => gated ?? masked ?? scaled ?? raised ?? sum ?? Laid;

    /// <summary>The node in the layout in which the kernel stores it.</summary>
    private Expr Laid => StoresBlocks ? step.Body.First(n => ReferenceEquals(Blocks.Inside(n), Root)) : Root;

    /// <summary>Whether what the kernel stores is the step's result.</summary>
    public bool IsDone => step.Root == Made;

    /// <summary>The loop that finishes what the kernel computes; null when nothing is to do.</summary>
    public Epilogue? Epilogue() => IsDone ? null : new(Loop());

    /// <summary>Whether the kernel stores its result in blocks of channels.</summary>
    public bool StoresBlocks => Step.StoresBlocks(step.Body);

    /// <summary>The one use of a convolution or product that is not stored, where that is a sum with a number for each channel.</summary>
    private Expr? Sum() => Root.Op is Ir.Conv or Dot && OnlyUse(Laid) is { Op: Add } sum && OnePerChannel(Added(sum)) ? sum : null;

    /// <summary>The node that uses one that is not stored, if no other does.</summary>
    private Expr? OnlyUse(Expr made) =>
        !Stores(made) && step.Body.Where(n => n.Args.Contains(made)).ToArray() is [var use] ? use : null;

    /// <summary>The number that a node takes where that is greater than what is made.</summary>
    private static float? Limit(Expr use, Expr made) =>
        use.Op is Max && Number(use, made) is { } least && !float.IsNaN(least) ? least : null;

    /// <summary>The number that a node takes beside what is made.</summary>
    private static float? Number(Expr use, Expr made) =>
        use is { Args: [var x, { Op: Constant { Value: var number }, Type.Rank: 0 }] } && x == made && use.Shape == made.Shape
            ? number.As<float>()[0] : null;

    /// <summary>Whether a selection is of what is made and zero, by truth values that lie as it does.</summary>
    private bool IsMask(Expr use) => IsKept(use) && use.Args[0] is var mask && !step.Body.Contains(mask) && mask.Shape == use.Shape
        && Read(mask) is { Lanes: 1 } at && at.Strides.SequenceEqual(use.Shape.Strides());

    /// <summary>Whether a selection is of what is made and zero.</summary>
    private bool IsKept(Expr use) => use.Args is [_, var x, { Op: Constant { Value: var none }, Type.Rank: 0 }] && x == Made
        && BitConverter.SingleToInt32Bits(none.As<float>()[0]) == 0;

    /// <summary>Whether a selection is of what is made and zero, where an operand that lies as it does is above a number.</summary>
    private bool IsGate(Expr use) => IsKept(use) && use.Args[0] is { Op: Gt, Args: [var number, _] } above && !Stores(above)
        && step.Body.Contains(above) && !step.Body.Contains(number) && step.Body.Count(n => n.Args.Contains(above)) == 1
        && number.Type == use.Type && Number(above, number) is not null && literals.Find(number) is null
        && Read(number) is { Lanes: 1 } at && at.Strides.SequenceEqual(use.Shape.Strides());

    // Fewer numbers than the result has: they cannot lie where it goes.
    private bool OnePerChannel(Expr added) =>
        added.Type.Rank == Laid.Type.Rank && literals.Find(added) is null && !step.Body.Contains(added) && step.Read(added).View is var view
        && view.Stored.Type.Count < Root.Type.Count
        && Enumerable.Range(0, added.Type.Rank).All(i => Laid.Shape[i] == 1 || view.Strides[i] == ChannelStep(i));

    /// <summary>What an axis steps along a number for each channel: axis 1 of a convolution, the last of a product.</summary>
    private int ChannelStep(int axis) => Root.Op is Dot ? (axis == Laid.Type.Rank - 1 ? 1 : 0)
        : !StoresBlocks ? (axis == 1 ? 1 : 0)
        : axis == 1 ? Blocks.Lanes : axis == Laid.Type.Rank - 1 ? 1 : 0;

    private Expr Added(Expr sum) => sum.Args[sum.Args[0] == Laid ? 1 : 0];

    /// <summary>Whether a node of the body goes to memory.</summary>
    public bool Stores(Expr node) => step.Results.Contains(node);

    /// <summary>A node that the root needs and that is computed with it; null when there is none.</summary>
    public Expr? Companion => step.Body.Length == 2 && step.Root == Root && Root.Op is Gather ? step.Body[0] : null;

    /// <summary>Where the result goes, as a number.</summary>
    public nint Result => (nint)To;

    /// <summary>The working memory of the step.</summary>
    public byte* Scratch => (byte*)arena + step.ScratchAt;

    /// <summary>Where a stored node lies.</summary>
    public byte* At(Expr stored) => (byte*)arena + plan.Slots[stored].Offset;

    /// <summary>Operand i of the root.</summary>
    public Strided Arg(int i) => Read(Root.Args[i]);

    /// <summary>Where an operand's elements lie.</summary>
    public Strided Read(Expr node)
    {
        var bytes = node.Type.Element.Bytes;
        if (literals.Find(node) is { } literal) return new(literal, node.Shape, [], bytes);
        if (step.Anchor is not null && node == Made) return Strided.Dense(step.Holds || IsApart ? 0 : Result, node.Shape, bytes);
        var view = step.Read(node).View;
        var stored = step.Held > 0 && !plan.Slots.ContainsKey(view.Stored) ? 0 : (nint)At(view.Stored);
        return new(stored + (nint)(view.Offset * bytes), node.Shape, [.. view.Strides], bytes)
        {
            Lanes = view.Lanes, LaneStep = view.LaneStep,
        };
    }

    /// <summary>The loop over the step's elements that stores its results, but for what a kernel stores.</summary>
    private Targets Loop() => Loop(step.Body);

    /// <summary>The loops of a step that is nothing else: one, or several that need nothing of each other.</summary>
    public Targets[] Loops() => [.. step.Parts.Select(Loop)];

    private Targets Loop(IReadOnlyList<Expr> part)
    {
        Expr[] results =
        [
            .. step.Results.Where(r => part.Contains(r) && (step.Anchor is null || r != Made)),
            .. step.Holds && step.Passed != Made ? [step.Passed] : Array.Empty<Expr>(),
        ];
        var order = Dims.Range(0, part[^1].Type.Rank);
        var program = Assemble(part, results, order, new int[order.Count], stored: true);
        nint Stored(Expr r) => step.Holds && r == step.Passed ? 0 : (nint)At(r);
        return new(program, [.. results.Select((r, i) => new Target(program.Results[i], Stored(r), r.Type.Element.Bytes))]);
    }

    /// <summary>Whether the step goes row by row.</summary>
    public bool IsByRows => step.IsByRows;

    /// <summary>The nodes that the step computes.</summary>
    public IReadOnlyList<Expr> Body => step.Body;

    /// <summary>The nodes that it stores.</summary>
    public IReadOnlyList<Expr> Results => step.Results;

    /// <summary>The body's code up to nodes of one shape, over its axes in an order; operands' strides stand in that order.</summary>
    public BlockProgram Assemble(IReadOnlyList<Expr> results, Dims order, int[] classes, bool stored) =>
        Assemble(step.Body, results, order, classes, stored);

    /// <summary>Whether the kernel does what a loop would.</summary>
    private bool InKernel(Expr node) => node == sum || node == raised || node == scaled || node == masked || node == gated;

    private BlockProgram Assemble(IReadOnlyList<Expr> part, IReadOnlyList<Expr> results, Dims order, int[] classes, bool stored)
    {
        var body = part.Where(n => !InKernel(n) && (n.Op is Elementwise || (n.Op is Broadcast && n != Root))).ToArray();
        return Assemble(body, results, results[0].Shape, order, classes, stored, Read, form, []);
    }

    /// <summary>
    /// The code of some nodes and of reductions of some, over a shape, given where their operands lie; address 0 is for the
    /// caller to say.
    /// </summary>
    public BlockProgram Assemble(
        Expr[] body, IReadOnlyList<Expr> results, Dims shape, Dims order, int[] classes, bool stored,
        Func<Expr, Strided> read, LoopForm loops, IReadOnlyList<Expr> folds)
    {
        var nodes = body.SelectMany(n => n.Args).Concat(results).Concat(folds.Select(f => f.Args[0])).Except(body).Distinct().ToArray();
        var views = nodes.Select(read).ToArray();
        var axes = Axes.Collapse(order.Select((axis, i) => new Axis(shape[axis], [.. views.Select(v => v.ByteStride(axis))], classes[i])));
        if (stored && nodes.Concat(results).All(n => n.Type.Element.Bytes == 4)) axes = Axes.Banded(axes);
        (nint, long[]) Locate(Expr node)
        {
            var at = Array.IndexOf(nodes, node);
            return (views[at].Base, [.. axes.Select(a => a.Strides[at])]);
        }
        return Assembler.Assemble(body, results, [.. axes.Select(a => a.Size)], Locate, stored, loops, folds);
    }

    /// <summary>The form of the step's loops.</summary>
    public LoopForm Form => form;
}

/// <summary>Elements in memory.</summary>
/// <param name="Base">The first.</param>
/// <param name="Shape">How many along each axis.</param>
/// <param name="Strides">In elements.</param>
/// <param name="Bytes">Of an element.</param>
internal sealed record Strided(nint Base, Dims Shape, long[] Strides, int Bytes)
{
    /// <summary>Above 1, axis 1 lies in blocks of so many, as <see cref="View.Lanes"/> says.</summary>
    public int Lanes { get; init; } = 1;

    /// <summary>From one to the next in a block of axis 1.</summary>
    public long LaneStep { get; init; } = 1;

    /// <summary>Row-major elements at an address.</summary>
    public static Strided Dense(nint at, Dims shape, int bytes) => new(at, shape, shape.Strides(), bytes);

    /// <summary>Bytes from one element to the next along an axis; 0 for a scalar, which stands for all.</summary>
    public long ByteStride(int axis) => Shape.Count == 0 ? 0 : Strides[axis] * Bytes;

    /// <summary>The same elements in another order of axes.</summary>
    public Strided At(Dims axes) => new(Base, Shape.At(axes), [.. axes.Select(a => Strides[a])], Bytes);
}
