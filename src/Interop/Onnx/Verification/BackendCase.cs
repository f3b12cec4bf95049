using System.Collections.Immutable;
using LanguageExt;
using MiniTorch.Ir;

namespace MiniTorch.Interop.Onnx.Verification;

/// <summary>The results of a graph for values of its inputs.</summary>
public delegate Either<IrError, ImmutableArray<Tensor>> Runner(Graph graph, IReadOnlyDictionary<string, Tensor> inputs);

/// <summary>
/// A folder of ONNX's backend tests: <c>model.onnx</c> or <c>model.ir</c>, and for each N a <c>test_data_set_N</c> of
/// <c>input_K.pb</c> and <c>output_K.pb</c>, and perhaps <c>cotangent_K.pb</c> for outputs and <c>gradient_K.pb</c> for
/// inputs, against which the symbolic gradient is checked; outputs without a cotangent take ones.
/// </summary>
/// <remarks>
/// Errors: case.C1 a folder without a model or with too few data; case.C2 more data than inputs or outputs; case.C3 a
/// value that differs; those of <see cref="ModelFile"/>.
/// Source: ONNX, docs/OnnxBackendTest.md.
/// </remarks>
public static class BackendCase
{
    private static readonly string[] NotSupported = ["onnx.O1", "onnx.O2", "onnx.T1", "onnx.T4"];

    /// <summary>Runs every data set of a folder and compares.</summary>
    /// <remarks>A defect in one folder fails that folder: the others are still to be seen.</remarks>
    public static Verdict Verify(string folder, Runner run, Tolerance tolerance)
    {
        var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));
        try
        {
            return All(folder, run, tolerance).Match(_ => new Verdict(name, Outcome.Passed, ""), e => Verdict(name, e));
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            var what = e.Message.ReplaceLineEndings(" ");
            return new(name, Outcome.Failed, $"a defect of ours: {e.GetType().Name}: {what}");
        }
    }

    private static Either<IrError, Unit> All(string folder, Runner run, Tolerance tolerance) =>
        from sets in Sets(folder)
        from source in Source.Of(folder)
        from all in Each.Of(sets, set => new DataSet(set, source, run, tolerance).Check())
        select Unit.Default;

    private static Verdict Verdict(string name, IrError e) => NotSupported.Contains(e.Rule)
        ? new(name, Outcome.Skipped, e.Message)
        : new(name, Outcome.Failed, e.Rule.StartsWith("case.", StringComparison.Ordinal) ? e.Message : $"{e}");

    private static Either<IrError, Seq<string>> Sets(string folder)
    {
        if (!Directory.Exists(folder)) return new IrError("case.C1", $"there is no folder {folder}");
        var sets = Directory.GetDirectories(folder, "test_data_set_*").Order(StringComparer.Ordinal).ToSeq();
        return sets.IsEmpty ? new IrError("case.C1", $"{folder} has no folder test_data_set_0") : sets;
    }
}
