using System.Collections.Immutable;
using MiniTorch.Ir;
using static MiniTorch.Ir.Prim;
using Grads = System.Collections.Immutable.ImmutableArray<MiniTorch.Passes.Autodiff.Cotangent>;

namespace MiniTorch.Passes.Autodiff;

/// <summary>
/// Vector-Jacobian products: given y = op(x0, x1, …) and the cotangent of y, the cotangent of each operand, as
/// expressions over the same ops, so that gradients have gradients. Ties go to the first index unless an op says otherwise;
/// relu'(0) = 0.
/// </summary>
/// <param name="y">The node.</param>
/// <param name="dy">Its cotangent.</param>
public readonly struct Vjp(Expr y, Expr dy) : IOpCases<Grads>
{
    private Expr Y => y;
    private Expr Dy => dy;
    private Expr X0 => y.Args[0];
    private Expr X1 => y.Args[1];
    private Expr Nil => Like(dy, 0);

    private static bool Nothing(Expr x) => x.Type.Count == 0;

    private static readonly NoGradient Bits = new("its bits do not vary smoothly; cast to a float type first");
    private static readonly NoGradient Truth = new("a truth value does not vary; choose values by it with select");
    private static readonly NoGradient Position = new("a position does not vary; gather by it instead");

#pragma warning disable CS1591 // a line an op: the law stands in the line
    public Grads Case(Input op) => [];
    public Grads Case(Constant op) => [];
    public Grads Case(Iota op) => [];

    public Grads Case(Neg op) => [-Dy];
    public Grads Case(Abs op) => [Dy * Sign(X0)];
    public Grads Case(Sign op) => [new Zero()];
    public Grads Case(Exp op) => [Dy * Y];
    public Grads Case(Log op) => [Dy / X0];
    public Grads Case(Sqrt op) => [Dy * 0.5 / Y];
    public Grads Case(Tanh op) => [Dy * (1 - Y * Y)];
    public Grads Case(Sin op) => [Dy * Cos(X0)];
    public Grads Case(Cos op) => [-(Dy * Sin(X0))];
    public Grads Case(Erf op) => [Dy * (2 / Math.Sqrt(Math.PI) * Exp(-(X0 * X0)))];
    public Grads Case(Floor op) => [new Zero()];
    public Grads Case(Not op) => [Bits];
    public Grads Case(StopGradient op) => [new Zero()];
    public Grads Case(Cast op) => [X0.Type.Element == ElementType.Pred ? Truth
        : X0.Type.Element.IsFloat && op.To.IsFloat ? Cast(Dy, X0.Type.Element) : Bits];

    public Grads Case(Add op) => [Dy, Dy];
    public Grads Case(Sub op) => [Dy, -Dy];
    public Grads Case(Mul op) => [Dy * X1, Dy * X0];
    public Grads Case(Div op) => [Dy / X1, -(Dy * Y / X1)];
    public Grads Case(Pow op) =>
        [Dy * Select(And(Eq(X0, Like(X0, 0)), Eq(X1, Like(X1, 0))), Nil, X1 * Pow(X0, X1 - 1)),
         Dy * Select(Eq(X0, Like(X0, 0)), Nil, Y * Log(X0))];
    public Grads Case(Max op) => [Select(X0 > X1, Dy, Nil), Select(X0 > X1, Nil, Dy)];
    public Grads Case(Min op) => [Select(X0 < X1, Dy, Nil), Select(X0 < X1, Nil, Dy)];
    public Grads Case(And op) => [Bits, Bits];
    public Grads Case(Or op) => [Bits, Bits];
    public Grads Case(Xor op) => [Bits, Bits];
    public Grads Case(Eq op) => [Truth, Truth];
    public Grads Case(Ne op) => [Truth, Truth];
    public Grads Case(Lt op) => [Truth, Truth];
    public Grads Case(Le op) => [Truth, Truth];
    public Grads Case(Gt op) => [Truth, Truth];
    public Grads Case(Ge op) => [Truth, Truth];
    public Grads Case(Select op) => [new Zero(), Select(X0, Dy, Nil), Select(X0, Nil, Dy)];

    public Grads Case(Broadcast op) => [Transposes.Broadcast(op, X0, Dy)];
    public Grads Case(Reshape op) => [Reshape(Dy, X0.Shape)];
    public Grads Case(Transpose op) => [Transpose(Dy, Transposes.Inverse(op.Perm))];
    public Grads Case(Reverse op) => [Reverse(Dy, op.Axes)];
    public Grads Case(Pad op) => Transposes.Pad(op, X0, Dy);
    public Grads Case(Slice op) => [Transposes.Slice(op, X0, Dy)];
    public Grads Case(Concat op) => Transposes.Concat(op, Y.Args, Dy);

    public Grads Case(Dot op) => [Transposes.DotLeft(op, X0, X1, Dy), Transposes.DotRight(op, X0, X1, Dy)];
    public Grads Case(Conv op) => Nothing(X0) || Nothing(X1) ? [new Zero(), new Zero()]
        : [Transposes.ConvInput(op, X0, X1, Dy), Transposes.ConvKernel(op, X0, X1, Dy)];
    public Grads Case(ReduceSum op) => [Broadcast(Dy, X0.Shape, Dims.Range(0, X0.Type.Rank).Without(op.Axes))];
    public Grads Case(ReduceMax op) => [Routes.Extreme(op, X0, X0, Y, Dy)];
    public Grads Case(ReduceMin op) => [Routes.Extreme(op, -X0, X0, Y, Dy)];
    public Grads Case(ReduceProd op) => [Routes.Product(op, X0, Dy)];
    public Grads Case(ArgMax op) => [Position];

    public Grads Case(WindowSum op) => [Nothing(X0) ? new Zero() : Transposes.WindowSum(op, X0, Dy)];
    public Grads Case(WindowArgMax op) => [Position];
    public Grads Case(Gather op) => [ScatterAdd(Dy, X1, X0.Shape[op.Batch], op.Batch), new Zero()];
    public Grads Case(ScatterAdd op) => [Gather(Dy, X1, op.Batch), new Zero()];
    public Grads Case(RandomBits op) => [Bits, Bits];
#pragma warning restore CS1591
}
