using LanguageExt;
using MiniTorch.Ir;
using static LanguageExt.Prelude;

namespace MiniTorch.Frontend;

/// <summary>Layers made of models, whose parameters, errors and labels are named within: <c>residual1.conv2</c>.</summary>
public static partial class Layers
{
    /// <summary>Several models of one input, their results one after the other along an axis.</summary>
    /// <remarks>
    /// Errors: concat.C1 and concat.C2 where the results do not fit together; branches.B1 without a model.
    /// Source: Kim, "Convolutional Neural Networks for Sentence Classification", EMNLP 2014: widths 3, 4, 5 are branches.
    /// </remarks>
    public static Model Branches(int axis, params ReadOnlySpan<Model> models)
    {
        var inner = models.ToArray().ToSeq();
        return Made("branches", $"Branches({axis}, {string.Join(", ", inner)})", inner, (name, x, mode) =>
            inner.IsEmpty ? Broken(name, x, "branches.B1", "has no model to give x to; give one or more")
            : Of(Each(inner, name, x, mode), values => Prim.Concat(axis, [.. values])));
    }

    /// <summary>A model as one layer of a kind: <c>Module("block", Conv(8, 3))</c> has <c>block1.conv1.weight</c>.</summary>
    public static Model Module(string kind, Model model) => Module(kind, $"{Title(kind)}({model})", model);

    /// <summary>f(x) + x; where channels differ x goes through a 1×1 projection, unless a shortcut is given.</summary>
    /// <remarks>
    /// Parameters: of f, then of the shortcut; of the projection <c>projection1.weight</c> and <c>projection1.bias</c>.
    /// Errors: residual.R1 where f(x) and its shortcut differ in more than channels.
    /// Source: He et al., "Deep Residual Learning for Image Recognition", CVPR 2016, equations 1 and 2.
    /// </remarks>
    public static Model Residual(Model f, Model? shortcut = null)
    {
        var (inner, way) = (Seq1(f), shortcut is null ? "" : $", shortcut: {shortcut}");
        return Made("residual", $"Residual({f}{way})", shortcut is null ? inner : inner.Add(shortcut),
            (name, x, mode) => Added(name, x, Each(inner, name, x, mode), shortcut, mode));
    }

    private static Model Module(string kind, string text, Model model) => Made(kind, text, Seq1(model),
        (name, x, mode) => Of(Each(Seq1(model), name, x, mode), values => values[0]));

    private static Model Made(
        string kind, string text, Seq<Model> inner, Func<string, Expr, Mode, (Expr, Seq<Parameter>, long)> apply) =>
        Of(new Layer(kind, text, apply) { Inner = inner });

    /// <summary>The value of each model at x; names and random counters go on from one to the next.</summary>
    private static (Flow Flow, Seq<Expr> Values) Each(Seq<Model> models, string name, Expr x, Mode mode) =>
        models.Fold((Flow.Of(x) with { Prefix = $"{name}." }, LanguageExt.Seq<Expr>.Empty),
            (at, model) => Then(at, model, x, mode));

    private static (Flow Flow, Seq<Expr> Values) Then((Flow Flow, Seq<Expr> Values) at, Model model, Expr x, Mode mode)
    {
        var flow = model.Apply(at.Flow with { Value = x }, mode);
        return (flow, at.Values.Add(flow.Value));
    }

    private static (Expr, Seq<Parameter>, long) Of((Flow Flow, Seq<Expr> Values) all, Func<Seq<Expr>, Expr> value) =>
        (value(all.Values), all.Flow.Parameters, all.Flow.Draws);

    private static (Expr, Seq<Parameter>, long) Added(
        string name, Expr x, (Flow Flow, Seq<Expr> Values) f, Model? shortcut, Mode mode)
    {
        if (x.Type.IsUnknown) return (x, LanguageExt.Seq<Parameter>.Empty, 0);
        var way = shortcut ?? Projection(x.Type, f.Values[0].Type);
        var both = Then(f, way, x, mode);
        var (y, s) = (both.Values[0].Type, both.Values[1].Type);
        return y.IsUnknown || s.IsUnknown || y == s ? Of(both, v => v[0] + v[1])
            : Of(both, v => Expr.Broken(Differ(name, y, s), [.. v]));
    }

    private static IrError Differ(string name, TensorType y, TensorType s) => new("residual.R1",
        $"f(x) is {y}, what is added to it {s}; pad within f so that cells stay, or give a shortcut", name);

    /// <summary>Nothing where channels agree, else a convolution of single cells, or a linear layer of features.</summary>
    private static Model Projection(TensorType x, TensorType y)
    {
        if (y.IsUnknown || x.Rank != y.Rank || x.Rank < 2 || x[1] == y[1]) return new(LanguageExt.Seq<Layer>.Empty);
        var one = x.Rank == 2 ? Linear(y[1]) : Conv(y[1], 1);
        return new(one.Layers.Map(l => l with { Kind = "projection" }));
    }

    private static string Title(string kind) =>
        string.Concat(kind.Split('_').Select(w => w.Length == 0 ? w : $"{char.ToUpperInvariant(w[0])}{w[1..]}"));
}
