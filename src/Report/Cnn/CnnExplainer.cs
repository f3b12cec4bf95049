using LanguageExt;
using MiniTorch.Ir;
using MiniTorch.Ir.Text;
using MiniTorch.Passes.Analysis;

namespace MiniTorch.Report;

/// <summary>
/// A network explained by what it does to one input: every kernel, every feature map, pooled maps and scores, layer by
/// layer. First the graph is read and <see cref="Probe"/> says what must be computed; its results make the page.
/// </summary>
/// <remarks>
/// Errors: cnn.E1 the graph has no input to look at; cnn.E2 the names of classes are not as many as the scores; cnn.E3
/// nothing is computed from the input that could be shown.
/// Source: the lectures, "CNN Explainer" (poloclub.github.io/cnn-explainer).
/// </remarks>
public sealed class CnnExplainer
{
    private readonly Expr input;
    private readonly Seq<Stage> stages;
    private readonly Func<Expr, Explanation> explain;

    private CnnExplainer(Graph graph, Expr input, Seq<Stage> stages, IReadOnlySet<string> parameters)
    {
        (this.input, this.stages) = (input, stages);
        var explained = Explanation.Of(graph, parameters).ToDictionary(e => e.Node);
        explain = node => explained[node];
        Probe = Graph.Of(Shown, graph.Inputs, graph.Name);
    }

    /// <summary>What must be computed for the page: the same inputs, and as results all that is shown.</summary>
    public Graph Probe { get; }

    /// <summary>Reads a graph.</summary>
    /// <param name="graph">A network, forward.</param>
    /// <param name="parameters">Names of the inputs that are its weights; another one, a float one of rank 3 or more if
    /// there is one, is what is looked at.</param>
    public static Either<IrError, CnnExplainer> Of(Graph graph, IReadOnlySet<string> parameters)
    {
        var open = graph.Inputs.Where(i => !parameters.Contains(((Input)i.Op).Name)).ToList();
        var image = open.FirstOrDefault(i => i.Type.Element.IsFloat && i.Type.Rank >= 3) ?? open.FirstOrDefault();
        if (image is null)
            return new IrError("cnn.E1", "the model has no input to look at, all are parameters; name the parameters alone");
        var stages = Stages(graph, image).ToSeq().Strict();
        return stages.IsEmpty
            ? new IrError("cnn.E3",
                $"the model has no layer that computes from {((Input)image.Op).Name}; there is nothing to show")
            : new CnnExplainer(graph, image, stages, parameters);
    }

    /// <summary>The page of one example, the first where the input is a batch.</summary>
    /// <param name="title">Of the page.</param>
    /// <param name="about">A sentence beneath it: whose model, which input.</param>
    /// <param name="inputs">Values of the inputs, by name.</param>
    /// <param name="results">Values of the results of <see cref="Probe"/>, in their order.</param>
    /// <param name="classes">Names of the classes; none for numbers.</param>
    public Either<IrError, HtmlPage> Page(string title, string about, IReadOnlyDictionary<string, Tensor> inputs,
        IReadOnlyList<Tensor> results, Seq<string> classes)
    {
        var values = Shown.Zip(results).DistinctBy(p => p.Item1).ToDictionary(p => p.Item1, p => p.Item2);
        var scores = stages.Filter(s => s.IsResult && Scores.Are(s.Node)).Strict();
        if (classes.Count > 0 && !scores.Exists(s => s.Node.Shape[1] == classes.Count))
            return new IrError("cnn.E2", $"{classes.Count} classes are named, the scores are "
                + string.Join(" and ", scores.Map(s => $"{s.Node.Shape[1]}").DefaultIfEmpty("none")) + "; name as many");
        return HtmlPage.Of(title, about,
        [
            Input(inputs[((Input)input.Op).Name]),
            .. stages.AsEnumerable()
                .Select(s => StagePart.Of(s, explain(s.Node), explain(s.Anchor), InputName, values, classes)),
        ]);
    }

    private string InputName => ((Input)input.Op).Name;

    private Section Input(Tensor value)
    {
        var one = StagePart.First(input, value);
        var of = StagePart.IsBatch(input) && input.Shape[0] > 1 ? ", of which the first example is shown" : "";
        return Section.Of($"{InputName}: the input", Block.Text($"{input.Type}{of}."),
            new Block(one.Type.Rank < 2 ? Walls.Strip(InputName, one)
                : one.Type.Rank == 2 ? Walls.Maps($"{InputName}, channel", one) : Walls.Photo(InputName, one)));
    }

    private IEnumerable<Expr> Shown => stages.AsEnumerable().Select(s => s.Node)
        .Concat(stages.AsEnumerable().Select(s => s.Kernels).OfType<Expr>());

    // where layers have names, what has none is a step within one; a model's own names are of the text form
    private static IEnumerable<Stage> Stages(Graph graph, Expr input)
    {
        var results = graph.Outputs.Select(o => Unmoved(o.Value)).ToHashSet();
        var groups = Groups.Of(graph, input).Where(g => g.End.Type.Rank >= 2 || results.Contains(g.End)).ToList();
        var named = groups.Any(g => g.Label.Length > 0);
        var names = Printer.Names(graph);
        return groups.Where(g => !named || g.Label.Length > 0 || results.Contains(g.End)).Select(g =>
            new Stage(g.Label.Length > 0 ? g.Label : names[graph.Index[g.End]], Stage.KindOf(g.Anchor, g.End),
                g.Anchor, g.End, results.Contains(g.End)));
    }

    private static Expr Unmoved(Expr result)
    {
        while (result.Op is Reshape or StopGradient) result = result.Args[0];
        return result;
    }
}
