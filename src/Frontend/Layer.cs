using LanguageExt;
using MiniTorch.Ir;

namespace MiniTorch.Frontend;

/// <summary>A trainable value of a model.</summary>
/// <param name="Name">As <c>conv1.weight</c>.</param>
/// <param name="Type">Its type.</param>
/// <param name="Draw">Its first value from a random key and counter.</param>
/// <param name="Draws">How many counter values that uses.</param>
public sealed record Parameter(string Name, TensorType Type, Func<Expr, Expr, Expr> Draw, long Draws)
{
    /// <summary>Uniform in ±1/√fan-in, PyTorch's default for linear and convolution layers.</summary>
    public static Parameter Uniform(string name, TensorType type, double fanIn) =>
        new(name, type, (key, counter) => Init.Uniform(key, counter, type, 1 / Math.Sqrt(Math.Max(1, fanIn))), Init.Blocks(type.Count));

    /// <summary>A matrix uniform in ±√(6/(rows + columns)). Source: Glorot and Bengio, AISTATS 2010, equation 16.</summary>
    public static Parameter Glorot(string name, TensorType type) =>
        new(name, type, (key, counter) => Init.Uniform(key, counter, type, Math.Sqrt(6.0 / (type[0] + type[1]))),
            Init.Blocks(type.Count));

    /// <summary>Zeros, which draw nothing.</summary>
    public static Parameter Zeros(string name, TensorType type) => new(name, type, (_, _) => Prim.Full(type, 0), 0);

    /// <summary>The input of a graph that stands for it.</summary>
    public Expr Input => Prim.Input(Name, Type);
}

/// <summary>What a layer may use besides its input: whether it trains, and randomness.</summary>
/// <param name="Training">Dropout drops only in training.</param>
/// <param name="Key">The random key, an i64 scalar.</param>
/// <param name="Counter">The first counter value of this step, an i64 scalar.</param>
public sealed record Mode(bool Training, Expr Key, Expr Counter)
{
    /// <summary>Evaluation: nothing is random.</summary>
    public static readonly Mode Evaluation =
        new(false, Prim.Scalar(ElementType.I64, 0L), Prim.Scalar(ElementType.I64, 0L));
}

/// <summary>A value while it passes the layers: where it is, what parameters were made, which names are taken.</summary>
/// <param name="Value">The expression so far.</param>
/// <param name="Parameters">In order.</param>
/// <param name="Kinds">Of the layers so far.</param>
/// <param name="Draws">Counter values used in this step.</param>
public sealed record Flow(Expr Value, Seq<Parameter> Parameters, Seq<string> Kinds, long Draws)
{
    /// <summary>What stands before every name: <c>residual1.</c> within a layer of that name.</summary>
    public string Prefix { get; init; } = "";

    /// <summary>The start.</summary>
    public static Flow Of(Expr x) => new(x, LanguageExt.Seq<Parameter>.Empty, LanguageExt.Seq<string>.Empty, 0);

    /// <summary>The name of the next layer of a kind: <c>conv2</c>.</summary>
    public string Next(string kind) => $"{Prefix}{kind}{Kinds.AsEnumerable().Count(k => k == kind) + 1}";
}

/// <summary>One layer of a model: a pure function of a value and a mode.</summary>
/// <param name="Kind">The stem of its name, as <c>conv</c>.</param>
/// <param name="Text">As printed, as <c>Conv(6, 5, centred)</c>.</param>
/// <param name="Apply">The value after it and the parameters it adds, from its name, the value and the mode with its counter.</param>
public sealed record Layer(string Kind, string Text, Func<string, Expr, Mode, (Expr Value, Seq<Parameter> Parameters, long Draws)> Apply)
{
    /// <summary>The models that it is made of, each of the layer's own input; none where it is not made of models.</summary>
    public Seq<Model> Inner { get; init; } = LanguageExt.Seq<Model>.Empty;

    /// <summary>A layer without parameters.</summary>
    public static Layer Pure(string kind, string text, Func<Expr, Expr> f) =>
        new(kind, text, (_, x, _) => (f(x), LanguageExt.Seq<Parameter>.Empty, 0));

    /// <summary>The flow after the layer; its expression is labelled with its name.</summary>
    public Flow Through(Flow flow, Mode mode)
    {
        var name = flow.Next(Kind);
        var at = mode with { Counter = mode.Counter + Prim.Scalar(ElementType.I64, flow.Draws) };
        var (value, parameters, draws) = Apply(name, flow.Value, at);
        return flow with
        {
            Value = Labelled(value, flow.Value, name), Parameters = flow.Parameters + parameters,
            Kinds = flow.Kinds.Add(Kind), Draws = flow.Draws + draws,
        };
    }

    /// <summary>
    /// A value passed through keeps its label; every rule broken within the layer is reported at the layer, or at the layer
    /// of an inner model that broke it.
    /// </summary>
    private Expr Labelled(Expr value, Expr input, string name) =>
        ReferenceEquals(value, input) ? input
        : !value.Type.IsUnknown || input.Type.IsUnknown ? value.Named(name)
        : Graph.Check([value]).Match(
            _ => value.Named(name),
            errors => errors.Fold(input, (x, e) => Expr.Broken(e with { Where = Place(e.Where, name) }, x)));

    private string Place(string where, string name) =>
        Inner.Count > 0 && where.StartsWith($"{name}.", StringComparison.Ordinal) ? where : name;

    /// <inheritdoc/>
    public override string ToString() => Text;
}
