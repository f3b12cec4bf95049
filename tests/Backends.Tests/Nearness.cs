using MiniTorch.Ir;
using MiniTorch.Passes.Evaluation;
using Xunit;

namespace MiniTorch.Tests;

/// <summary>How near a computed node must be to its meaning over the same operands.</summary>
internal static class Nearness
{
    /// <summary>Roundings allowed, of the node's type, on the sum of the magnitudes that are added or on the value.</summary>
    private const double Roundings = 8;

    /// <summary>Compares; a convolution that is transformed by tiles has their bound.</summary>
    internal static void Check(Expr node, Tensor actual, Tensor[] args, IReadOnlyDictionary<string, Tensor> inputs, bool transformed)
    {
        if (MultipliesPaddingByNoNumber(node, args)) return;
        var expected = node.Op is Input i ? inputs[i.Name] : Meaning(node, args);
        if (!node.Type.Element.IsFloat || !Rounds(node.Op))
            Assert.True(SameValues(expected, actual, node.Op is Sign or Max or Min or ReduceMax or ReduceMin),
                $"{node.Op}: {expected}, computed {actual}, of {string.Join(", ", args)}");
        else
            Near(node, expected, actual, args, transformed ? OfTiles(args[0], args[1]) : 0);
    }

    private static void Near(Expr node, Tensor expected, Tensor actual, Tensor[] args, double tiles)
    {
        var scale = Adds(node.Op) ? Meaning(node, [.. args.Select(Magnitude)]) : expected;
        var (unit, least) = Unit(node.Type.Element);
        for (var i = 0; i < expected.Type.Count; i++)
        {
            var (e, a) = (expected.At(i), actual.At(i));
            var bound = Roundings * (unit * Math.Abs(scale.At(i)) + least) + tiles;
            Assert.True(e.Equals(a) || Math.Abs(e - a) <= bound,
                $"{node.Op}: element {i} is {e}, computed {a}, of {string.Join(", ", args.AsEnumerable())}");
        }
    }

    /// <summary>
    /// Elements of a tile of a transformed convolution share their roundings, so those are of the largest products. WinogradTests
    /// has the bound by tiles.
    /// </summary>
    private static double OfTiles(Tensor x, Tensor w) =>
        4e-6 * w.Type.Shape.Skip(1).Aggregate(1.0, (taps, n) => taps * n) * Largest(x) * Largest(w);

    private static double Largest(Tensor x) => x.ToDoubles().Select(Math.Abs).Append(0).Max();

    private static Tensor Meaning(Expr node, Tensor[] args) =>
        Evaluator.Constant(node, args).Match(t => t, e => throw new InvalidOperationException($"{e}"));

    /// <summary>The magnitudes of floats; indices as they are.</summary>
    private static Tensor Magnitude(Tensor x) => !x.Type.Element.IsFloat ? x
        : Tensor.FromDoubles(x.Type, [.. x.ToDoubles().Select(Math.Abs)]);

    /// <summary>A kernel with ∞ or NaN: whether zeros of the padding meet it, the op does not say.</summary>
    internal static bool MultipliesPaddingByNoNumber(Expr node, Tensor[] args) =>
        node.Op is Conv && !args[1].ToDoubles().All(double.IsFinite);

    /// <summary>The same bits, but that one NaN is as good as another, and one zero where an op does not say which.</summary>
    private static bool SameValues(Tensor x, Tensor y, bool zerosAreOne) => x.Equals(y) || (x.Type.Element.IsFloat
        && x.ToDoubles().Zip(y.ToDoubles(), (p, q) => SameValue(p, q) || (zerosAreOne && p == q)).All(same => same));

    private static bool SameValue(double x, double y) =>
        (double.IsNaN(x) && double.IsNaN(y)) || BitConverter.DoubleToInt64Bits(x) == BitConverter.DoubleToInt64Bits(y);

    /// <summary>Sums of products, whose order is the backend's.</summary>
    private static bool Adds(Op op) => op is ReduceSum or Dot or Conv or WindowSum or ScatterAdd;

    private static bool Rounds(Op op) =>
        Adds(op) || op is ReduceProd or Exp or Log or Tanh or Sin or Cos or Erf or Pow;

    private static (double Unit, double Least) Unit(ElementType type) => type.Kind switch
    {
        ElementKind.BF16 => (1.0 / 256, 1e-38),
        ElementKind.F16 => (1.0 / 2048, 1.0 / (1 << 24)),
        ElementKind.F32 => (1.0 / (1 << 24), 1e-38),
        var _ => (1.0 / (1L << 52), 1e-300),
    };
}
