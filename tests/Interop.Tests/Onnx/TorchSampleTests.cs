using System.Collections.Immutable;
using LanguageExt;
using MiniTorch.Generators;
using MiniTorch.Interop.Onnx.Verification;
using MiniTorch.Ir;
using Xunit;

namespace MiniTorch.Interop.Tests.Onnx;

public class TorchSampleTests
{
    private static string Folder => Path.Combine(Repository.Root, "tests", "Interop.Tests", "TorchSamples");

    private static IEnumerable<string> Names => Directory.GetDirectories(Folder).Select(d => Path.GetFileName(d)!).Order();

    public static TheoryData<string> Cases => [.. Names];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Results_and_gradients_are_those_of_PyTorch(string name)
    {
        var verdict = BackendCase.Verify(Path.Combine(Folder, name), Running.OnCpu, new());
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
