using LanguageExt;
using MiniTorch.Frontend;
using MiniTorch.Ir;

namespace MiniTorch.Report;

/// <summary>All that is told of a training; what a training does not have stays empty, and its part is left out.</summary>
/// <remarks>It holds no time of day and no path that its writer did not put there: the same training gives the same
/// page.</remarks>
public sealed record TrainingReport
{
    /// <summary>What was trained, as <c>MNIST digits</c>.</summary>
    public required string Title { get; init; }

    /// <summary>One sentence on the task.</summary>
    public required string About { get; init; }

    /// <summary>How it ended, as <c>test accuracy 98.61 %</c>.</summary>
    public required string Result { get; init; }

    /// <summary>Curves of the loss over epochs.</summary>
    public Seq<Curve> Loss { get; init; } = Seq<Curve>.Empty;

    /// <summary>Curves of the accuracy over epochs, as shares of 1; none for a regression.</summary>
    public Seq<Curve> Accuracy { get; init; } = Seq<Curve>.Empty;

    /// <summary>Norms of gradients and updates, and dead units, over the training.</summary>
    public GradientFlow? Flow { get; init; }

    /// <summary>What each test example is and what it was taken for.</summary>
    public Judged? Classes { get; init; }

    /// <summary>Examples that were taken for another class, the worst first.</summary>
    public Seq<Mistake> Mistakes { get; init; } = Seq<Mistake>.Empty;

    /// <summary>Of a regression: each test example's target and what was predicted.</summary>
    public Seq<(double Target, double Predicted)> Predictions { get; init; } = Seq<(double, double)>.Empty;

    /// <summary>Of points in the plane: the score of each place, and the points.</summary>
    public Regions? Regions { get; init; }

    /// <summary>Of nodes that are joined: what each was taken for.</summary>
    public Network? Network { get; init; }

    /// <summary>Learned kernels of the first convolutions.</summary>
    public Seq<Kernel> Kernels { get; init; } = Seq<Kernel>.Empty;

    /// <summary>The layers in order, by <see cref="LayerRow.Of"/>.</summary>
    public Seq<LayerRow> Layers { get; init; } = Seq<LayerRow>.Empty;

    /// <summary>Files beside the page: IR dumps, plan, weights; names relative to the page's folder.</summary>
    public Seq<FileLink> Files { get; init; } = Seq<FileLink>.Empty;

    /// <summary>What is needed to make it again: command line, seed, versions, machine.</summary>
    public Seq<Fact> Facts { get; init; } = Seq<Fact>.Empty;
}

/// <summary>A curve of a chart.</summary>
/// <param name="Name">In the legend, as <c>training, per batch</c>.</param>
/// <param name="Points">From left to right; a value that is not finite breaks the curve.</param>
/// <param name="Faint">Drawn thin: many noisy points behind the others.</param>
public sealed record Curve(string Name, Seq<(double X, double Y)> Points, bool Faint = false);

/// <summary>How gradients went through the layers while training.</summary>
/// <param name="Epochs">Where the training stood at each sample, in epochs.</param>
/// <param name="Parameters">In the model's order.</param>
/// <param name="Units">ReLU layers in the model's order.</param>
public sealed record GradientFlow(Seq<double> Epochs, Seq<ParameterFlow> Parameters, Seq<UnitFlow> Units)
{
    /// <summary>The flow that an observed training measured, from samples in the order of its steps.</summary>
    public static GradientFlow Of(IEnumerable<(double Epoch, Seq<Observed> Observed)> samples)
    {
        var all = samples.ToList();
        // the order of the first sample is the model's
        var of = all.SelectMany(s => s.Observed.AsEnumerable()).GroupBy(o => o.Of).ToList();
        return new(all.Select(s => s.Epoch).ToSeq().Strict(),
            of.Where(g => g.Any(o => o.What == Observation.Gradient)).Select(g => new ParameterFlow(g.Key,
                Values(g, Observation.Gradient), Values(g, Observation.Update), Values(g, Observation.Norm)))
                .ToSeq().Strict(),
            of.Where(g => g.Any(o => o.What == Observation.Dead)).Select(g => new UnitFlow(g.Key,
                (int)g.First(o => o.What == Observation.Units).Value,
                Values(g, Observation.Dead).Map(v => (int)v).Strict())).ToSeq().Strict());
    }

