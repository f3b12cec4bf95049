using System.Collections.Immutable;
using LanguageExt;
using MiniTorch.Generators;
using MiniTorch.Interop.Onnx.Verification;
using MiniTorch.Backends.Cpu;
using MiniTorch.Ir;
using MiniTorch.Passes;
using MiniTorch.Passes.Planning;
using Xunit;

namespace MiniTorch.Interop.Tests.Onnx;

public class TorchSampleTests
{
    private static string Folder => Path.Combine(Repository.Root, "tests", "Interop.Tests", "TorchSamples");

    private static IEnumerable<string> Names => Directory.GetDirectories(Folder).Select(d => Path.GetFileName(d)!).Order();

    private static string Networks => Path.Combine(Repository.Root, "tests", "Interop.Tests", "TorchNetworks");

    public static TheoryData<string> Cases => [.. Names];

    public static TheoryData<string> Exported => [.. Directory.GetDirectories(Networks).Select(d => Path.GetFileName(d)!).Order()];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Results_and_gradients_are_those_of_PyTorch(string name) => Passes(Path.Combine(Folder, name));

    [Theory]
    [MemberData(nameof(Exported))]
    public void Results_and_gradients_of_exported_networks_are_those_of_PyTorch(string name) => Passes(Path.Combine(Networks, name));

    [Theory]
    [MemberData(nameof(Exported))]
    public void The_arena_of_an_exported_network_is_within_a_tenth_of_its_lower_bound(string name)
    {
        var verdict = BackendCase.Verify(Path.Combine(Networks, name), Tight, new());
        Assert.Equal((Outcome.Passed, ""), (verdict.Outcome, verdict.Reason));
    }

    private static Either<IrError, ImmutableArray<Tensor>> Tight(Graph graph, IReadOnlyDictionary<string, Tensor> inputs)
    {
        var plan = Planner.Of(Pipelines.Default.Run(graph).Graph, new CpuTarget(1));
        Assert.InRange(plan.ArenaBytes, plan.LowerBound, plan.LowerBound * 11 / 10);
        return Running.OnCpu(graph, inputs);
    }

    private static void Passes(string folder)
    {
        var verdict = BackendCase.Verify(folder, Running.OnCpu, new());
        Assert.Equal((Outcome.Passed, ""), (verdict.Outcome, verdict.Reason));
    }

    [Fact]
    public void A_case_fails_when_the_gradient_is_another()
    {
        var name = Names.First(c => c.StartsWith("conv_0", StringComparison.Ordinal));
        var verdict = BackendCase.Verify(Path.Combine(Folder, name), SecondMoved, new());
        Assert.Equal(Outcome.Failed, verdict.Outcome);
        Assert.StartsWith("the gradient of 'x1' is ", verdict.Reason, StringComparison.Ordinal);
    }

    private static Either<IrError, ImmutableArray<Tensor>> SecondMoved(
        Graph graph, IReadOnlyDictionary<string, Tensor> inputs) =>
        Running.OnCpu(graph, inputs).Map(all => all.Length > 1 ? all.SetItem(1, Moved(all[1])) : all);

    private static Tensor Moved(Tensor t) => Tensor.FromDoubles(t.Type, [.. t.ToDoubles().Select(x => x + 0.01)]);
}
