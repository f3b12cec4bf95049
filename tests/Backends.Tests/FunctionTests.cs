using MiniTorch.Backends.Cpu;
using MiniTorch.Ir;
using MiniTorch.Passes;
using Xunit;

namespace MiniTorch.Tests;

/// <summary>Elementary functions of floats against double precision.</summary>
public sealed class FunctionTests
{
    private static readonly float[] Special = [0, -0f, 1, -1, 2, -2, 3, -3, 0.5f, -0.5f, 1e-45f, -1e-45f, 1e-38f, float.MaxValue,
        float.MinValue, float.PositiveInfinity, float.NegativeInfinity, float.NaN, 16777216, -16777217, 16777215, 1e5f, 3.1415927f, 1e20f];

    [Theory, InlineData("exp", 2), InlineData("log", 2), InlineData("sin", 2), InlineData("cos", 2), InlineData("tanh", 2.5)]
    public void A_function_is_within_units_of_the_last_place(string name, double units)
    {
        var random = new Random(1);
        var x = Enumerable.Range(0, 200_000).Select(i => (float)((random.NextDouble() - 0.5) * Math.Pow(10, (i % 40 / 4) - 4))).ToArray();
        var (of, meant) = Function(name);
        var y = Run(Graph.Of([of(Prim.Input("x", ElementType.F32[x.Length]))]), ("x", x));
        for (var i = 0; i < x.Length; i++) Near(meant(x[i]), y[i], units, $"{name} {x[i]:R}");
    }

    [Theory, InlineData("exp"), InlineData("log"), InlineData("sin"), InlineData("cos"), InlineData("tanh")]
    public void A_function_of_special_numbers_is_what_it_means(string name)
    {
        var (of, meant) = Function(name);
        var y = Run(Graph.Of([of(Prim.Input("x", ElementType.F32[Special.Length]))]), ("x", Special));
        for (var i = 0; i < y.Length; i++) Near(meant(Special[i]), y[i], 2, $"{name} {Special[i]:R}");
    }

    [Fact]
    public void A_power_is_within_a_unit_of_the_last_place_also_of_special_numbers()
    {
        var random = new Random(2);
        var pairs = Special.SelectMany(a => Special.Select(b => (a, b))).Concat(Enumerable.Range(0, 200_000).Select(i =>
            ((float)((random.NextDouble() - (i % 5 == 0 ? 0.5 : 0)) * Math.Pow(10, (i % 7) - 3)),
            i % 3 == 0 ? random.Next(-9, 10) : (float)((random.NextDouble() - 0.5) * 20)))).ToArray();
        float[] x = [.. pairs.Select(p => p.Item1)], y = [.. pairs.Select(p => p.Item2)];
        var type = ElementType.F32[x.Length];
        var found = Run(Graph.Of([Prim.Pow(Prim.Input("x", type), Prim.Input("y", type))]), ("x", x), ("y", y));
        for (var i = 0; i < x.Length; i++) Near(Math.Pow(x[i], y[i]), found[i], 1, $"{x[i]:R} to the {y[i]:R}");
    }

    private static (Func<Expr, Expr> Of, Func<double, double> Meant) Function(string name) => name switch
    {
        "exp" => (Prim.Exp, Math.Exp),
        "log" => (Prim.Log, Math.Log),
        "sin" => (Prim.Sin, Math.Sin),
        "cos" => (Prim.Cos, Math.Cos),
        "tanh" => (Prim.Tanh, Math.Tanh),
        var other => throw new InvalidOperationException(other),
    };

    private static float[] Run(Graph graph, params (string Name, float[] Values)[] inputs)
    {
        using var run = Cpu.Compile(graph, 1);
        return run.Results(inputs.ToDictionary(i => i.Name, i => Tensor.Of([i.Values.Length], i.Values))).First().As<float>().ToArray();
    }

    private static void Near(double meant, float found, double units, string what)
    {
        var rounded = (float)meant;
        var size = MathF.Min(MathF.Abs(rounded), float.MaxValue / 2);
        var unit = (double)MathF.BitIncrement(size) - size;
        var same = float.IsNaN(rounded) ? float.IsNaN(found) : rounded == found || Math.Abs(meant - found) <= units * unit;
        Assert.True(same, $"{what}: {found:R}, meant {meant:R}");
    }
}
