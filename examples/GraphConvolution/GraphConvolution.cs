using LanguageExt;
using MiniTorch.Examples.Trainings;
using MiniTorch.Frontend;
using MiniTorch.Ir;
using static MiniTorch.Frontend.Functional;
using static MiniTorch.Ir.ElementType;
using Gcn = MiniTorch.Frontend.GraphConvolution;

namespace MiniTorch.Examples.Course;

/// <summary>Convolution where a place's neighbours are those that it is joined to.</summary>
public static class GraphConvolution
{
    /// <summary>The page.</summary>
    public static readonly Lecture Lecture = new("graph-convolution", "Graph convolution: neighbours by a list of edges",
        "gather, multiply, scatter_add; a karate club's sides from two members", Show);

    private static readonly (int, int)[] Pairs = [(0, 1), (0, 2), (1, 2), (2, 3)];

    private static readonly Edges Joined = Edges.Between(4, Pairs)
        .Match(edges => edges, e => throw new IrException(Prelude.Seq1(e)));

    private static readonly Expr X = Input("x", F32[1, 4, 2]), W = Input("W", F32[2, 2]);

    private static readonly (string, Tensor)[] Values =
        [("x", Numbers.Count([1, 4, 2])), ("W", Numbers.Of([2, 2], 1, 2, 0, 1))];

    private static readonly Lazy<Either<IrError, (string Words, Report.Network Network)>> Club = new(Learn);

    private static void Show(Page page)
    {
        Matrix(page);
        List(page);
        Gradient(page);
        Line(page);
        Sides(page);
    }

    private static void Matrix(Page page)
    {
        page.Text("A pixel's neighbours are the pixels beside it; a node's are whatever it is joined to. Here are four "
            + "nodes, a triangle 0 1 2 with a tail 3. A is 1 where two nodes are joined, and I lets each node hear itself.");
        page.Formula("""
            y = D^−½ (A + I) D^−½ x W       D: how many ones a row of A + I has
            y[i] = Σ_j x[j] W / √(D[i] D[j])    over i itself and the j joined to it
            """);
        page.Print("A + I", Adjacency(normalised: false));
        page.Print("D", page.Run(Joined.WithLoops().Degrees(F32)));
        page.Print("D^−½ (A + I) D^−½", Adjacency(normalised: true));
    }

    private static Tensor Adjacency(bool normalised)
    {
        bool IsOne(int i, int j) => i == j || Pairs.Contains((i, j)) || Pairs.Contains((j, i));
        int Degree(int i) => Enumerable.Range(0, 4).Count(j => IsOne(i, j));
        double Cell(int i, int j) => !IsOne(i, j) ? 0 : normalised ? 1 / Math.Sqrt(Degree(i) * Degree(j)) : 1;
        return Tensor.Of([4, 4], [.. Enumerable.Range(0, 16).Select(n => (float)Cell(n / 4, n % 4))]);
    }

    private static void List(Page page)
    {
        page.Heading("By a list of edges");
        page.Text("Most of a large A is 0, so nobody writes it down: an edge is a row of a list. What it carries is "
            + "gathered at its beginning, multiplied by its weight, and scatter_added at its end.");
        page.Code("""
            Expr sent = Prim.Gather(xW, edges.From);             // a row for each edge
            Expr y = Prim.ScatterAdd(sent * weights, edges.To, nodes);
            """);
        var loops = Joined.WithLoops();
        var (from, to, weight) = (page.Run(loops.From), page.Run(loops.To), page.Run(loops.Normalised(F32)));
        page.Table(["from", "to", "weight"], Enumerable.Range(0, loops.Count).Select(e => new[]
            { $"{from.At(e):0}", $"{to.At(e):0}", $"{weight.At(e):0.000}" }));
        var y = page.Run(Gcn.Of(X, W, Joined), Values);
        page.Print("x", Values[0].Item2.View([4, 2]));
        page.Print("W", Values[1].Item2);
        page.Print("y", y.View([4, 2]));
        var product = Prim.MatMul(Prim.Constant(Adjacency(normalised: true)), Prim.Reshape(Prim.MatMul(X, W), [4, 2]));
        page.Equal("it is the product with the matrix", page.Run(product, Values), y.View([4, 2]), 1e-6);
    }

    private static void Gradient(Page page)
    {
        page.Heading("The gradient");
        page.Text("What went from a to b comes back from b to a: gather and scatter_add change places.");
        var edges = Edges.Input(4, 8);
        page.SideBySide(Gcn.Propagate(X, edges, Input("weight", F32[8])), X);
    }

    private static void Line(Page page)
    {
        page.Heading("An image is a graph as well");
        page.Text("Nodes in a row, and an edge from i + k to i of weight w[k] for each k: the lecture's convolution.");
        var (x, w) = (Numbers.Count([1, 1, 6]), Numbers.Of([1, 1, 3], 5, 2, 3));
        var joined = Enumerable.Range(0, 18).Select(n => (From: n / 3 + n % 3, To: n / 3, K: n % 3))
            .Where(e => e.From < 6).ToArray();
        Expr Places(Func<(int From, int To, int K), int> f) =>
            Prim.Constant(Tensor.Of<int>(I32[joined.Length], [.. joined.Select(f)]));
        var edges = new Edges(6, Places(e => e.From), Places(e => e.To));
        var weights = Prim.Constant(Tensor.Of([joined.Length], [.. joined.Select(e => (float)w.At(e.K))]));
        var byEdges = page.Run(Gcn.Propagate(Prim.Constant(x.View([1, 6, 1])), edges, weights)).View([6]);
        page.Print("along edges", byEdges);
        page.Equal("it is Conv(x, w, Same)", byEdges, page.Run(Conv(Prim.Constant(x), Prim.Constant(w), Same)).View([6]));
    }

    private static void Sides(Page page)
    {
        page.Heading("Zachary's karate club");
        page.Text("34 members of a club, 78 pairs who met outside it. The club split: the side of the instructor (1) and "
            + "that of the administrator (34) are told, the others' are to be found. Three layers see three edges far.");
        page.Code("minitorch train karate");
        Club.Value.Match(
            found => page.Picture(
                found.Words, new Report.NetworkChart("What each member was taken for", found.Network).Draw()),
            e => page.Text(e.Message));
        page.Link("examples/Karate/KarateTraining.cs", "the training, which reads larger graphs from a folder as well");
        page.Link("data/karate/README.md", "where the data comes from");
    }

    private static Either<IrError, (string, Report.Network)> Learn() =>
        from folder in DataFolder.Of(null, "karate", "edges.txt and labels.txt")
        from society in SocietyFolder.Read(folder)
        select Told(society, KarateTraining.Of(society));

    private static (string, Report.Network) Told(Society society, Study study)
    {
        var learned = Learned.From(
            new(study.Model, study.X(1), study.Loss, Optimiser.Adam(study.Rate), study.Epochs, Seed: 1), study.Training);
        var taken = Tester.Classes(learned.Outputs(study.Test));
        var lines = society.Classes.AsEnumerable().Select((name, c) => $"{name,-15}"
            + string.Concat(Enumerable.Range(0, taken.Length).Where(i => taken[i] == c)
                .Select(i => $" {society.Names[i]}{(society.Labels[i] == c ? "" : "!")}")));
        var right = Enumerable.Range(0, taken.Length).Count(i => taken[i] == society.Labels[i]);
        var words = lines.Append($"{right} of {taken.Length} right; ! marks a member who took the other side");
        return (string.Join('\n', words), KarateTraining.Drawn(society, society.Asked.Map(i => taken[i])));
    }
}
