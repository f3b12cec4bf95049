using System.Globalization;
using MiniTorch.Frontend;
using MiniTorch.Ir;

namespace MiniTorch.Examples.Trainings;

/// <summary>How good a trained model is on the test examples.</summary>
public abstract record Verdict
{
    /// <summary>The last line that a training prints: <c>test accuracy 97.92 %</c>.</summary>
    public abstract string Line { get; }

    /// <summary>Each row of y [N, C], log-probabilities, against its class.</summary>
    public static Classified Classes(Tensor y, IReadOnlyList<int> truth, IReadOnlyList<string> names)
    {
        var (values, width, taken) = (y.ToDoubles(), y.Type[1], Tester.Classes(y));
        return new(names, truth, taken, [.. taken.Select((c, i) => Math.Exp(values[(i * width) + c]))])
        {
            Loss = -truth.Select((c, i) => values[(i * width) + c]).DefaultIfEmpty(double.NaN).Average(),
        };
    }

    /// <summary>Each probability of y, N elements, against its class, 0 or 1.</summary>
    public static Classified Binary(Tensor y, IReadOnlyList<int> truth, IReadOnlyList<string> names)
    {
        var p = y.ToDoubles();
        return new(names, truth, [.. p.Select(v => v > 0.5 ? 1 : 0)], [.. p.Select(v => Math.Max(v, 1 - v))])
        {
            Loss = -truth.Select((c, i) => Math.Max(-100, Math.Log(c == 1 ? p[i] : 1 - p[i]))).DefaultIfEmpty(double.NaN).Average(),
        };
    }

    /// <summary>Each value of y, N elements, against its target.</summary>
    public static Estimated Values(Tensor y, IReadOnlyList<double> targets, string beside) => new(y.ToDoubles(), targets, beside);
}

/// <summary>Every test example has a class and was taken for one.</summary>
/// <param name="Names">Of the classes.</param>
/// <param name="Truth">What each example is.</param>
/// <param name="Taken">What it was taken for.</param>
/// <param name="Sure">The probability that the model gave to that.</param>
public sealed record Classified(
    IReadOnlyList<string> Names, IReadOnlyList<int> Truth, IReadOnlyList<int> Taken, IReadOnlyList<double> Sure) : Verdict
{
    /// <summary>Mean of −log of the probability that the model gave to the truth; NaN where it is not known.</summary>
    public double Loss { get; init; } = double.NaN;

    /// <summary>Share of test examples taken for what they are.</summary>
    public double Accuracy => Truth.Where((c, i) => c == Taken[i]).Count() / (double)Math.Max(1, Truth.Count);

    /// <inheritdoc/>
    public override string Line => string.Create(CultureInfo.InvariantCulture, $"test accuracy {Accuracy * 100:F2} %");
}

/// <summary>Every test example has a number and a prediction of it.</summary>
/// <param name="Predicted">By the model.</param>
/// <param name="Targets">What is right.</param>
/// <param name="Beside">What else would reach, to compare the error with.</param>
public sealed record Estimated(IReadOnlyList<double> Predicted, IReadOnlyList<double> Targets, string Beside) : Verdict
{
    /// <summary>Mean of squared differences.</summary>
    public double Error => Predicted.Zip(Targets, (p, t) => (p - t) * (p - t)).DefaultIfEmpty(0).Average();

    /// <inheritdoc/>
    public override string Line => string.Create(CultureInfo.InvariantCulture, $"test error {Error:F4} ({Beside})");
}
