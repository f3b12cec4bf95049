using MiniTorch.Ir;

namespace MiniTorch.Interop.Onnx.Export;

/// <summary>
/// erf of f64, for which ONNX Runtime has no kernel: 2x/√π ∫₀¹ exp(−x²t²) dt by Gauss and Legendre's rule. From |x| = 6 on
/// it is ±1 in f64.
/// </summary>
/// <remarks>Source: Abramowitz and Stegun, Handbook of Mathematical Functions, 7.1.1 and 25.4.30.</remarks>
internal readonly struct ErfOfDouble(Sheet s)
{
    private const int Points = 48;
    private const double End = 6;
    private static readonly (double At, double Weight)[] Rule = [.. Enumerable.Range(0, Points).Select(Point)];

    public Wire Of(Wire x)
    {
        var near = s.Op("Min", x.Type, s.Op("Max", x.Type, x, s.Scalar(x.Element, -End)), s.Scalar(x.Element, End));
        var column = Moves.Reshape(s, s.Op("Mul", x.Type, near, near), [(int)x.Type.Count, 1]);
        var squares = Constant([1, Points], p => -p.At * p.At);
        var exponents = s.Op("MatMul", x.Type.With([(int)x.Type.Count, Points]), column, squares);
        var sums = s.Op("MatMul", column.Type, s.Op("Exp", exponents.Type, exponents),
            Constant([Points, 1], p => 2 / Math.Sqrt(Math.PI) * p.Weight));
        return s.Op("Mul", x.Type, near, Moves.Reshape(s, sums, x.Shape));
    }

    private Wire Constant(Dims shape, Func<(double At, double Weight), double> part) =>
        s.Constant(Tensor.FromDoubles(new(ElementType.F64, shape), Rule.Select(part).ToArray()));

    /// <summary>A root of the Legendre polynomial by Newton's method, and its weight, both for 0 to 1.</summary>
    private static (double At, double Weight) Point(int i)
    {
        var x = Math.Cos(Math.PI * (i + 0.75) / (Points + 0.5));
        for (var step = 0; step < 8; step++) x -= Legendre(x) is var (p, slope) ? p / slope : 0;
        return ((1 + x) / 2, 1 / ((1 - x * x) * Legendre(x).Slope * Legendre(x).Slope));
    }

    private static (double Value, double Slope) Legendre(double x)
    {
        var (before, value) = (1.0, x);
        for (var n = 2; n <= Points; n++) (before, value) = (value, ((2 * n - 1) * x * value - (n - 1) * before) / n);
        return (value, Points * (x * value - before) / (x * x - 1));
    }
}
