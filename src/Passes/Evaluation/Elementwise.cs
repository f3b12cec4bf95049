using MiniTorch.Ir;

namespace MiniTorch.Passes.Evaluation;

/// <summary>Ops on each element alone; an operand of rank 0 stands for every element.</summary>
/// <typeparam name="T">A number.</typeparam>
/// <typeparam name="A">Its arithmetic.</typeparam>
internal readonly struct Elementwise<T, A>(TensorType y, Values<T>[] args) where A : IArithmetic<T>
{
    private bool IsFloat => args[0].Type.Element.IsFloat;

    internal Values<T> Map(Func<T, T> f, Func<long, long> g) => IsFloat ? Map(f) : Map(g);

    internal Values<T> Map(Func<T, T> f) => Rounded(Array.ConvertAll(args[0].Floats, x => f(x)));

    internal Values<T> Map(Func<long, long> g) => Wrapped(Array.ConvertAll(args[0].Integers, x => g(x)));

    internal Values<T> Zip(Func<T, T, T> f, Func<long, long, long> g) => IsFloat ? Zip(f) : Zip(g);

    internal Values<T> Zip(Func<T, T, T> f) => Rounded(Pairs(args[0].Floats, args[1].Floats, f));

    internal Values<T> Zip(Func<long, long, long> g) => Wrapped(Pairs(args[0].Integers, args[1].Integers, g));

    internal Values<T> Compare(Func<T, T, bool> f, Func<long, long, bool> g) => IsFloat
        ? Values<T>.Of(y, Pairs(args[0].Floats, args[1].Floats, (a, b) => f(a, b) ? 1L : 0))
        : Values<T>.Of(y, Pairs(args[0].Integers, args[1].Integers, (a, b) => g(a, b) ? 1L : 0));

    internal Values<T> Select() => y.Element.IsFloat
        ? Values<T>.Of(y, Choose(args[1].Floats, args[2].Floats))
        : Values<T>.Of(y, Choose(args[1].Integers, args[2].Integers));

    /// <summary>Floats round, toward integers truncate and wrap, to pred are x ≠ 0.</summary>
    internal Values<T> Cast()
    {
        var to = y.Element;
        return (IsFloat, to.IsFloat) switch
        {
            (true, true) => Rounded(args[0].Floats),
            (true, false) => Values<T>.Of(y, Array.ConvertAll(args[0].Floats, x => Values<T>.ToInteger<A>(x, to))),
            (false, true) => Rounded(Array.ConvertAll(args[0].Integers, x => A.FromLong(x))),
            (false, false) => Wrapped(args[0].Integers),
        };
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

    private TResult[] Pairs<E, TResult>(E[] left, E[] right, Func<E, E, TResult> f)
    {
        var (stepLeft, stepRight) = (Step(0), Step(1));
        var result = new TResult[y.Count];
        for (var i = 0; i < result.Length; i++) result[i] = f(left[i * stepLeft], right[i * stepRight]);
        return result;
    }

    private E[] Choose<E>(E[] yes, E[] no)
    {
        var (step, stepYes, stepNo) = (Step(0), Step(1), Step(2));
        var result = new E[y.Count];
        for (var i = 0; i < result.Length; i++)
            result[i] = args[0].Integers[i * step] != 0 ? yes[i * stepYes] : no[i * stepNo];
        return result;
    }

    private int Step(int operand) => args[operand].Type.Rank == 0 ? 0 : 1;
}
