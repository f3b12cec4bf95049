using MiniTorch.Examples.Trainings;
using MiniTorch.Ir;
using Xunit;

namespace MiniTorch.Examples.Tests;

public class VerdictTests
{
    private static Tensor Of(Dims shape, params double[] values) => Tensor.FromDoubles(new(ElementType.F32, shape), values);

    [Fact]
    public void A_class_is_the_largest_of_its_row_and_its_probability_how_sure_the_model_is()
    {
        double[] p = [0.7, 0.2, 0.1, 0.25, 0.25, 0.5];
        var verdict = Verdict.Classes(Of([2, 3], [.. p.Select(v => Math.Log(v))]), [0, 1], ["a", "b", "c"]);
        Assert.Equal([0, 2], verdict.Taken);
        Assert.Equal([0.7, 0.5], verdict.Sure.Select(s => Math.Round(s, 5)));
        Assert.Equal(-(Math.Log(0.7) + Math.Log(0.25)) / 2, verdict.Loss, 1e-6);
        Assert.Equal("test accuracy 50.00 %", verdict.Line);
    }

    [Fact]
    public void Above_a_half_it_is_class_1()
    {
        var verdict = Verdict.Binary(Of([3, 1], 0.75, 0.5, 0.125), [1, 1, 0], ["no", "yes"]);
        Assert.Equal([1, 0, 0], verdict.Taken);
        Assert.Equal([0.75, 0.5, 0.875], verdict.Sure);
        Assert.Equal(-(Math.Log(0.75) + Math.Log(0.5) + Math.Log(0.875)) / 3, verdict.Loss, 1e-9);
        Assert.Equal("test accuracy 66.67 %", verdict.Line);
    }

    [Fact]
    public void A_certain_mistake_costs_100() => Assert.Equal(100, Verdict.Binary(Of([1], 0), [1], ["no", "yes"]).Loss);

    [Fact]
    public void Values_are_judged_by_the_mean_of_squares()
    {
        var verdict = Verdict.Values(Of([2], 1, 2.5), [1, 2], "always 1.5 has 0.25");
        Assert.Equal("test error 0.1250 (always 1.5 has 0.25)", verdict.Line);
    }
}
