using System.Globalization;
using MiniTorch.Backends.Cpu;
using MiniTorch.Ir;
using MiniTorch.Ir.Text;
using MiniTorch.Passes;
using MiniTorch.Passes.Autodiff;
using MiniTorch.Passes.Planning;

namespace MiniTorch.Benchmarks;

/// <summary>How the compiler's own time grows with a graph.</summary>
public static class Scale
{
    private const string X = "x", Y = "y";
    private static readonly TensorType Type = ElementType.F32[4];

    /// <summary>A line a phase; the ratio is time per node over that of the line's graph ten times smaller: 1 is linear.</summary>
    public static void Print()
    {
        Console.WriteLine($"{"# phase",-16} {"web 1k",9} {"web 10k",9} {"web 100k",9} {"10k:1k",7} {"100k:10k",8}"
            + $" {"chain 5k",9} {"chain 50k",9} {"50k:5k",7}");
        Graph[] webs = [.. new[] { 1_000, 10_000, 100_000 }.Select(n => Of(Web(n)))];
        Graph[] chains = [.. new[] { 5_000, 50_000 }.Select(n => Of(Chain(n)))];
        Line("nodes", g => g.Nodes.Length, webs, chains, false);
        foreach (var (phase, work) in Phases) Line(phase, g => Milliseconds(work(g)), webs, chains, true);
    }

    /// <summary>What is timed; preparing it, as printing before parsing, is not.</summary>
    private static IEnumerable<(string Phase, Func<Graph, Action> Work)> Phases =>
    [
        ("Graph.Of", g => () => Ir.Graph.Of(g.Outputs, g.Inputs)),
        ("print", g => () => Printer.Print(g)),
        ("parse", Parse),
        ("differentiate", g => () => Backward.Grad(g.Outputs[0].Value, g.Inputs)),
        ("default pipeline", g => () => Pipelines.Default.Run(g)),
        ("plan", g => () => Planner.Of(g, new CpuTarget(1))),
    ];

    private static Action Parse(Graph g)
    {
        var text = Printer.Print(g);
        return () => Parser.Parse(text).Match(_ => { }, errors => throw new IrException(errors));
    }

    private static double Milliseconds(Action work) => Clock.Time(work, 0.3, 3).Median;

    private static void Line(string phase, Func<Graph, double> measure, Graph[] webs, Graph[] chains, bool ratios)
    {
        var (web, chain) = (webs.Select(measure).ToArray(), chains.Select(measure).ToArray());
        string Ratio(double[] t, Graph[] g, int i) =>
            ratios ? (t[i] / g[i].Nodes.Length / (t[i - 1] / g[i - 1].Nodes.Length)).ToString("0.00", CultureInfo.InvariantCulture) : "";
        string Cell(double value) => value.ToString(ratios ? "0.00" : "0", CultureInfo.InvariantCulture);
        Console.WriteLine($"{phase,-16} {Cell(web[0]),9} {Cell(web[1]),9} {Cell(web[2]),9} {Ratio(web, webs, 1),7} {Ratio(web, webs, 2),8}"
            + $" {Cell(chain[0]),9} {Cell(chain[1]),9} {Ratio(chain, chains, 1),7}");
    }

    /// <summary>A web of so many nodes.</summary>
    internal static Graph Graph(int nodes) => Of(Web(nodes));

    private static Graph Of(Expr y) => Ir.Graph.Of([new Output("loss", Prim.Sum(y, [0]))]);

    /// <summary>n elementwise nodes, each of two of the last 64; what nothing uses is added up, so that all of it lives.</summary>
    private static Expr Web(int n)
    {
        var random = new Random(1);
        List<Expr> nodes = [Prim.Input(X, Type), Prim.Input(Y, Type)];
        var unused = new System.Collections.Generic.HashSet<Expr>(nodes);
        Expr Take()
        {
            var node = nodes[nodes.Count - 1 - random.Next(Math.Min(nodes.Count, 64))];
            unused.Remove(node);
            return node;
        }
        while (nodes.Count < n)
        {
            var node = Step(random.Next(4), Take(), Take());
            nodes.Add(node);
            unused.Add(node);
        }
        return nodes.Where(unused.Contains).Aggregate((sum, node) => sum + node);
    }

    private static Expr Step(int op, Expr x, Expr y) => op switch
    {
        0 => x + y,
        1 => x * y,
        2 => Prim.Max(x, y),
        _ => Prim.Tanh(x),
    };

    /// <summary>n nodes, each of the one before.</summary>
    private static Expr Chain(int n) =>
        Enumerable.Range(0, n).Aggregate(Prim.Input(X, Type), (x, i) => i % 2 == 0 ? Prim.Tanh(x) : Prim.Sin(x));
}
