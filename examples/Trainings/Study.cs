using LanguageExt;
using MiniTorch.Frontend;
using MiniTorch.Ir;
using MiniTorch.Report;

namespace MiniTorch.Examples.Trainings;

/// <summary>A training that the tool offers.</summary>
/// <param name="Name">As the command line spells it.</param>
/// <param name="About">A few words.</param>
/// <param name="Study">What it is, for the settings; or the user's mistake.</param>
public sealed record Offer(string Name, string About, Func<Settings, Either<IrError, Study>> Study);

/// <summary>What is trained on what, for how long, and how it is judged: all that differs between trainings.</summary>
public sealed record Study
{
    /// <summary>As the command line spells it: <c>mnist</c>.</summary>
    public required string Name { get; init; }

    /// <summary>One sentence on the task.</summary>
    public required string About { get; init; }

    /// <summary>What an example is, in the plural: <c>images</c>.</summary>
    public required string Things { get; init; }

    /// <summary>What of an example is judged, in the plural, as the nodes of graphs; the examples unless it is said.</summary>
    public string? Parts { get; init; }

    /// <summary>The network.</summary>
    public required Model Model { get; init; }

    /// <summary>What to make small.</summary>
    public required Loss Loss { get; init; }

    /// <summary>To learn from.</summary>
    public required IExamples Training { get; init; }

    /// <summary>To be judged by; never learned from.</summary>
    public required IExamples Test { get; init; }

    /// <summary>The type of a batch of so many examples.</summary>
    public required Func<int, TensorType> X { get; init; }

    /// <summary>The lengths that batches may have; where there are none, X says the length.</summary>
    public Buckets Buckets { get; init; } = Buckets.None;

    /// <summary>Examples a step, unless asked otherwise.</summary>
    public required int Batch { get; init; }

    /// <summary>Times over the examples, unless asked otherwise.</summary>
    public required int Epochs { get; init; }

    /// <summary>The first learning rate, unless asked otherwise.</summary>
    public required double Rate { get; init; }

    /// <summary>From the model's outputs for every test example, in order, to how good they are.</summary>
    public required Func<Tensor, Verdict> Judge { get; init; }

    /// <summary>How to train, from the first learning rate and the number of steps.</summary>
    public Func<double, long, Optimiser> Optimiser { get; init; } =
        (rate, steps) => Frontend.Optimiser.Adam(Schedule.Cosine(rate, steps));

    /// <summary>Examples that are tested at once.</summary>
    public int TestBatch { get; init; } = 250;

    /// <summary>How a test example is shown in the report; none where it cannot be.</summary>
    public Func<int, Shown>? Show { get; init; }

    /// <summary>Pictures of its own that a training adds to the report, made from the trained parameters.</summary>
    public Func<TrainingReport, Seq<(string Name, Tensor Value)>, TrainingReport> Picture { get; init; } = (report, _) => report;

    /// <summary>Lines of its own that are printed before the verdict.</summary>
    public Func<Seq<(string Name, Tensor Value)>, Verdict, IEnumerable<string>> Words { get; init; } = (_, _) => [];
}
