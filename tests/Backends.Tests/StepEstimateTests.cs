using System.Globalization;
using LanguageExt;
using MiniTorch.Backends.Cpu;
using MiniTorch.Generators;
using MiniTorch.Ir;
using MiniTorch.Ir.Text;
using MiniTorch.Passes;
using MiniTorch.Passes.Planning;
using Xunit;

namespace MiniTorch.Backends.Tests;

/// <summary>
/// The cost model of all steps but convolutions against times that were measured once: StepTimes.txt. Nothing is timed here.
/// </summary>
public class StepEstimateTests
{
    private const double Worst = 1.7, Clear = 1.5;

    private static readonly (string Name, double Measured, double Estimated)[] Steps =
        [.. File.ReadAllText(Path.Combine(Repository.Root, "tests", "Backends.Tests", "StepTimes.txt")).Split("\n\n")[1..].Select(Read)];

    public static TheoryData<string> Names => [.. Steps.Select(s => s.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void An_estimate_is_within_seventeen_tenths_of_what_was_measured(string name)
    {
        var (_, measured, estimated) = Steps.Single(s => s.Name == name);
        Assert.True(measured <= Worst * estimated && estimated <= Worst * measured, $"{estimated} µs for {measured} µs");
    }

    /// <summary>Of two steps whose times differ by half and more, the slower has the larger estimate.</summary>
    [Fact]
    public void Of_a_hundred_clear_pairs_ninety_five_are_ranked_as_measured()
    {
        var pairs = Steps.SelectMany(fast => Steps.Where(s => s.Measured > Clear * fast.Measured)
            .Select(slow => slow.Estimated > fast.Estimated)).ToArray();
        Assert.True(pairs.Length > 200 && pairs.Count(right => right) >= 0.95 * pairs.Length);
    }

    private static (string, double, double) Read(string block)
    {
        var (time, text) = (block[..block.IndexOf('\n')], block[(block.IndexOf('\n') + 1)..]);
        var graph = Parser.Parse(text).Match(g => g, errors => throw new IrException(errors));
        var plan = Planner.Of(Pipelines.Default.Run(graph).Graph, new CpuTarget(1));
        return (graph.Name, double.Parse(time, CultureInfo.InvariantCulture), plan.Seconds * 1e6);
    }
}
