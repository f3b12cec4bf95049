using System.Collections.Immutable;
using LanguageExt;

namespace MiniTorch.Ir;

/// <summary>Constructors of primitive expressions, a line an op. Layers, losses and activations are built of them.</summary>
public static class Prim
{
#pragma warning disable CS1591 // each constructor is documented at its op's record
    public static Expr Input(string name, TensorType type) => Expr.Of(new Input(name, type));
    public static Expr Constant(Tensor value) => Expr.Of(new Constant(value));
    public static Expr Scalar(ElementType element, double value) => Constant(Tensor.Scalar(element, value));
    public static Expr Scalar(ElementType element, long value) => Constant(Tensor.Scalar(element, value));
    public static Expr Iota(TensorType type, int axis) => Expr.Of(new Iota(type, axis));

    public static Expr Abs(Expr x) => Expr.Of(new Abs(), x);
    public static Expr Sign(Expr x) => Expr.Of(new Sign(), x);
    public static Expr Exp(Expr x) => Expr.Of(new Exp(), x);
    public static Expr Log(Expr x) => Expr.Of(new Log(), x);
    public static Expr Sqrt(Expr x) => Expr.Of(new Sqrt(), x);
    public static Expr Tanh(Expr x) => Expr.Of(new Tanh(), x);
    public static Expr Sin(Expr x) => Expr.Of(new Sin(), x);
    public static Expr Cos(Expr x) => Expr.Of(new Cos(), x);
    public static Expr Erf(Expr x) => Expr.Of(new Erf(), x);
    public static Expr Floor(Expr x) => Expr.Of(new Floor(), x);
    public static Expr Not(Expr x) => Expr.Of(new Not(), x);
    public static Expr Cast(Expr x, ElementType to) => x.Type.Element == to ? x : Expr.Of(new Cast(to), x);
    public static Expr StopGradient(Expr x) => Expr.Of(new StopGradient(), x);
    public static Expr Pow(Expr x, Expr y) => Expr.Of(new Pow(), x, y);
    public static Expr Max(Expr x, Expr y) => Expr.Of(new Max(), x, y);
    public static Expr Min(Expr x, Expr y) => Expr.Of(new Min(), x, y);
    public static Expr And(Expr x, Expr y) => Expr.Of(new And(), x, y);
    public static Expr Or(Expr x, Expr y) => Expr.Of(new Or(), x, y);
    public static Expr Xor(Expr x, Expr y) => Expr.Of(new Xor(), x, y);
    public static Expr Eq(Expr x, Expr y) => Expr.Of(new Eq(), x, y);
    public static Expr Ne(Expr x, Expr y) => Expr.Of(new Ne(), x, y);
    public static Expr Select(Expr condition, Expr x, Expr y) => Expr.Of(new Select(), condition, x, y);

    public static Expr Broadcast(Expr x, Dims to, Dims axes) => Expr.Of(new Broadcast(to, axes), x);
    public static Expr Reshape(Expr x, Dims to) => x.Shape == to && !x.Type.IsUnknown ? x : Expr.Of(new Reshape(to), x);
    public static Expr Transpose(Expr x, Dims perm) => perm == Dims.Range(0, x.Type.Rank) ? x : Expr.Of(new Transpose(perm), x);
    public static Expr Reverse(Expr x, Dims axes) => Expr.Of(new Reverse(axes), x);
    public static Expr Pad(Expr x, Expr value, Dims lo, Dims hi, Dims interior) => Expr.Of(new Pad(lo, hi, interior), x, value);
    public static Expr Slice(Expr x, Dims start, Dims limit, Dims stride) => Expr.Of(new Slice(start, limit, stride), x);
    public static Expr Concat(int axis, params ImmutableArray<Expr> parts) => Expr.Of(new Concat(axis), parts);

    public static Expr Dot(Expr x, Expr y, Dims leftContract, Dims rightContract, Dims leftBatch, Dims rightBatch) =>
        Expr.Of(new Dot(leftContract, rightContract, leftBatch, rightBatch), x, y);
    public static Expr Conv(Expr x, Expr w, IEnumerable<Window> windows, int groups = 1) =>
        Expr.Of(new Conv(new Arr<Window>(windows), groups), x, w);
    public static Expr Sum(Expr x, Dims axes) => Expr.Of(new ReduceSum(axes), x);
    public static Expr ReduceMax(Expr x, Dims axes) => Expr.Of(new ReduceMax(axes), x);
    public static Expr ReduceMax(Expr x, Dims axes, Ties ties) => Expr.Of(new ReduceMax(axes, ties), x);
    public static Expr ReduceMin(Expr x, Dims axes) => Expr.Of(new ReduceMin(axes), x);
    public static Expr ReduceMin(Expr x, Dims axes, Ties ties) => Expr.Of(new ReduceMin(axes, ties), x);
    public static Expr ReduceProd(Expr x, Dims axes) => Expr.Of(new ReduceProd(axes), x);
    public static Expr ArgMax(Expr x, int axis) => Expr.Of(new ArgMax(axis), x);
    public static Expr WindowSum(Expr x, Dims size, IEnumerable<Window> windows) =>
        Expr.Of(new WindowSum(size, new Arr<Window>(windows)), x);
    public static Expr WindowArgMax(Expr x, Dims size, IEnumerable<Window> windows) =>
        Expr.Of(new WindowArgMax(size, new Arr<Window>(windows)), x);
    public static Expr Gather(Expr x, Expr index, int batch = 0) => Expr.Of(new Gather(batch), x, index);
    public static Expr ScatterAdd(Expr update, Expr index, int size, int batch = 0) =>
        Expr.Of(new ScatterAdd(batch, size), update, index);
    public static Expr RandomBits(Expr key, Expr counter, Dims to) => Expr.Of(new RandomBits(to), key, counter);
#pragma warning restore CS1591

    /// <summary>A scalar of the other expression's element type; a mistake stays a mistake.</summary>
    public static Expr Like(Expr x, double value) => x.Type.IsUnknown ? x : Scalar(x.Type.Element, value);

    /// <summary>A value repeated over a type: a scalar when the type is one.</summary>
    public static Expr Full(TensorType type, double value) => Fill(Scalar(type.Element, value), type.Shape);

    /// <summary>A scalar expression repeated over a shape.</summary>
    public static Expr Fill(Expr scalar, Dims shape) => shape.Count == 0 ? scalar : Broadcast(scalar, shape, []);

    /// <summary>A matrix product: the last axis of the left with the first of the right.</summary>
    public static Expr MatMul(Expr x, Expr y) => x.Type.IsUnknown ? x : Dot(x, y, [x.Type.Rank - 1], [0], [], []);
}
