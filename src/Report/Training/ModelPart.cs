using System.Globalization;
using System.Xml.Linq;
using LanguageExt;
using MiniTorch.Ir;
using static MiniTorch.Report.Html;

namespace MiniTorch.Report;

/// <summary>The layers of a model in a table, and its parameters as the tree that their names make.</summary>
internal static class ModelPart
{
    internal static IEnumerable<Block> Of(Seq<LayerRow> layers)
    {
        yield return Block.Table("Layers of a batch, forward, in evaluation",
            ["layer", "what", "result", "parameters", "flops", "bytes"],
            layers.AsEnumerable().Select(l => Row(l.Name, l.Text, $"{l.Type}", l.Parameters, l.Flops, l.Bytes))
                .Append(Row("all", "", "",
                    layers.Sum(l => l.Parameters), layers.Sum(l => l.Flops), layers.Sum(l => l.Bytes))));
        var weights = layers.AsEnumerable().SelectMany(l => l.Weights.AsEnumerable())
            .Select(w => (Path: w.Name.Split('.').ToList(), w.Type)).ToList();
        if (weights.Count > 0) yield return Block.Details("The tree of its parameters", new Block(Tree(weights, 0)));
    }

    private static string[] Row(string name, string text, string type, long parameters, long flops, long bytes) =>
        [name, text, type, Whole(parameters), Whole(flops), Whole(bytes)];

    // as deep as modules are nested
    private static XElement Tree(IEnumerable<(List<string> Path, TensorType Type)> weights, int depth) => El("ul",
        weights.GroupBy(w => w.Path[depth]).Select(g => El("li", g.First().Path.Count == depth + 1
            ? [$"{g.Key} ", El("code", $"{g.First().Type}")]
            : new object[] { $"{g.Key}: {Whole(g.Sum(w => w.Type.Count))} parameters", Tree(g, depth + 1) })));

    private static string Whole(long value) => value.ToString("#,0", CultureInfo.InvariantCulture);
}
