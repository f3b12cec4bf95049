using MiniTorch.Interop.Onnx;
using MiniTorch.Interop.Onnx.Verification;
using MiniTorch.Ir;
using Xunit;

namespace MiniTorch.Interop.Tests.Onnx;

public sealed class BackendCaseTests : IDisposable
{
    private const string Double = "graph m(x: f32[2], i: i64[2])\n  %add.0 = add x x : f32[2]\n  return y=%add.0\n";

    private readonly string folder = Directory.CreateTempSubdirectory("minitorch-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private void Tensor(string name, Tensor value)
    {
        Directory.CreateDirectory(Path.Combine(folder, "test_data_set_0"));
        var path = Path.Combine(folder, "test_data_set_0", $"{name}.pb");
        Assert.True(TensorProtoFile.Save(path, "", value).IsRight);
    }

    /// <summary>A case that passes: 1 2 becomes 2 4.</summary>
    private void Whole()
    {
        File.WriteAllText(Path.Combine(folder, "model.ir"), Double);
        Tensor("input_0", Some.F32([2], 1, 2));
        Tensor("input_1", Some.List(0, 0));
        Tensor("output_0", Some.F32([2], 2, 4));
    }

    private (Outcome, string) Verdict()
    {
        var verdict = BackendCase.Verify(folder, Running.OnCpu, new());
        Assert.Equal(Path.GetFileName(folder), verdict.Name);
        return (verdict.Outcome, verdict.Reason.Replace(folder, "DIR"));
    }

    [Fact]
    public void A_case_passes_when_all_values_are_as_expected()
    {
        Whole();
        Tensor("gradient_0", Some.F32([2], 2, 2));
        Assert.Equal((Outcome.Passed, ""), Verdict());
    }

    [Fact]
    public void A_cotangent_weighs_the_gradient()
    {
        Whole();
        Tensor("cotangent_0", Some.F32([2], 3, -1));
        Tensor("gradient_0", Some.F32([2], 6, -2));
        Assert.Equal((Outcome.Passed, ""), Verdict());
    }

    [Fact]
    public void A_value_that_differs_fails_the_case()
    {
        Whole();
        Tensor("output_0", Some.F32([2], 2, 5));
        Assert.Equal((Outcome.Failed, "output 'y' is 4 at element 1, expected 5"), Verdict());
        Tensor("output_0", Some.F32([2], 3, 5));
        Assert.Equal((Outcome.Failed, "output 'y' is 2 at element 0, expected 3; 2 of 2 elements differ"), Verdict());
        Tensor("output_0", Some.F32([1], 2));
        Assert.Equal((Outcome.Failed, "output 'y' is f32[2], expected f32[1]"), Verdict());
    }

    [Fact]
    public void A_folder_without_a_model_fails()
    {
        Tensor("input_0", Some.F32([2], 1, 2));
        Assert.Equal((Outcome.Failed, "DIR has no model.onnx and no model.ir"), Verdict());
    }

    [Fact]
    public void A_folder_without_data_fails()
    {
        File.WriteAllText(Path.Combine(folder, "model.ir"), Double);
        Assert.Equal((Outcome.Failed, "DIR has no folder test_data_set_0"), Verdict());
    }

    [Fact]
    public void More_data_than_the_model_has_inputs_fail_the_case()
    {
        Whole();
        Tensor("input_2", Some.F32([2], 1, 2));
        var (outcome, reason) = Verdict();
        Assert.Equal(Outcome.Failed, outcome);
        Assert.Contains("input_2.pb is there, and the model has 2", reason, StringComparison.Ordinal);
    }

    [Fact]
    public void An_input_without_data_fails_the_case()
    {
        Whole();
        File.Delete(Path.Combine(folder, "test_data_set_0", "input_0.pb"));
        Assert.Equal((Outcome.Failed, "DIR/test_data_set_0 has no input_0.pb, the value of input 'x'"), Verdict());
    }

    [Fact]
    public void A_case_that_expects_nothing_fails()
    {
        Whole();
        File.Delete(Path.Combine(folder, "test_data_set_0", "output_0.pb"));
        Assert.Equal((Outcome.Failed, "DIR/test_data_set_0 has no output_0.pb to compare with"), Verdict());
    }

    [Fact]
    public void A_gradient_of_whole_numbers_fails_the_case()
    {
        Whole();
        Tensor("gradient_1", Some.List(0, 0));
        var (outcome, reason) = Verdict();
        Assert.Equal(Outcome.Failed, outcome);
        Assert.DoesNotContain("defect", reason, StringComparison.Ordinal);
    }

    [Fact]
    public void An_operator_that_is_not_supported_skips_the_case()
    {
        var model = OneNode.Model(OneNode.Body([OneNode.Node("Foo", ["x"], ["y"])], [("x", ElementType.F32[2])], ["y"]));
        File.WriteAllBytes(Path.Combine(folder, "model.onnx"), Google.Protobuf.MessageExtensions.ToByteArray(model));
        Tensor("input_0", Some.F32([2], 1, 2));
        Assert.Equal((Outcome.Skipped, "operator 'Foo' is not supported"), Verdict());
    }

    [Fact]
    public void A_defect_fails_its_case_and_no_other()
    {
        Whole();
        var verdict = BackendCase.Verify(folder, (_, _) => throw new InvalidOperationException("two\nlines"), new());
        Assert.Equal("a defect of ours: InvalidOperationException: two lines", verdict.Reason);
    }

    [Fact]
    public void Being_stopped_is_no_verdict() => Assert.Throws<OperationCanceledException>(() =>
    {
        Whole();
        BackendCase.Verify(folder, (_, _) => throw new OperationCanceledException(), new());
    });
}
