using System.Globalization;
using LanguageExt;
using MiniTorch.Ir;
using static LanguageExt.Prelude;

namespace MiniTorch.Frontend;

/// <summary>The layers a model is composed of: <c>using static MiniTorch.Frontend.Layers</c>.</summary>
public static partial class Layers
{
    /// <summary>See <see cref="Padding.Valid"/>.</summary>
    public static readonly Padding Valid = Padding.Valid;

    /// <summary>See <see cref="Padding.Same"/>.</summary>
    public static readonly Padding Same = Padding.Same;

    /// <summary>See <see cref="Padding.Centred"/>.</summary>
    public static readonly Padding Centred = Padding.Centred;

    /// <summary>See <see cref="Padding.Causal"/>.</summary>
    public static readonly Padding Causal = Padding.Causal;

    /// <summary>max(x, 0).</summary>
    public static readonly Model Relu = Of(Layer.Pure("relu", "Relu", Activations.Relu));

    /// <summary>1 where x > 0, else 0; no gradient flows through it.</summary>
    public static readonly Model Step = Of(Layer.Pure("step", "Step", Activations.Step));

    /// <summary>1/(1 + e⁻ˣ).</summary>
    public static readonly Model Sigmoid = Of(Layer.Pure("sigmoid", "Sigmoid", Activations.Sigmoid));

    /// <summary>tanh x.</summary>
    public static readonly Model Tanh = Of(Layer.Pure("tanh", "Tanh", Prim.Tanh));

    /// <summary>Softmax over axis 1, the channels or features.</summary>
    public static readonly Model Softmax = Of(Layer.Pure("softmax", "Softmax", x => Activations.Softmax(x, 1)));

    /// <summary>Log-softmax over axis 1, the channels or features.</summary>
    public static readonly Model LogSoftmax = Of(Layer.Pure("log_softmax", "LogSoftmax", x => Activations.LogSoftmax(x, 1)));

    /// <summary>All axes but the first as one.</summary>
    public static readonly Model Flatten = Of(Layer.Pure("flatten", "Flatten", FlattenOf));

    /// <summary>In training zeroes each element with a probability and scales the others so that the mean stays.</summary>
    public static Model Dropout(double probability) =>
        Of(new Layer("dropout", string.Create(CultureInfo.InvariantCulture, $"Dropout({probability})"),
            (_, x, mode) => Drop(x, mode, probability)));

    /// <summary>x · W + b over the last axis; the input's features are inferred unless given.</summary>
    /// <remarks>Parameters: weight [features, outputs], bias [outputs]. Errors: linear.C1, linear.C2.</remarks>
    public static Model Linear(int outputs, int inputs = 0) =>
        Of(new Layer("linear", $"Linear({outputs}{(inputs > 0 ? $", inputs: {inputs}" : "")})",
            (name, x, _) => LinearOf(name, x, outputs, inputs)));

    /// <summary>Rows of a table by index: x of i32 or i64 […] gives […, width].</summary>
    /// <remarks>Parameter: weight [vocabulary, width], standard normal.</remarks>
    public static Model Embedding(int vocabulary, int width) =>
        Of(new Layer("embedding", $"Embedding({vocabulary}, {width})", (name, x, _) => EmbeddingOf(name, x, vocabulary, width)));

    private static Model Of(Layer layer) => new(Seq1(layer));

    private static Expr FlattenOf(Expr x) => x.Type.IsUnknown ? x
        : Prim.Reshape(x, [x.Shape.FirstOrDefault(1), (int)Dims.Of(x.Shape.Skip(1)).Product]);

    private static (Expr, Seq<Parameter>, long) Drop(Expr x, Mode mode, double probability)
    {
        if (!mode.Training || x.Type.IsUnknown || probability <= 0) return (x, LanguageExt.Seq<Parameter>.Empty, 0);
        var kept = Init.Uniform(mode.Key, mode.Counter, x.Type) >= probability;
        return (Prim.Select(kept, x * (1 / (1 - probability)), Prim.Like(x, 0)),
            LanguageExt.Seq<Parameter>.Empty, Init.Blocks(x.Type.Count));
    }

    private static (Expr, Seq<Parameter>, long) LinearOf(string name, Expr x, int outputs, int given)
    {
        if (x.Type.IsUnknown) return (x, LanguageExt.Seq<Parameter>.Empty, 0);
        if (x.Type.Rank < 2) return Broken(name, x, "linear.C2", $"takes a batch of features, input is {x.Type}; put a batch axis first");
        var features = x.Shape[^1];
        var inputs = given > 0 ? given : features;
        if (inputs != features) return Broken(name, x, "linear.C1", Advice.Features(x, inputs, outputs));
        var weight = Parameter.Uniform($"{name}.weight", x.Type.With([inputs, outputs]), inputs);
        var bias = Parameter.Uniform($"{name}.bias", x.Type.With([outputs]), inputs);
        var product = Prim.MatMul(x, weight.Input).Named($"{name}.product");
        return (product + Prim.Broadcast(bias.Input, product.Shape, [product.Type.Rank - 1]), Seq(weight, bias), 0);
    }

    private static (Expr, Seq<Parameter>, long) EmbeddingOf(string name, Expr x, int vocabulary, int width)
    {
        var type = ElementType.F32[vocabulary, width];
        var weight = new Parameter($"{name}.weight", type, (key, counter) => Init.Normal(key, counter, type), 2 * Init.Blocks(type.Count));
        return (Prim.Gather(weight.Input, x), Seq1(weight), 0);
    }

    private static (Expr, Seq<Parameter>, long) Broken(string name, Expr x, string rule, string message) =>
        (Expr.Broken(new IrError(rule, message, name), x), LanguageExt.Seq<Parameter>.Empty, 0);
}
