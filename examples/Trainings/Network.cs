using LanguageExt;
using MiniTorch.Frontend;
using MiniTorch.Ir;
using MiniTorch.Passes;
using MiniTorch.Report;
using static LanguageExt.Prelude;

namespace MiniTorch.Examples.Trainings;

/// <summary>A trained network for those who look at it: its forward graph, and what it makes of a test example.</summary>
/// <param name="study">What was trained.</param>
/// <param name="parameters">What it learned.</param>
internal sealed class Network(Study study, Seq<(string Name, Tensor Value)> parameters)
{
    /// <summary>y from x, one example, and the parameters; the tool reads the weights of its name beside it.</summary>
    internal Either<IrError, Graph> Forward => study.Model.Forward(study.X(1)).ToEither().MapLeft(e => e.Head);

    /// <summary>The first test example, where it is an image or a clip.</summary>
    internal Option<Tensor> Example => study.Show is { } show && study.Test.Count > 0 && show(0) is ShownImage
        ? Some(First(study.X(1))) : None;

    /// <summary>Every kernel, feature map, pooled map and score of an example.</summary>
    internal Either<IrError, HtmlPage> Page(Tensor x, Verdict verdict, IBackend backend)
    {
        var values = parameters.Add(("x", x)).ToDictionary(p => p.Name, p => p.Value);
        return
            from graph in Forward
            from explainer in CnnExplainer.Of(graph, parameters.Map(p => p.Name).ToHashSet())
            from trace in Pipelines.Default.TryRun(explainer.Probe)
            from run in backend.Compile(trace.Graph)
            from page in explainer.Page(
                $"{study.Name}: one example", About(verdict), values, Results(run, values), Classes(verdict, graph))
            select page;
    }

    private Tensor First(TensorType x)
    {
        var target = study.Model.Evaluation(x, study.Loss)
            .Match(g => g.Input("target").Map(i => i.Type.Bytes).IfNone(0), _ => 0);
        var into = new byte[x.Bytes];
        study.Test.Fill([0], into, new byte[target]);
        return Tensor.Adopt(x, into);
    }

    private static IReadOnlyList<Tensor> Results(IExecutable run, IReadOnlyDictionary<string, Tensor> values)
    {
        using var owned = run;
        return run.Results(values);
    }

    private static string About(Verdict verdict) =>
        "What each layer makes of the first test example: kernels, feature maps, scores."
        + (verdict is Classified c ? $" It is {c.Names[c.Truth[0]]}, and was taken for {c.Names[c.Taken[0]]}." : "");

    /// <summary>Names for as many scores.</summary>
    private static Seq<string> Classes(Verdict verdict, Graph graph) =>
        verdict is Classified c && graph.Outputs[0].Value.Type is { Rank: 2 } y && y[1] == c.Names.Count
            ? c.Names.ToSeq().Strict() : [];
}
