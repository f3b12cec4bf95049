using System.Collections.Immutable;
using MiniTorch.Ir;

namespace MiniTorch.Passes.Analysis;

/// <summary>
/// The parameters of one layer, counted as the lecture counts them: weights of a product or a convolution, and the biases
/// that are added to it.
/// </summary>
/// <param name="Node">The product or the convolution.</param>
/// <param name="Sharing">Who has weights of its own: <c>dense</c>, <c>receptive fields</c>, <c>shared weights</c>.</param>
/// <param name="Law">The lecture's formula: <c>N·(k1·k2·C+1)</c>.</param>
/// <param name="Numbers">The same with this layer's numbers: <c>4·(3·3·3+1)</c>.</param>
/// <param name="Count">Their value, weights and biases.</param>
public sealed record LayerParameters(Expr Node, string Sharing, string Law, string Numbers, long Count)
{
    /// <summary>Every layer of a graph that reads parameters not read before, in order.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="parameters">Names of the inputs that are parameters.</param>
    public static ImmutableArray<LayerParameters> Of(Graph graph, IReadOnlySet<string> parameters)
    {
        var layers = new List<(Weights Weights, bool Bias)>();
        var held = graph.Inputs.Where(i => parameters.Contains(((Input)i.Op).Name)).ToDictionary(i => i, i => i);
        var open = new Dictionary<Expr, int>();
        var read = new HashSet<Expr>();
        foreach (var node in graph.Nodes)
        {
            if (node is { Op: Movement or Cast, Args: [var moved] })
            {
                if (held.TryGetValue(moved, out var parameter)) held[node] = parameter;
                if (open.TryGetValue(moved, out var layer)) open[node] = layer;
            }
            else if (Weights.Of(node, held.ContainsKey) is { } weights && read.Add(held[weights.Operand]))
            {
                open[node] = layers.Count;
                layers.Add((weights, false));
            }
            else if (node is { Op: Add, Args: [var x, var y] } && (Biased(x, y) ?? Biased(y, x)) is { } at)
            {
                layers[at] = (layers[at].Weights, true);
            }
        }
        return [.. layers.Select(l => l.Weights.Layer(l.Bias))];

        int? Biased(Expr layer, Expr bias) => open.TryGetValue(layer, out var at) && held.TryGetValue(bias, out var b)
            && !layers[at].Bias && b.Type.Count == layers[at].Weights.Units && read.Add(b) ? at : null;
    }
}

/// <summary>The weights that a node multiplies: so many units, each with a weight for every cell of its field.</summary>
internal sealed record Weights(Expr Node, Expr Operand, string Sharing, Dims Field, Dims Places, int Channels, int Features)
{
    /// <summary>How many sums have weights of their own; a bias has one number for each.</summary>
    internal long Units => Places.Product * Features;

    /// <summary>Those of a convolution by a parameter, or of a product with one; null for any other node.</summary>
    internal static Weights? Of(Expr node, Func<Expr, bool> isParameter) => node switch
    {
        { Op: Conv, Args: [_, var w] } when isParameter(w) =>
            new(node, w, "shared weights", w.Shape.Slice(2, w.Type.Rank - 2), [], w.Shape[1], w.Shape[0]),
        { Op: Dot d, Args: [var x, var w] } when isParameter(w) && !isParameter(x) =>
            Product(node, w, d.RightContract, d.RightBatch, d.RightFree(w.Type.Rank)),
        { Op: Dot d, Args: [var w, var x] } when isParameter(w) && !isParameter(x) =>
            Product(node, w, d.LeftContract, d.LeftBatch, d.LeftFree(w.Type.Rank)),
        _ => null,
    };

    // of a field with one axis more than there are axes of places the first is the channels
    private static Weights Product(Expr node, Expr w, Dims contract, Dims batch, Dims free)
    {
        var (field, features) = (w.Shape.At(contract), (int)w.Shape.At(free).Product);
        if (batch.Count == 0) return new(node, w, "dense", [(int)field.Product], [], 1, features);
        var channelled = field.Count == batch.Count + 1;
        return new(node, w, "receptive fields", channelled ? field.Slice(1, batch.Count) : field, w.Shape.At(batch),
            channelled ? field[0] : 1, features);
    }

    /// <summary>The layer, with biases or without.</summary>
    internal LayerParameters Layer(bool bias)
    {
        var per = Field.Product * Channels + (bias ? 1 : 0);
        return new(Node, Sharing, Text(Letters, Of(Channels, "C"), Count("N"), bias),
            Text(Dotted(Field), Of(Channels, $"{Channels}"), Count($"{Units}"), bias), Units * per);
        static string Of(int count, string text) => count == 1 ? "" : $"·{text}";
        string Count(string text) => Sharing == "shared weights" && Features == 1 ? ""
            : text == "N" && Sharing == "shared weights" && Channels == 1 ? "M" : text;
    }

    private string Letters => Sharing == "dense" ? "M"
        : Field.Count == 1 ? "K" : Dotted(Enumerable.Range(1, Field.Count).Select(i => $"K{i}"));

    // kernels over several channels: N·(k1·k2·3+1), the count first; else (K1·K2+1)·M
    private string Text(string field, string channels, string count, bool bias)
    {
        var sum = $"{field}{channels}{(bias ? "+1" : "")}";
        var term = bias && count.Length > 0 ? $"({sum})" : sum;
        return count.Length == 0 ? term
            : Sharing == "shared weights" && Channels > 1 ? $"{count}·{term}" : $"{term}·{count}";
    }

    private static string Dotted<T>(IEnumerable<T> factors) => string.Join('·', factors);
}
