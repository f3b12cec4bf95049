using System.Collections.Immutable;
using MiniTorch.Ir;
using MiniTorch.Ir.Text;
using MiniTorch.Passes;
using MiniTorch.Passes.Autodiff;

namespace MiniTorch.Examples.Course;

/// <summary>What a lecture's part shows, from top to bottom: a list of blocks that grows as the page is read.</summary>
public sealed class Page
{
    private readonly List<Block> blocks = [];

    /// <summary>What it shows so far.</summary>
    public IReadOnlyList<Block> Blocks => blocks;

    /// <summary>The head of a section.</summary>
    public void Heading(string text) => blocks.Add(new Block.Heading(text));

    /// <summary>A paragraph; line ends in it are spaces.</summary>
    public void Text(string text) => blocks.Add(new Block.Prose(text));

    /// <summary>Mathematics, line by line.</summary>
    public void Formula(string text) => blocks.Add(new Block.Formula(text));

    /// <summary>Lines of C#, as a user writes them.</summary>
    public void Code(string text) => blocks.Add(new Block.Code(text));

    /// <summary>A value, as the lecture prints it.</summary>
    public void Print(Tensor value) => Print("", value);

    /// <summary>A value with its name.</summary>
    public void Print(string name, Tensor value) => blocks.Add(new Block.Number(name, value));

    /// <summary>A table.</summary>
    public void Table(IReadOnlyList<string> head, params IEnumerable<IReadOnlyList<string>> rows) =>
        blocks.Add(new Block.Table(head, [.. rows]));

    /// <summary>A graph in the text form.</summary>
    public void Ir(Graph graph) => blocks.Add(Listing(graph));

    /// <summary>A graph beside its gradient.</summary>
    public void SideBySide(Graph forward, Graph backward) => blocks.Add(new Block.Pair(Listing(forward), Listing(backward)));

    /// <summary>An expression beside its gradient from the cotangent <c>d</c>, both after the default pipeline.</summary>
    public void SideBySide(Expr y, params ImmutableArray<Expr> wrt) => SideBySide(Forward(y), Backward(y, wrt));

    /// <summary>A law: both sides are equal within so much of the larger, or the page is a defect.</summary>
    public void Equal(string law, Tensor one, Tensor other, double within = 0) =>
        Holds(within == 0 ? law : $"{law}, to {within:0.#####e+0}", Compute.Near(one, other, within));

    /// <summary>A law that was tried.</summary>
    public void Holds(string law, bool holds) =>
        blocks.Add(holds ? new Block.Law(law) : throw new InvalidOperationException($"the page says what is not so: {law}"));

    /// <summary>Where to read on: a path from the repository's root.</summary>
    public void Link(string path, string about) => blocks.Add(new Block.Link(path, about));

    /// <summary>Matrices as pictures beside each other, each over the range of its own cells.</summary>
    public void Grids(params IEnumerable<(string Title, Tensor Cells)> parts) => blocks.Add(new Block.Grids([.. parts]));

    /// <summary>Pictures beside each other, each in letters and as a chart for a page of HTML.</summary>
    public void Gallery(params IEnumerable<(string Text, Report.Picture Chart)> parts) =>
        blocks.Add(new Block.Gallery([.. parts]));

    /// <summary>A picture in letters, and a chart for a page of HTML.</summary>
    public void Picture(string text, Report.Picture? chart = null) => blocks.Add(new Block.Picture(text, chart));

    /// <summary>The results of a graph on the CPU backend, small ones compared with what the ops mean.</summary>
    public ImmutableArray<Tensor> Run(Graph graph, params ReadOnlySpan<(string Name, Tensor Value)> inputs) =>
        Compute.Results(graph, inputs.ToArray().ToDictionary(i => i.Name, i => i.Value));

    /// <summary>The value of one expression.</summary>
    public Tensor Run(Expr y, params ReadOnlySpan<(string Name, Tensor Value)> inputs) => Run(Graph.Of([y]), inputs)[0];

    /// <summary>A graph of one result, simplified.</summary>
    public static Graph Forward(Expr y, string name = "forward") =>
        Pipelines.Default.Run(Graph.Of([new Output("y", y)], name: name)).Graph;

    /// <summary>The gradients <c>d_x</c> of inputs from the cotangent <c>d</c> of y, simplified.</summary>
    public static Graph Backward(Expr y, params ImmutableArray<Expr> wrt)
    {
        var d = Prim.Input("d", y.Type);
        var gradients = Passes.Autodiff.Backward.Vjp([y], [d], wrt);
        var outputs = gradients.Select((g, i) => new Output(wrt[i].Op is Input x ? $"d_{x.Name}" : "", g));
        var simple = Pipelines.Default.Run(Graph.Of(outputs, [d, .. Graph.Of([y]).Inputs], "backward")).Graph;
        return Graph.Of(simple.Outputs, simple.Inputs.Where(i => IsRead(simple, i)), simple.Name);
    }

    /// <summary>A gradient does not read every input: that of a linear function reads only the cotangent.</summary>
    private static bool IsRead(Graph graph, Expr input) =>
        graph.Nodes.Any(n => n.Args.Contains(input)) || graph.Outputs.Any(o => ReferenceEquals(o.Value, input));

    private static Block.Listing Listing(Graph graph) => new(graph.Name, Printer.Print(graph, labels: false).TrimEnd());
}
