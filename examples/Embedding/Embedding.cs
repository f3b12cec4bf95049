using MiniTorch.Frontend;
using MiniTorch.Ir;
using static MiniTorch.Frontend.Functional;
using static MiniTorch.Ir.ElementType;

namespace MiniTorch.Examples.Course;

/// <summary>Words as rows of a table, and what is lost when the rows are summed.</summary>
public static class Embedding
{
    /// <summary>The page.</summary>
    public static readonly Lecture Lecture = new("embedding", "Embedding: a table with a row for each word",
        "lookup = one-hot @ W; its gradient is a scatter_add; a sum forgets the order", Show);

    private const string One = "the dog bit the man", Other = "the man bit the dog";

    private static readonly string[] Words = ["the", "dog", "bit", "man"];

    private static readonly Tensor Table = Numbers.Of([4, 3], 1, 0, -1, 3, 1, 2, -2, 4, 0, 2, 5, 1);

    private static readonly Expr W = Input("W", F32[4, 3]), X = Input("x", I32[5]);

    private static void Show(Page page)
    {
        Lookup(page);
        Gradient(page);
        Order(page);
        page.Link("examples/Sentiment/Sentiment.cs", "the network of sentences that goes on from here");
    }

    private static Tensor Numbered(string sentence) =>
        Tensor.Of<int>(I32[5], [.. sentence.Split(' ').Select(w => Array.IndexOf(Words, w))]);

    /// <summary>A row for each word: 1 at its number, else 0.</summary>
    private static Expr OneHot(Expr x, int vocabulary) => Prim.Cast(
        Prim.Eq(Prim.Broadcast(x, [x.Shape[0], vocabulary], [0]), Prim.Iota(I32[x.Shape[0], vocabulary], 1)), F32);

    private static void Lookup(Page page)
    {
        page.Text("A word has no size: as a number it would be larger than another. So each word of the vocabulary has a "
            + "row of numbers of its own, which are learned: parameters like any others.");
        page.Formula("y[t] = W[x[t]]    W: vocabulary × width, x: numbers of words");
        page.Code("Expr y = Prim.Gather(W, x);                        // the layer: Embedding(vocabulary: 4, width: 3)");
        var sentence = Numbered(One);
        var y = page.Run(Prim.Gather(W, X), ("W", Table), ("x", sentence));
        page.Table(["word", "number", "row of W"], Words.Select((w, i) => new[] { w, $"{i}", Row(Table, i) }));
        page.Print($"x, \"{One}\"", sentence);
        page.Print("W[x]", y);
        page.Heading("The same as a product");
        page.Text("The lecture writes the layer as input @ weights, with a one-hot row for each word: 1 at its number, else "
            + "0.");
        page.Print("one-hot", page.Run(OneHot(X, 4), ("x", sentence)));
        page.Equal("one-hot @ W = W[x]", page.Run(MatMul(OneHot(X, 4), W), ("W", Table), ("x", sentence)), y);
        page.Text($"The product makes {sentence.Type.Count * Table.Type.Count} multiplications, by 0 all but "
            + $"{y.Type.Count} of them; the lookup makes none.");
    }

    private static string Row(Tensor table, int i) =>
        string.Join(' ', Enumerable.Range(0, 3).Select(c => $"{table.At(i * 3 + c):0}".PadLeft(2)));

    private static void Gradient(Page page)
    {
        page.Heading("The gradient");
        page.Text("Each place sends its gradient to the row it read; a row that was read twice gets both, a row that was "
            + "not read gets nothing. That is scatter_add, the transpose of gather.");
        page.SideBySide(Prim.Gather(W, X), W);
        var d = Numbers.Count([5, 3]);
        (string, Tensor)[] at = [("d", d), ("x", Numbered(One))];
        var gradient = page.Run(Prim.ScatterAdd(Input("d", F32[5, 3]), X, 4), at);
        page.Print("d", d);
        page.Print("d_W", gradient);
        var product = Prim.Dot(OneHot(X, 4), Input("d", F32[5, 3]), [0], [0], [], []);
        page.Equal("d_W = one-hotᵀ @ d", page.Run(product, at), gradient);
    }

    private static void Order(Page page)
    {
        page.Heading("What a sum forgets");
        page.Text("Sentences differ in length; a sum over the words gives one row for each, whatever its length. But it "
            + "ignores relative order and absolute order alike.");
        var rows = Prim.Gather(W, X);
        Tensor At(Expr y, string sentence) => page.Run(y, ("W", Table), ("x", Numbered(sentence)));
        page.Print($"Σ of \"{One}\"", At(Sum(rows, 0), One));
        page.Print($"Σ of \"{Other}\"", At(Sum(rows, 0), Other));
        page.Equal("both sentences have the same sum", At(Sum(rows, 0), One), At(Sum(rows, 0), Other));
        page.Text("A convolution over two words in a row tells them apart, even after the maximum over time.");
        var kernel = Numbers.Whole([4, 3, 2], seed: 5);
        var channels = Prim.Reshape(Prim.Transpose(rows, [1, 0]), [1, 3, 5]);
        var most = Prim.ReduceMax(Activations.Relu(Conv(channels, Prim.Constant(kernel), Valid)), [0, 2]);
        page.Code("Expr features = Prim.ReduceMax(Relu(Conv(rowsAsChannels, kernel, Valid)), [0, 2]);");
        page.Print($"features of \"{One}\"", At(most, One));
        page.Print($"features of \"{Other}\"", At(most, Other));
        page.Holds("the convolution's features differ", !At(most, One).Equals(At(most, Other)));
    }
}
