using System.Globalization;
using LanguageExt;
using MiniTorch.Examples.Trainings;
using MiniTorch.Frontend;
using MiniTorch.Ir;
using MiniTorch.Report;
using static MiniTorch.Frontend.Layers;

namespace MiniTorch.Examples.Course;

/// <summary>
/// Which side each member of a karate club took when it split, from two members alone: whom the others spend time with says
/// the rest. Or any graph of a folder that <see cref="SocietyFolder"/> reads.
/// </summary>
public static class KarateTraining
{
    private const int Most = 10, MostDrawn = 150;

    /// <summary>The training.</summary>
    public static readonly Offer Offer = new("karate", "sides of a club, by graph convolution", settings =>
        from _ in settings.Without("karate", "--model", "--vectors", "--batch")
        from folder in DataFolder.Of(settings.Data, "karate", "edges.txt and labels.txt")
        from society in SocietyFolder.Read(folder)
        select Of(society));

    /// <summary>Three graph convolutions: what a node becomes depends on the nodes up to three edges away.</summary>
    /// <remarks>Source: Kipf and Welling, ICLR 2017, section 3 and appendix A, which has the club as its example.</remarks>
    public static Model Network(Society s) =>
        GraphConv(16, s.Edges) >>> Layers.Tanh >>> GraphConv(16, s.Edges) >>> Layers.Tanh
        >>> GraphConv(s.Classes.Count, s.Edges) >>> ChannelsFirst;

    /// <summary>The training of a society.</summary>
    public static Study Of(Society s) => new()
    {
        Name = "karate",
        About = $"Of {s.Names.Count} nodes joined by {s.Edges.Count / 2} edges the class of {s.Told.Count} is told; "
            + "that of the others is found from whom they are joined to.",
        Things = "graphs",
        Parts = "nodes",
        Model = Network(s),
        Loss = Loss.MaskedCrossEntropy,
        Training = new TensorExamples(s.X, s.Target(s.Told)),
        Test = new TensorExamples(s.X, s.Target(s.Asked)),
        X = n => s.X.Type.With([n, s.X.Type[1], s.X.Type[2]]),
        Batch = 1,
        TestBatch = 1,
        Epochs = 200,
        Rate = 0.01,
        Optimiser = (rate, _) => Frontend.Optimiser.Adam(rate),
        Judge = y => Judged(s, y),
        Show = i => new ShownText(Told(s, s.Asked[i])),
        Picture = (report, _) => s.Names.Count > MostDrawn ? report
            : report with { Network = Drawn(s, report.Classes!.Taken) },
        Words = (_, verdict) => Words(s, (Classified)verdict),
    };

    /// <summary>Scores [1, classes, nodes] against the classes of the nodes that were asked for.</summary>
    private static Classified Judged(Society s, Tensor y)
    {
        var (taken, scores, nodes) = (Tester.Classes(y), y.ToDoubles(), s.Names.Count);
        double Score(int node, int c) => scores[c * nodes + node];
        double Sure(int node) =>
            1 / Enumerable.Range(0, s.Classes.Count).Sum(c => Math.Exp(Score(node, c) - Score(node, taken[node])));
        var truth = s.Asked.Map(i => s.Labels[i]);
        return new([.. s.Classes], [.. truth], [.. s.Asked.Map(i => taken[i])], [.. s.Asked.Map(Sure)]);
    }

    /// <summary>A picture of who is joined to whom, and what those who were asked for were taken for.</summary>
    public static Network Drawn(Society s, Seq<int> taken)
    {
        var places = s.Asked.AsEnumerable().Select((node, i) => (node, i)).ToDictionary(p => p.node, p => taken[p.i]);
        NetworkNode Node(string name, int i) =>
            new(name, s.Labels[i], places.GetValueOrDefault(i, s.Labels[i]), !places.ContainsKey(i));
        return new(s.Classes, s.Names.AsEnumerable().Select(Node).ToSeq().Strict(), s.Pairs);
    }

    private static string Told(Society s, int node) => string.Create(CultureInfo.InvariantCulture,
        $"node {s.Names[node]}, joined to {s.Degree(node)} others");

    private static IEnumerable<string> Words(Society s, Classified c)
    {
        var wrong = Enumerable.Range(0, c.Truth.Count).Where(i => c.Truth[i] != c.Taken[i]).Select(i => s.Asked[i]).ToList();
        var told = s.Told.AsEnumerable().Take(Most).Select(i => $"{s.Names[i]} is {s.Classes[s.Labels[i]]}");
        yield return $"told of {s.Told.Count} nodes: {string.Join(", ", told)}{(s.Told.Count > Most ? " …" : "")}";
        yield return $"{s.Names.Count - wrong.Count} of {s.Names.Count} nodes right, those told counted";
        foreach (var i in wrong.Take(Most)) yield return $"wrong: {Told(s, i)}, is {s.Classes[s.Labels[i]]}";
    }
}
