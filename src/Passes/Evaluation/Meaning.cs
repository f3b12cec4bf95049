using MiniTorch.Ir;

namespace MiniTorch.Passes.Evaluation;

/// <summary>
/// The naive meaning of every op over an arithmetic: floats by <typeparamref name="A"/>, then rounded to the node's
/// type; integers in i64, then wrapped.
/// </summary>
/// <typeparam name="T">A number.</typeparam>
/// <typeparam name="A">Its arithmetic.</typeparam>
/// <param name="y">The node's type.</param>
/// <param name="args">Its operands' values.</param>
/// <param name="input">The value of an input.</param>
internal readonly struct Meaning<T, A>(TensorType y, Values<T>[] args, Func<Input, Values<T>> input)
    : IOpCases<Values<T>> where A : IArithmetic<T>
{
    private Elementwise<T, A> Each => new(y, args);
    private Summing<T, A> Sums => new(y, args);
    private Moving<T, A> Moved => new(y, args);

#pragma warning disable CS1591 // a line an op: the law stands at the op
    public Values<T> Case(Input op) => input(op);
    public Values<T> Case(Constant op) => Values<T>.Of<A>(op.Value);
    public Values<T> Case(Iota op) => Moved.Iota(op.Axis);

    public Values<T> Case(Neg op) => Each.Map(A.Neg, x => unchecked(-x));
    public Values<T> Case(Abs op) => Each.Map(A.Abs, Integers.Abs);
    public Values<T> Case(Sign op) => Each.Map(A.Sign, x => Math.Sign(x));
    public Values<T> Case(Exp op) => Each.Map(A.Exp);
    public Values<T> Case(Log op) => Each.Map(A.Log);
    public Values<T> Case(Sqrt op) => Each.Map(A.Sqrt);
    public Values<T> Case(Tanh op) => Each.Map(A.Tanh);
    public Values<T> Case(Sin op) => Each.Map(A.Sin);
    public Values<T> Case(Cos op) => Each.Map(A.Cos);
    public Values<T> Case(Erf op) => Each.Map(A.Erf);
    public Values<T> Case(Floor op) => Each.Map(A.Floor);
    public Values<T> Case(Not op) => Each.Map(y.Element == ElementType.Pred ? x => 1 - x : x => ~x);
    public Values<T> Case(StopGradient op) => Each.Map(A.Detach, x => x);
    public Values<T> Case(Cast op) => Each.Cast();

    public Values<T> Case(Add op) => Each.Zip(A.Add, (x, y) => unchecked(x + y));
    public Values<T> Case(Sub op) => Each.Zip(A.Sub, (x, y) => unchecked(x - y));
    public Values<T> Case(Mul op) => Each.Zip(A.Mul, (x, y) => unchecked(x * y));
    public Values<T> Case(Div op) => Each.Zip(A.Div, Integers.Div);
    public Values<T> Case(Pow op) => Each.Zip(A.Pow);
    public Values<T> Case(Max op) => Each.Zip(Order<T, A>.Max, Math.Max);
    public Values<T> Case(Min op) => Each.Zip(Order<T, A>.Min, Math.Min);
    public Values<T> Case(And op) => Each.Zip((x, y) => x & y);
    public Values<T> Case(Or op) => Each.Zip((x, y) => x | y);
    public Values<T> Case(Xor op) => Each.Zip((x, y) => x ^ y);
    public Values<T> Case(Eq op) => Each.Compare(A.Equal, (x, y) => x == y);
    public Values<T> Case(Ne op) => Each.Compare(Order<T, A>.NotEqual, (x, y) => x != y);
    public Values<T> Case(Lt op) => Each.Compare(A.Less, (x, y) => x < y);
    public Values<T> Case(Le op) => Each.Compare(Order<T, A>.LessOrEqual, (x, y) => x <= y);
    public Values<T> Case(Gt op) => Each.Compare(Order<T, A>.Greater, (x, y) => x > y);
    public Values<T> Case(Ge op) => Each.Compare(Order<T, A>.GreaterOrEqual, (x, y) => x >= y);
    public Values<T> Case(Select op) => Each.Select();

    public Values<T> Case(Broadcast op) => Moved.Take(Places.Broadcast(op, args[0].Type.Shape));
    public Values<T> Case(Reshape op) => args[0].As(y);
    public Values<T> Case(Transpose op) => Moved.Take(Places.Transpose(op, args[0].Type.Shape));
    public Values<T> Case(Reverse op) => Moved.Take(Places.Reverse(op, args[0].Type.Shape));
    public Values<T> Case(Pad op) => Moved.Pad(op);
    public Values<T> Case(Slice op) => Moved.Take(Places.Slice(op, args[0].Type.Shape, y.Shape));
    public Values<T> Case(Concat op) => Moved.Concat(op);

    public Values<T> Case(Dot op) => Sums.Dot(op);
    public Values<T> Case(Conv op) => Sums.Conv(op);
    public Values<T> Case(ReduceSum op) => Sums.Sum(op.Axes);
    public Values<T> Case(ReduceMax op) => Sums.Max(op);
    public Values<T> Case(ReduceMin op) => Sums.Min(op);
    public Values<T> Case(ReduceProd op) => Sums.Product(op.Axes);
    public Values<T> Case(ArgMax op) => Sums.ArgMax(op.Axis);

    public Values<T> Case(WindowSum op) => Sums.WindowSum(op);
    public Values<T> Case(WindowArgMax op) => Sums.WindowArgMax(op);
    public Values<T> Case(Gather op) => Moved.Gather(op);
    public Values<T> Case(ScatterAdd op) => Sums.ScatterAdd(op);
    public Values<T> Case(RandomBits op) => Moved.RandomBits();
#pragma warning restore CS1591
}
