using MiniTorch.Ir;
using Xunit;

namespace MiniTorch.Interop.Tests.Onnx;

/// <summary>Functions of one number against .NET's, and their derivatives against formulas.</summary>
public class FunctionsOfOneNumberTests
{
    private static readonly Dictionary<string, (Func<double, double> Value, Func<double, double> Slope)> Known = new()
    {
        ["Tan"] = (Math.Tan, x => 1 / Math.Pow(Math.Cos(x), 2)),
        ["Sinh"] = (Math.Sinh, Math.Cosh),
        ["Cosh"] = (Math.Cosh, Math.Sinh),
        ["Asin"] = (Math.Asin, x => 1 / Math.Sqrt((1 - x) * (1 + x))),
        ["Acos"] = (Math.Acos, x => -1 / Math.Sqrt((1 - x) * (1 + x))),
        ["Atan"] = (Math.Atan, x => 1 / (1 + x * x)),
        ["Asinh"] = (Math.Asinh, x => 1 / Math.Sqrt(x * x + 1)),
        ["Acosh"] = (Math.Acosh, x => 1 / Math.Sqrt((x - 1) * (x + 1))),
        ["Atanh"] = (Math.Atanh, x => 1 / ((1 - x) * (1 + x))),
        ["Reciprocal"] = (x => 1 / x, x => -1 / (x * x)),
    };

    public static TheoryData<string> Names() => [.. Known.Keys];

    [Theory, MemberData(nameof(Names))]
    public void A_function_of_binary64_is_NETs_to_a_few_units_in_the_last_place(string name) =>
        Close(name, ElementType.F64, Math.Pow(2, -50));

    [Theory, MemberData(nameof(Names))]
    public void A_function_of_binary32_is_NETs_to_a_few_units_in_the_last_place(string name) =>
        Close(name, ElementType.F32, Math.Pow(2, -21));

