using System.Globalization;
using MiniTorch.Backends.Cpu.Kernels;
using MiniTorch.Generators;
using Xunit;

namespace MiniTorch.Backends.Tests;

/// <summary>The cost model against times that were measured once: ConvTimes.txt. Nothing is timed here.</summary>
public class ConvEstimateTests
{
    private const double Worst = 1.3;

    private static readonly string[] Lines =
        [.. File.ReadLines(Path.Combine(Repository.Root, "tests", "Backends.Tests", "ConvTimes.txt")).Where(l => l[0] != '#')];

    public static TheoryData<string> Cases => [.. Lines];

    /// <summary>The best of those that fit here: one goes by permutations of whole vectors, which not every processor has.</summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void The_chosen_algorithm_takes_at_most_thirteen_tenths_of_the_best(string line)
    {
        var (spec, times) = Read(line);
        var chosen = times[Conv.Choose(spec)];
        var best = times.Where(t => Conv.Fits(t.Key, spec)).Min(t => t.Value);
        Assert.True(chosen <= Worst * best, $"{Conv.Choose(spec)} takes {chosen} ms");
    }

    /// <summary>Of two algorithms whose times differ by more than the bound, the slower has the larger estimate.</summary>
    [Fact]
    public void Of_a_hundred_clear_pairs_ninety_are_ranked_as_measured()
    {
        var (right, all) = (0, 0);
        foreach (var (spec, times) in Lines.Select(Read))
            foreach (var fast in times)
                foreach (var slow in times.Where(t => t.Value > Worst * fast.Value))
                {
                    all++;
                    if (Conv.Estimate(slow.Key, spec) > Conv.Estimate(fast.Key, spec)) right++;
                }
        Assert.True(all > 50 && right >= 0.9 * all, $"{right} of {all}");
    }

    private static (ConvSpec Spec, Dictionary<ConvAlgorithm, double> Times) Read(string line)
    {
        var parts = line.Split(" | ");
        return (ConvCase.Parse(parts[0]).Spec, parts[1].Split(", ").Select(t => t.Split(' ')).ToDictionary(
            t => Enum.Parse<ConvAlgorithm>(t[0]), t => double.Parse(t[1], CultureInfo.InvariantCulture)));
    }
}
