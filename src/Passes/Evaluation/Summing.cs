using MiniTorch.Ir;

namespace MiniTorch.Passes.Evaluation;

/// <summary>Ops that combine elements; sums accumulate in the arithmetic's own precision and round once.</summary>
/// <typeparam name="T">A number.</typeparam>
/// <typeparam name="A">Its arithmetic.</typeparam>
internal readonly struct Summing<T, A>(TensorType y, Values<T>[] args) where A : IArithmetic<T>
{
    private static readonly Ring<T> Numbers = new(A.FromLong(0), A.Add, A.Mul);
    private static readonly Ring<long> Longs = new(0, (a, b) => unchecked(a + b), (a, b) => unchecked(a * b));

    private TensorType X => args[0].Type;
    private bool IsFloat => X.Element.IsFloat;
    private T[] Floats => args[0].Floats;
    private long[] Whole => args[0].Integers;
    private Dims Shape => X.Shape;

    internal Values<T> Dot(Dot op) => IsFloat
        ? Rounded(Numbers.Dot(op, Floats, args[1].Floats, Shape, args[1].Type.Shape))
        : Wrapped(Longs.Dot(op, Whole, args[1].Integers, Shape, args[1].Type.Shape));

    internal Values<T> Conv(Conv op) => IsFloat
        ? Rounded(Numbers.Conv(op, Floats, args[1].Floats, Shape, args[1].Type.Shape, y.Shape))
        : Wrapped(Longs.Conv(op, Whole, args[1].Integers, Shape, args[1].Type.Shape, y.Shape));

    internal Values<T> Sum(Dims axes) => IsFloat
        ? Rounded(Folds.Reduce(Floats, Shape, axes, Numbers.Zero, A.Add))
        : Wrapped(Folds.Reduce(Whole, Shape, axes, 0, Longs.Add));

    internal Values<T> Product(Dims axes) => IsFloat
        ? Rounded(Folds.Reduce(Floats, Shape, axes, A.FromLong(1), A.Mul))
        : Wrapped(Folds.Reduce(Whole, Shape, axes, 1, Longs.Mul));

    internal Values<T> Max(ReduceMax op) => IsFloat
        ? Rounded(Chosen(op, double.NegativeInfinity, Order<T, A>.Rises))
        : Wrapped(Folds.Choose(Whole, Shape, op.Axes, Integers.Least(y.Element), (best, x) => best < x));

    internal Values<T> Min(ReduceMin op) => IsFloat
        ? Rounded(Chosen(op, double.PositiveInfinity, Order<T, A>.Falls))
        : Wrapped(Folds.Choose(Whole, Shape, op.Axes, Integers.Largest(y.Element), (best, x) => best > x));

    internal Values<T> ArgMax(int axis) => Wrapped(IsFloat
        ? Folds.Position(Floats, Shape, axis, Order<T, A>.Rises)
        : Folds.Position(Whole, Shape, axis, (best, x) => best < x));

    internal Values<T> WindowSum(WindowSum op)
    {
        var (area, meetings) = Windows(op);
        return IsFloat
            ? Rounded(Numbers.WindowSum(Floats, y.Count, area, meetings))
            : Wrapped(Longs.WindowSum(Whole, y.Count, area, meetings));
    }

    internal Values<T> WindowArgMax(WindowArgMax op)
    {
        var (area, meetings) = Windows(op);
        return Wrapped(IsFloat
            ? Folds.WindowPosition(Floats, y.Count, area, meetings, Order<T, A>.Rises)
            : Folds.WindowPosition(Whole, y.Count, area, meetings, (best, x) => best < x));
    }

    internal Values<T> ScatterAdd(ScatterAdd op)
    {
        var index = args[1].Type;
        var rest = Shape.Slice(index.Rank, X.Rank - index.Rank).Product;
        var places = Places.Indexed(args[1].Integers, index.Shape.Slice(0, op.Batch).Product, op.Size, rest);
        return IsFloat
            ? Rounded(Numbers.Scatter(Floats, places, y.Count))
            : Wrapped(Longs.Scatter(Whole, places, y.Count));
    }

    private T[] Chosen(Extreme op, double none, Func<T, T, bool> displaces) => op.Ties == Ties.First
        ? Folds.Choose(Floats, Shape, op.Axes, A.FromDouble(none), displaces)
        : Folds.Equals(Floats, Shape, op.Axes, A.FromDouble(none), displaces, equals => A.Among(equals, op.Ties));

    private (int Area, (int X, int K)[][] Meetings) Windows(Windowed op)
    {
        var (x, result) = (Last(X), Last(y));
        return ((int)x.Product, Places.Windows(op.Windows, x, op.Size, result));

        Dims Last(TensorType type) => type.Shape.Slice(type.Rank - op.Size.Count, op.Size.Count);
    }

    private Values<T> Rounded(T[] floats)
    {
        var type = y.Element;
        return Values<T>.Of(y, Array.ConvertAll(floats, x => A.Round(x, type)));
    }

    private Values<T> Wrapped(long[] integers)
    {
        var type = y.Element;
        return Values<T>.Of(y, Array.ConvertAll(integers, x => Integers.Wrap(x, type)));
    }
}
