using MiniTorch.Ir;

namespace MiniTorch.Frontend;

/// <summary>What training makes small: a scalar from a model's output and its target.</summary>
/// <param name="Name">As printed.</param>
/// <param name="Target">The target's type for an output's.</param>
/// <param name="Of">The loss, the mean over the batch.</param>
/// <param name="Correct">How many of a batch's targets are predicted right, when that has a meaning.</param>
/// <param name="Counted">How many of a batch's targets count, when not all do.</param>
public sealed record Loss(
    string Name, Func<TensorType, TensorType> Target, Func<Expr, Expr, Expr> Of, Func<Expr, Expr, Expr>? Correct = null,
    Func<Expr, Expr>? Counted = null)
{
    /// <summary>−mean log p[target] over log-probabilities [N, C, …] and classes i32 [N, …], as PyTorch's.</summary>
    public static readonly Loss NegativeLogLikelihood = new("negative_log_likelihood", Classes, Likelihood, CorrectClasses);

    /// <summary>Negative log-likelihood of the log-softmax of scores [N, C, …] and classes i32 [N, …].</summary>
    public static readonly Loss CrossEntropy = new("cross_entropy", Classes,
        (scores, t) => Likelihood(Activations.LogSoftmax(scores, 1), t), CorrectClasses);

    /// <summary>
    /// Negative log-likelihood where a class below 0, as −1, is ignored: the mean over those that are not, 0 without any.
    /// </summary>
    public static readonly Loss MaskedNegativeLogLikelihood =
        new("masked_negative_log_likelihood", Classes, MaskedLikelihood, CorrectClasses, Known);

    /// <summary>Cross-entropy where a class below 0, as −1, is ignored, as in
    /// <see cref="MaskedNegativeLogLikelihood"/>.</summary>
    public static readonly Loss MaskedCrossEntropy = new("masked_cross_entropy", Classes,
        (scores, t) => MaskedLikelihood(Activations.LogSoftmax(scores, 1), t), CorrectClasses, Known);

    /// <summary>−mean (t·log p + (1−t)·log(1−p)) over probabilities and targets of one type; logs are cut at −100.</summary>
    public static readonly Loss BinaryCrossEntropy = new("binary_cross_entropy", p => p,
        (p, t) => -Functional.Mean(t * LogOf(p) + (1 - t) * LogOf(1 - p)),
        (p, t) => Count(Prim.Eq(p > 0.5, t > 0.5)));

    /// <summary>
    /// Binary cross-entropy of the sigmoid of scores, as mean (log(1 + eˣ) − t·x), which is exact where the sigmoid is 0 or 1.
    /// </summary>
    public static readonly Loss BinaryCrossEntropyOfScores = new("binary_cross_entropy_of_scores", x => x,
        (x, t) => Functional.Mean(Activations.Softplus(x) - t * x), (x, t) => Count(Prim.Eq(x > 0, t > 0.5)));

    /// <summary>Mean of squared differences.</summary>
    public static readonly Loss MeanSquaredError = new("mean_squared_error", y => y,
        (y, t) => Functional.Mean((y - t) * (y - t)));

    private static TensorType Classes(TensorType y) =>
        new(ElementType.I32, y.Rank == 0 ? [1] : y.Shape.Without([1]));

    private static Expr Likelihood(Expr logs, Expr classes) =>
        logs.Type.IsUnknown ? logs : -Functional.Mean(Taken(logs, classes));

    /// <summary>A gather reads 0 at a class that is none.</summary>
    private static Expr MaskedLikelihood(Expr logs, Expr classes)
    {
        if (logs.Type.IsUnknown) return logs;
        var count = Prim.Cast(Prim.Max(Known(classes), Prim.Scalar(ElementType.I32, 1L)), logs.Type.Element);
        return -(Functional.Sum(Taken(logs, classes)) / count);
    }

    /// <summary>logs[n, classes[n, …], …].</summary>
    private static Expr Taken(Expr logs, Expr classes)
    {
        var rank = logs.Type.Rank;
        return rank <= 2 ? Prim.Gather(logs, classes, 1)
            : Prim.Gather(Prim.Transpose(logs, [0, .. Enumerable.Range(2, rank - 2), 1]), classes, rank - 1);
    }

    private static Expr Known(Expr classes) => Count(classes >= 0);

    private static Expr CorrectClasses(Expr y, Expr classes) =>
        y.Type.IsUnknown ? y : Count(Prim.Eq(Prim.ArgMax(y, 1), classes));

    private static Expr Count(Expr right) => Functional.Sum(Prim.Cast(right, ElementType.I32));

    /// <summary>max(log p, −100); the log never sees 0, where its gradient would be 0/0.</summary>
    private static Expr LogOf(Expr p)
    {
        var (zero, least) = (Prim.Eq(p, Prim.Like(p, 0)), Prim.Like(p, -100));
        return Prim.Select(zero, least, Prim.Max(Prim.Log(Prim.Select(zero, Prim.Like(p, 1), p)), least));
    }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
