using System.Globalization;
using LanguageExt;
using MiniTorch.Frontend.Text;
using MiniTorch.Ir;
using static LanguageExt.Prelude;

namespace MiniTorch.Frontend;

/// <summary>Layers over sentences that are padded to one length.</summary>
public static partial class Layers
{
    /// <summary>The largest over the last axis: x [N, C, L] gives [N, C], whatever L is.</summary>
    /// <remarks>Source: Collobert et al., "Natural Language Processing (Almost) from Scratch", JMLR 2011, 3.3.3.</remarks>
    public static readonly Model MaxOverTime = Of(Layer.Pure("max_over_time", "MaxOverTime",
        x => x.Type.IsUnknown ? x : Prim.ReduceMax(x, [x.Type.Rank - 1])));

    /// <summary>
    /// A sentence's embedding: numbers of words, x i32 [N, L], give [N, width, L], a row of a table for each word and
    /// zeros for padding.
    /// </summary>
    /// <param name="vocabulary">How many numbers there are.</param>
    /// <param name="width">Of a row.</param>
    /// <param name="deviation">The rows begin normal with this standard deviation.</param>
    /// <param name="given">Rows that begin as they are given instead, by number.</param>
    /// <remarks>Parameter: weight [vocabulary, width]. Errors: words.W1, words.W2.</remarks>
    public static Model Words(
        int vocabulary, int width, double deviation = 1, IReadOnlyDictionary<int, ReadOnlyMemory<float>>? given = null) =>
        Of(new Layer("words",
            string.Create(CultureInfo.InvariantCulture, $"Words({vocabulary}, {width}{WordsTail(deviation, given)})"),
            (name, x, _) => WordsOf(name, x, WordRows.Drawn(vocabulary, width, deviation, given))));

    /// <summary>f where x [N, C, L] has a word, zeros where x has zeros alone: padding stays padding.</summary>
    /// <remarks>
    /// f keeps the length, as <c>Conv(100, 3, Same)</c> does. Where f is not negative, as after a ReLU, its maximum over
    /// time is the same for any padding. Errors: masked.M1.
    /// </remarks>
    public static Model Masked(Model f) => Made("masked", $"Masked({f})", Seq1(f),
        (name, x, mode) => Of(Each(Seq1(f), name, x, mode), values => MaskedOf(name, values[0], x)));

    private static (Expr, Seq<Parameter>, long) WordsOf(string name, Expr x, WordRows rows)
    {
        if (x.Type.IsUnknown) return (x, LanguageExt.Seq<Parameter>.Empty, 0);
        if (x.Type.Rank != 2 || !x.Type.Element.IsInteger)
            return Broken(name, x, "words.W1",
                $"takes numbers of words i32[batch,length], input is {x.Type}; give sentences as numbers");
        if (rows.Misfit is { } width)
            return Broken(name, x, "words.W2",
                $"is {rows.Type[1]} wide, a given row has {width} numbers; give rows of {rows.Type[1]}");
        var weight = new Parameter($"{name}.weight", rows.Type, rows.Draw, 2 * Init.Blocks(rows.Type.Count));
        var found = Prim.Transpose(Prim.Gather(weight.Input, x), [0, 2, 1]);
        var isWord = Prim.Broadcast(Prim.Ne(x, Prim.Like(x, Vocabulary.Padding)), found.Shape, [0, 2]);
        return (Prim.Select(isWord, found, Prim.Like(found, 0)), Seq1(weight), 0);
    }

    private static Expr MaskedOf(string name, Expr y, Expr x)
    {
        if (x.Type.IsUnknown || y.Type.IsUnknown) return y;
        if (x.Type.Rank != 3 || y.Type.Rank != 3 || y.Shape[2] != x.Shape[2])
            return Expr.Broken(new("masked.M1", "takes [batch, channels, length] and keeps the length, "
                + $"{x.Type} became {y.Type}; pad within, as Same does", name), x);
        var isWord = Prim.ReduceMax(Prim.Abs(x), [1]) > 0;
        return Prim.Select(Prim.Broadcast(isWord, y.Shape, [0, 2]), y, Prim.Like(y, 0));
    }

    private static string WordsTail(double deviation, IReadOnlyDictionary<int, ReadOnlyMemory<float>>? given) =>
        (deviation == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $", deviation: {deviation}"))
        + (given is null || given.Count == 0 ? "" : $", given: {given.Count}");
}
