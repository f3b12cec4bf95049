using MiniTorch.Ir;

namespace MiniTorch.Backends.Cpu;

/// <summary>What each op is on a processor: a step made ready.</summary>
/// <param name="R">The step's place in the arena.</param>
internal readonly unsafe record struct CpuLowering(Ready R) : IOpCases<IStep>
{
    public IStep Case(Input op) => throw new InvalidOperationException("an input is not computed");
    public IStep Case(Constant op) => throw new InvalidOperationException("a constant is not computed");
    public IStep Case(Iota op) => Iotas.Of(R, op);
    public IStep Case(Neg op) => Map();
    public IStep Case(Abs op) => Map();
    public IStep Case(Sign op) => Map();
    public IStep Case(Exp op) => Map();
    public IStep Case(Log op) => Map();
    public IStep Case(Sqrt op) => Map();
    public IStep Case(Tanh op) => Map();
    public IStep Case(Sin op) => Map();
    public IStep Case(Cos op) => Map();
    public IStep Case(Erf op) => Map();
    public IStep Case(Floor op) => Map();
    public IStep Case(Not op) => Map();
    public IStep Case(StopGradient op) => Map();
    public IStep Case(Cast op) => Map();
    public IStep Case(Add op) => Map();
    public IStep Case(Sub op) => Map();
    public IStep Case(Mul op) => Map();
    public IStep Case(Div op) => Map();
    public IStep Case(Pow op) => Map();
    public IStep Case(Max op) => Map();
    public IStep Case(Min op) => Map();
    public IStep Case(And op) => Map();
    public IStep Case(Or op) => Map();
    public IStep Case(Xor op) => Map();
    public IStep Case(Eq op) => Map();
    public IStep Case(Ne op) => Map();
    public IStep Case(Lt op) => Map();
    public IStep Case(Le op) => Map();
    public IStep Case(Gt op) => Map();
    public IStep Case(Ge op) => Map();
    public IStep Case(Select op) => Map();
    public IStep Case(Broadcast op) => Movements.Of(R, op);
    public IStep Case(Reshape op) => Movements.Of(R, op);
    public IStep Case(Transpose op) => Movements.Of(R, op);
    public IStep Case(Reverse op) => Movements.Of(R, op);
    public IStep Case(Pad op) => Movements.Of(R, op);
    public IStep Case(Slice op) => Movements.Of(R, op);
    public IStep Case(Concat op) => Movements.Of(R, op);
    public IStep Case(Dot op) => Dots.Of(R, op);
    public IStep Case(Conv op) => Convs.Of(R, op);
    public IStep Case(ReduceSum op) => Folds.Of(R, op.Axes, Fold.Sum);
    public IStep Case(ReduceMax op) => Folds.Of(R, op.Axes, Fold.Max);
    public IStep Case(ReduceMin op) => Folds.Of(R, op.Axes, Fold.Min);
    public IStep Case(ReduceProd op) => Folds.Of(R, op.Axes, Fold.Product);
    public IStep Case(ArgMax op) => CastLoop.Held(R.Root.Args[0].Type.Element.Kind) switch
    {
        ElementKind.U8 => new ArgMaxStep<byte>(R, op),
        ElementKind.I32 => new ArgMaxStep<int>(R, op),
        ElementKind.I64 => new ArgMaxStep<long>(R, op),
        ElementKind.F32 => new ArgMaxStep<float>(R, op),
        ElementKind.F64 => new ArgMaxStep<double>(R, op),
        var other => throw new InvalidOperationException($"element kind {other}"),
    };
    public IStep Case(WindowSum op) => Windows.Sums(R, op);
    public IStep Case(WindowArgMax op) => Windows.Positions(R, op);
    public IStep Case(Gather op) => R.Companion is { } positions ? Windows.Maxima(R, positions) : Indexing.Of(R, op);
    public IStep Case(ScatterAdd op) => Windows.Scattered(R, op) ?? Indexing.Of(R, op);
    public IStep Case(RandomBits op) => new RandomStep(R);

    private IStep Map() => new MapStep(R.Loops());
}