    [Theory, MemberData(nameof(Names))]
    public void A_function_of_binary16_is_rounded_once(string name)
    {
        foreach (var x in Points(name, ElementType.F16))
        {
            var expected = Tensor.Scalar(ElementType.F16, Known[name].Value(x)).At(0);
            var computed = new Applied(name, Tensor.Scalar(ElementType.F16, x)).Numbers[0];
            Assert.True(Math.Abs(computed - expected) <= Math.Abs(expected) * Math.Pow(2, -10) || expected.Equals(computed),
                $"{name}({x}) is {computed}, expected {expected}");
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void A_derivative_is_the_formulas(string name)
    {
        var points = Points(name, ElementType.F64);
        var node = new Applied(name, Tensor.FromDoubles(ElementType.F64[points.Length], points));
        var (seed, slopes) = (Applied.Seed(ElementType.F64[points.Length], 0), node.Gradient(0).ToDoubles());
        for (var i = 0; i < points.Length; i++)
            Assert.Equal(Known[name].Slope(points[i]) * seed.At(i), slopes[i], 1e-15 + 1e-12 * Math.Abs(slopes[i]));
    }

    [Theory, InlineData("Asin"), InlineData("Acos"), InlineData("Atan")]
    [InlineData("Asinh"), InlineData("Acosh"), InlineData("Atanh")]
    public void The_second_derivative_is_the_derivative_of_the_formula(string name)
    {
        foreach (var x in (double[])[-0.9, -0.3, 0.001, 0.2, 0.45, 0.7])
        {
            var at = name == "Acosh" ? x + 2 : x;
            var expected = (Known[name].Slope(at + 1e-5) - Known[name].Slope(at - 1e-5)) / 2e-5;
            var second = new Applied(name, Tensor.Scalar(ElementType.F64, at)).Second();
            Assert.Equal(expected, second, 1e-7 * (1 + Math.Abs(expected)));
        }
    }

    [Theory]
    [InlineData("Atan", 0.0, 0.0)]
    [InlineData("Atan", double.PositiveInfinity, Math.PI / 2)]
    [InlineData("Atan", double.NegativeInfinity, -Math.PI / 2), InlineData("Asin", 1.0, Math.PI / 2)]
    [InlineData("Asin", -1.0, -Math.PI / 2)]
    [InlineData("Acos", 1.0, 0.0), InlineData("Acos", -1.0, Math.PI), InlineData("Acos", 1.5, double.NaN)]
    [InlineData("Asin", -1.5, double.NaN)]
    [InlineData("Asinh", double.PositiveInfinity, double.PositiveInfinity)]
    [InlineData("Asinh", double.NegativeInfinity, double.NegativeInfinity), InlineData("Acosh", 1.0, 0.0)]
    [InlineData("Acosh", 0.5, double.NaN)]
    [InlineData("Atanh", 1.0, double.PositiveInfinity), InlineData("Atanh", -1.0, double.NegativeInfinity)]
    [InlineData("Atanh", 2.0, double.NaN)]
    [InlineData("Cosh", double.NegativeInfinity, double.PositiveInfinity)]
    [InlineData("Sinh", double.NegativeInfinity, double.NegativeInfinity)]
    [InlineData("Atan", double.NaN, double.NaN), InlineData("Asinh", double.NaN, double.NaN), InlineData("Tan", 0.0, 0.0)]
    public void At_the_ends_a_function_has_its_limits(string name, double x, double y) =>
        Assert.Equal(y, new Applied(name, Tensor.Scalar(ElementType.F64, x)).Numbers[0], 1e-15);

    [Theory]
    [InlineData("Asin", 1, double.PositiveInfinity), InlineData("Asin", -1, double.PositiveInfinity)]
    [InlineData("Acos", 1, double.NegativeInfinity), InlineData("Acos", -1, double.NegativeInfinity)]
    [InlineData("Acos", 0, -1)]
    [InlineData("Acosh", 1, double.PositiveInfinity), InlineData("Atanh", 1, double.PositiveInfinity)]
    [InlineData("Atan", 0, 1), InlineData("Atan", 1, 0.5), InlineData("Asinh", 0, 1)]
    [InlineData("Atanh", 0, 1), InlineData("Sinh", 0, 1)]
    public void At_the_ends_a_derivative_has_its_limits(string name, double x, double slope) =>
        Assert.Equal(slope, new Applied(name, Tensor.Scalar(ElementType.F64, x)).Gradient(0).At(0), 1e-14);

    [Fact]
    public void A_half_rounds_to_the_even_neighbour_and_everything_else_to_the_nearest()
    {
        double[] points = [0.5, 1.5, 2.5, -0.5, -1.5, -2.5, 0.49999997, -0.49999997, 0.4, 2.6, -2.6, 8388607.5, 8388609,
            1e20, double.PositiveInfinity, double.NegativeInfinity];
        var x = Tensor.FromDoubles(ElementType.F32[points.Length], points);
        Assert.Equal(x.ToDoubles().Select(p => Math.Round(p, MidpointRounding.ToEven)), new Applied("Round", x).Numbers);
        Assert.True(double.IsNaN(new Applied("Round", Tensor.Of([], float.NaN)).Numbers[0]));
    }

    [Fact]
    public void Ceil_is_the_least_whole_number_above() =>
        Assert.Equal([-1.0, 2, 3, 0], new Applied("Ceil", Tensor.Of([4], -1.5f, 1.2f, 3, 0)).Numbers);

    [Fact]
    public void Steps_have_the_derivative_0()
    {
        foreach (var name in (string[])["Round", "Ceil", "Floor", "Sign"])
            Assert.Equal([0.0, 0, 0], new Applied(name, Tensor.Of([3], -1.5f, 0.2f, 3)).Gradient(0).ToDoubles());
    }

    private static void Close(string name, ElementType element, double tolerance)
    {
        var points = Points(name, element);
        var computed = new Applied(name, Tensor.FromDoubles(element[points.Length], points)).Numbers;
        for (var i = 0; i < points.Length; i++)
            Relative(name, points[i], Known[name].Value(points[i]), computed[i], tolerance);
    }

    private static void Relative(string name, double x, double expected, double computed, double tolerance) =>
        Assert.True(Math.Abs(computed - expected) <= tolerance * Math.Abs(expected),
            $"{name}({x:R}) is {computed:R}, expected {expected:R}");

    /// <summary>Points of the domain: dense in the middle, and towards 0 and the ends over many powers of two.</summary>
    private static double[] Points(string name, ElementType element)
    {
        var least = element == ElementType.F64 ? 50 : element == ElementType.F32 ? 22 : 8;
        var span = element == ElementType.F16 ? 10 : 88;
        var small = Enumerable.Range(1, least).Select(k => Math.Pow(2, -k) * (1 + 0.37 * (k % 3)));
        var middle = Enumerable.Range(1, 199).Select(i => i / 200.0);
        var most = element == ElementType.F16 ? 8 : 60;
        var large = Enumerable.Range(0, most).Select(k => Math.Pow(2, k * 0.5) * (1 + 0.29 * (k % 3)));
        IEnumerable<double> points = name switch
        {
            "Asin" or "Acos" or "Atanh" => Both(small.Concat(middle).Concat(small.Select(x => 1 - x))),
            "Acosh" => small.Concat(middle).Concat(large).Select(x => 1 + x),
            "Tan" => Both(small.Concat(Enumerable.Range(1, 150).Select(i => i / 100.0))),
            "Sinh" or "Cosh" => Both(small.Concat(middle).Concat(Enumerable.Range(1, span).Select(i => i * 1.0))),
            _ => Both(small.Concat(middle).Concat(large)),
        };
        return [.. Tensor.FromDoubles(element[points.Count()], [.. points]).ToDoubles().Where(x => Inside(name, x))];
    }

    private static bool Inside(string name, double x) => name switch
    {
        "Asin" or "Acos" or "Atanh" => Math.Abs(x) < 1,
        "Acosh" => x > 1,
        _ => x != 0,
    };

    private static IEnumerable<double> Both(IEnumerable<double> points) => points.SelectMany(x => (double[])[x, -x]);
}
