using MiniTorch.Ir;
using Xunit;
using static MiniTorch.Frontend.Layers;
using static MiniTorch.Frontend.Tests.Given;
using Check = MiniTorch.Generators.Check;

namespace MiniTorch.Frontend.Tests;

public sealed class InitTests
{
    private const int Count = 100_000;

    private static readonly TensorType X = ElementType.F32[3, 2, 8, 8];

    private static readonly Model Net = Conv(4, 3) >>> Relu >>> Flatten >>> Linear(7) >>> Linear(5);

    private static Expr Long(long value) => Prim.Scalar(ElementType.I64, value);

    private static (double Mean, double Variance) Moments(double[] values)
    {
        var mean = values.Average();
        return (mean, values.Average(v => (v - mean) * (v - mean)));
    }

    [Fact]
    public void The_same_seed_gives_the_same_bits_and_another_seed_others() => Check.Holds(Seeds, seed =>
    {
        var (a, b, other) = (Initial(Net, X, seed), Initial(Net, X, seed), Initial(Net, X, seed + 1));
        return a.All(p => p.Value.Equals(b[p.Key])) && a.All(p => !p.Value.Equals(other[p.Key]));
    }, 5);

    [Fact]
    public void First_values_lie_within_one_over_the_root_of_the_fan_in()
    {
        var fanIns = new Dictionary<string, int> { ["conv1"] = 2 * 3 * 3, ["linear1"] = 4 * 6 * 6, ["linear2"] = 7 };
        foreach (var (name, value) in Initial(Net, X, 7))
        {
            var bound = 1 / Math.Sqrt(fanIns[name.Split('.')[0]]);
            Assert.All(value.ToDoubles(), v => Assert.InRange(v, -bound, bound));
            if (value.Type.Count > 30) Assert.True(value.ToDoubles().Max(Math.Abs) > 0.8 * bound, name);
        }
    }

    [Fact]
    public void Parameters_share_no_random_numbers()
    {
        var all = Initial(Linear(6) >>> Linear(6), ElementType.F32[1, 6], 3);
        var (first, second) = (all["linear1.weight"].ToDoubles(), all["linear2.weight"].ToDoubles());
        Assert.Empty(first.Intersect(second));
    }

    [Fact]
    public void Uniform_numbers_have_the_mean_and_variance_of_uniform_numbers()
    {
        var values = Value(Init.Uniform(Long(5), Long(0), ElementType.F32[Count])).ToDoubles();
        var (mean, variance) = Moments(values);
        Assert.All(values, v => Assert.True(v is >= 0 and < 1));
        Assert.Equal(0.5, mean, 0.004);
        Assert.Equal(1 / 12.0, variance, 0.001);
    }

    [Fact]
    public void Uniform_numbers_within_a_bound_have_its_mean_and_variance()
    {
        var values = Value(Init.Uniform(Long(6), Long(0), ElementType.F32[Count], 0.25)).ToDoubles();
        var (mean, variance) = Moments(values);
        Assert.All(values, v => Assert.True(v is >= -0.25 and < 0.25));
        Assert.Equal(0, mean, 0.002);
        Assert.Equal(0.0625 / 3, variance, 0.0003);
    }

    [Fact]
    public void Normal_numbers_have_the_moments_of_normal_numbers()
    {
        var values = Value(Init.Normal(Long(7), Long(0), ElementType.F32[Count])).ToDoubles();
        var (mean, variance) = Moments(values);
        Assert.Equal(0, mean, 0.013);
        Assert.Equal(1, variance, 0.02);
        Assert.Equal(0.6827, values.Count(v => Math.Abs(v) < 1) / (double)Count, 0.006);
        Assert.Equal(3, values.Average(v => Math.Pow((v - mean) / Math.Sqrt(variance), 4)), 0.1);
    }

    [Fact]
    public void Draws_that_use_as_many_counters_as_said_do_not_overlap()
    {
        var first = Value(Init.Uniform(Long(5), Long(0), ElementType.F32[9])).ToDoubles();
        var next = Value(Init.Uniform(Long(5), Long(Init.Blocks(9)), ElementType.F32[9])).ToDoubles();
        var shared = Value(Init.Uniform(Long(5), Long(Init.Blocks(9) - 1), ElementType.F32[9])).ToDoubles();
        Assert.Empty(first.Intersect(next));
        Assert.NotEmpty(first.Intersect(shared));
    }
}
