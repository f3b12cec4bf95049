using LanguageExt;
using MiniTorch.Ir;

namespace MiniTorch.Frontend;

/// <summary>Something measured in one training step, besides the loss.</summary>
/// <param name="Of">A parameter, or a layer of ReLU.</param>
/// <param name="What">One of the names of <see cref="Observation"/>.</param>
/// <param name="Value">Its value.</param>
public readonly record struct Observed(string Of, string What, double Value);

/// <summary>
/// Gradient flow as results of a training step: how large the gradient, the update and the value of each parameter are,
/// and how many units of each ReLU were 0 for the whole batch. Observing changes no bit of the training.
/// </summary>
/// <remarks>Source: the lectures, "Gradient Flow": layers that are used get more updates.</remarks>
public static class Observation
{
    /// <summary>√Σ g² of a parameter's gradient.</summary>
    public const string Gradient = "gradient_norm";

    /// <summary>√Σ (next − p)² of a parameter.</summary>
    public const string Update = "update_norm";

    /// <summary>√Σ p² of a parameter.</summary>
    public const string Norm = "norm";

    /// <summary>How many units, places of axis 1, a ReLU leaves 0 for every example and cell of the batch.</summary>
    public const string Dead = "dead_units";

    /// <summary>How many units there are.</summary>
    public const string Units = "units";

    private static readonly string[] Names = [Gradient, Update, Norm, Dead, Units];

    /// <summary>What a result's name says is measured; none for other results.</summary>
    internal static Option<(string Of, string What)> Named(string result) =>
        result.LastIndexOf('/') is > 0 and var at && Names.Contains(result[(at + 1)..])
            ? (result[..at], result[(at + 1)..]) : Option<(string, string)>.None;

    internal static IEnumerable<Output> OfParameter(Expr p, Expr gradient, Expr next, string name) =>
    [
        new($"{name}/{Gradient}", Length(gradient)),
        new($"{name}/{Update}", Length(next - p)),
        new($"{name}/{Norm}", Length(p)),
    ];

    internal static IEnumerable<Output> OfActivations(Expr loss) => Order.Of([loss]).Where(IsRelu).SelectMany(OfRelu);

    private static IEnumerable<Output> OfRelu(Expr y)
    {
        var dead = Prim.ReduceMax(y, Dims.Range(0, y.Type.Rank).Without([1])) <= 0.0;
        return
        [
            new($"{y.Label}/{Dead}", Functional.Sum(Prim.Cast(dead, ElementType.F32))),
            new($"{y.Label}/{Units}", Prim.Scalar(ElementType.F32, (float)y.Shape[1])),
        ];
    }

    private static Expr Length(Expr x) => Prim.Sqrt(Functional.Sum(x * x));

    /// <summary>max(x, 0) as a layer names it.</summary>
    private static bool IsRelu(Expr e) =>
        e is { Op: Max, Label.Length: > 0, Type.Rank: > 1, Args: [_, var zero] }
        && zero is { Op: Constant { Value: { Type.Rank: 0 } value } } && value.ToDoubles()[0] == 0;
}