    private static Seq<double> Values(IEnumerable<Observed> of, string what) =>
        of.Where(o => o.What == what).Select(o => o.Value).ToSeq().Strict();
}

/// <summary>Norms of a parameter, each with one value a sample: of its gradient, of one step's update, of itself.</summary>
/// <param name="Name">As <c>conv1.weight</c>.</param>
/// <param name="Gradient">‖∂loss/∂w‖₂.</param>
/// <param name="Update">‖w after the step − w before it‖₂.</param>
/// <param name="Weight">‖w‖₂ before the step.</param>
public sealed record ParameterFlow(string Name, Seq<double> Gradient, Seq<double> Update, Seq<double> Weight);

/// <summary>
/// Dead units of a ReLU layer: those that are 0 for every example of a batch, and so learn nothing from it.
/// </summary>
/// <param name="Layer">As <c>relu1</c>.</param>
/// <param name="Count">Units: features, or channels of a map.</param>
/// <param name="Dead">How many of them are dead, one value a sample.</param>
public sealed record UnitFlow(string Layer, int Count, Seq<int> Dead);

/// <summary>Test examples in order: what each is, and what it was taken for.</summary>
/// <param name="Names">Of the classes.</param>
/// <param name="Truth">Class of each.</param>
/// <param name="Taken">What each was taken for.</param>
public sealed record Judged(Seq<string> Names, Seq<int> Truth, Seq<int> Taken);

/// <summary>An example that was taken for another class.</summary>
/// <param name="Shown">The example.</param>
/// <param name="Truth">What it is.</param>
/// <param name="Taken">What it was taken for.</param>
/// <param name="Probability">Given to <paramref name="Taken"/>, 0 to 1.</param>
public sealed record Mistake(Shown Shown, string Truth, string Taken, double Probability);

/// <summary>How an example is shown.</summary>
public abstract record Shown;

/// <summary>As an image: [H, W] or [1, H, W] grey, [3, H, W] in colours, [1, T, H, W] as frames side by side.</summary>
/// <param name="Pixels">From the least (black) to the greatest (white).</param>
public sealed record ShownImage(Tensor Pixels) : Shown;

/// <summary>As words.</summary>
/// <param name="Text">The sentence.</param>
public sealed record ShownText(string Text) : Shown;

/// <summary>Scores over a part of the plane, and the points that were learned from.</summary>
/// <param name="Scores">[rows, columns] in 0 … 1, the probability of class 1; row 0 lies at the top, at Y1.</param>
/// <param name="X0">Left edge.</param>
/// <param name="X1">Right edge.</param>
/// <param name="Y0">Bottom edge.</param>
/// <param name="Y1">Top edge.</param>
/// <param name="Points">Place and class, 0 or 1.</param>
public sealed record Regions(
    Tensor Scores, double X0, double X1, double Y0, double Y1, Seq<(double X, double Y, int Class)> Points);

/// <summary>Learned kernels of a convolution.</summary>
/// <param name="Name">As <c>conv1.weight</c>.</param>
/// <param name="Weight">[kernels, channels, cells…].</param>
public sealed record Kernel(string Name, Tensor Weight);

/// <summary>A file beside the page.</summary>
/// <param name="Name">Relative to the page's folder, as <c>00-input.ir</c>.</param>
/// <param name="About">A few words.</param>
public sealed record FileLink(string Name, string About);

/// <summary>A name and what it is, as <c>seed</c> and <c>1</c>.</summary>
/// <param name="Name">What.</param>
/// <param name="Value">In words; a command line as one would type it.</param>
public sealed record Fact(string Name, string Value);
