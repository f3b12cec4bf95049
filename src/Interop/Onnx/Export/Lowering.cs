using MiniTorch.Ir;

namespace MiniTorch.Interop.Onnx.Export;

/// <summary>What an op is in ONNX: the last of the nodes written gives its result.</summary>
/// <param name="s">Where nodes are written.</param>
/// <param name="y">The type of the result.</param>
/// <param name="a">The operands.</param>
/// <param name="inside">Whether an index operand is surely inside a size.</param>
internal readonly struct Lowering(Sheet s, TensorType y, Wire[] a, Func<int, bool> inside) : IOpCases<Wire>
{
    private Elementwise Each => new(s, y, a);
    private Moves Moved => new(s, y, a);
    private Sums Summed => new(s, y, a);
    private Choices Chosen => new(s, y, a);
    private Windows Slid => new(s, y, a);
    private Indexed At => new(s, y, a, inside);

#pragma warning disable CS1591 // documented at the interface
    public Wire Case(Input op) => throw new InvalidOperationException($"input {op.Name} is no node");
    public Wire Case(Constant op) => s.Node(op.Value);
    public Wire Case(Iota op) => Moved.Iota(op.Axis);

    public Wire Case(Neg op) => y.Element == ElementType.U8 ? s.Op("Sub", y, s.Scalar(y.Element, 0L), a[0]) : Each.Op("Neg");
    public Wire Case(Abs op) => Each.Op("Abs");
    public Wire Case(Sign op) => Each.Op("Sign");
    public Wire Case(Exp op) => Each.Op("Exp");
    public Wire Case(Log op) => Each.Op("Log");
    public Wire Case(Sqrt op) => Each.Op("Sqrt");
    public Wire Case(Tanh op) => Each.Op("Tanh");
    public Wire Case(Sin op) => Each.Op("Sin");
    public Wire Case(Cos op) => Each.Op("Cos");
    public Wire Case(Erf op) => y.Element == ElementType.F64 ? new ErfOfDouble(s).Of(a[0]) : Each.Op("Erf");
    public Wire Case(Floor op) => Each.Op("Floor");
    public Wire Case(Not op) => Each.Bits("Not");
    public Wire Case(StopGradient op) => Each.Op("Identity");
    public Wire Case(Cast op) => Each.Cast(op.To);

    public Wire Case(Add op) => Each.Op("Add");
    public Wire Case(Sub op) => Each.Op("Sub");
    public Wire Case(Mul op) => Each.Op("Mul");
    public Wire Case(Div op) => Each.Div();
    public Wire Case(Pow op) => Each.Op("Pow");
    public Wire Case(Max op) => Each.Op("Max");
    public Wire Case(Min op) => Each.Op("Min");
    public Wire Case(And op) => Each.Bits("And");
    public Wire Case(Or op) => Each.Bits("Or");
    public Wire Case(Xor op) => Each.Bits("Xor");
    public Wire Case(Eq op) => Each.Op("Equal");
    public Wire Case(Ne op) => s.Op("Not", y, Each.Op("Equal"));
    public Wire Case(Lt op) => Each.Op("Less");
    public Wire Case(Le op) => Each.Op("LessOrEqual");
    public Wire Case(Gt op) => Each.Op("Greater");
    public Wire Case(Ge op) => Each.Op("GreaterOrEqual");
    public Wire Case(Select op) => Each.Op("Where");

    public Wire Case(Broadcast op) => Moved.Broadcast(op.Axes);
    public Wire Case(Reshape op) => Moved.Reshape();
    public Wire Case(Transpose op) => Moved.Transpose(op.Perm);
    public Wire Case(Reverse op) => Moved.Reverse(op.Axes);
    public Wire Case(Pad op) => Moved.Pad(op);
    public Wire Case(Slice op) => Moved.Slice(op);
    public Wire Case(Concat op) => Moved.Concat(op.Axis);

    public Wire Case(Dot op) => Summed.Dot(op);
    public Wire Case(Conv op) => Slid.Conv(op);
    public Wire Case(ReduceSum op) => Summed.Sum(op.Axes);
    public Wire Case(ReduceMax op) => Chosen.Largest("ReduceMax", op.Axes);
    public Wire Case(ReduceMin op) => Chosen.Largest("ReduceMin", op.Axes);
    public Wire Case(ReduceProd op) => Summed.Product(op.Axes);
    public Wire Case(ArgMax op) => Chosen.ArgMax(op.Axis);

    public Wire Case(WindowSum op) => Slid.Sum(op);
    public Wire Case(WindowArgMax op) => Slid.ArgMax(op);
    public Wire Case(Gather op) => At.Gather(op.Batch);
    public Wire Case(ScatterAdd op) => At.ScatterAdd(op);
    public Wire Case(RandomBits op) => new PhiloxWords(s).Of(a[0], a[1], y);
#pragma warning restore CS1591
}
