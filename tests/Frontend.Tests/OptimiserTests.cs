using LanguageExt;
using MiniTorch.Ir;
using Xunit;
using static LanguageExt.Prelude;
using static MiniTorch.Frontend.Tests.Given;

namespace MiniTorch.Frontend.Tests;

public sealed class OptimiserTests
{
    private const double Start = 0.7, X = 1.5, Target = -2;

    private static readonly TensorType One = ElementType.F64[1];

    /// <summary>y = w·x, of which the squared error has the gradient 2x(wx − target).</summary>
    private static readonly Model Scale = new(Seq1(new Layer("scale", "Scale", (name, x, _) =>
    {
        var weight = new Parameter($"{name}.weight", One, (_, _) => Prim.Constant(Tensor.Zeros(One)), 0);
        return (x * weight.Input, Seq1(weight), 0);
    })));

    /// <summary>The parameter after each of some steps of the training graph, every result going back to the input of its name.</summary>
    private static double[] Steps(Optimiser optimiser, int steps = 3)
    {
        var graph = Scale.TrainStep(One, Loss.MeanSquaredError, optimiser);
        var values = graph.Inputs.ToDictionary(i => ((Input)i.Op).Name, i => Tensor.Zeros(i.Type));
        (values["x"], values["target"], values["scale1.weight"]) = (Scalar(X), Scalar(Target), Scalar(Start));
        return [.. Enumerable.Range(1, steps).Select(t =>
        {
            foreach (var (name, value) in Evaluated(graph, values))
                if (values.ContainsKey(name)) values[name] = value;
            Assert.Equal(t, values["step"].LongAt(0));
            return values["scale1.weight"].At(0);
        })];
    }

    private static Tensor Scalar(double value) => Tensor.FromDoubles(One, [value]);

    private static double Gradient(double w) => 2 * X * (w * X - Target);

    /// <summary>The parameter after each step of a rule on (parameter, gradient, step's number).</summary>
    private static void Follows(Optimiser optimiser, Func<double, double, int, double> rule)
    {
        var w = Start;
        foreach (var (actual, t) in Steps(optimiser).Select((v, i) => (v, i + 1)))
            Assert.Equal(w = rule(w, Gradient(w), t), actual, 1e-12);
    }

    [Fact]
    public void Sgd_steps_against_the_gradient() => Follows(Optimiser.Sgd(0.1), (w, g, _) => w - 0.1 * g);

    [Fact]
    public void Sgd_with_weight_decay_adds_the_parameter_to_the_gradient() =>
        Follows(Optimiser.Sgd(0.1, weightDecay: 0.2), (w, g, _) => w - 0.1 * (g + 0.2 * w));

    [Fact]
    public void Sgd_with_momentum()
    {
        var v = 0.0;
        Follows(Optimiser.Sgd(0.1, momentum: 0.9), (w, g, _) => w - 0.1 * (v = 0.9 * v + g));
    }

    [Fact]
    public void Sgd_with_Nesterov_momentum_and_weight_decay()
    {
        var v = 0.0;
        Follows(Optimiser.Sgd(0.1, 0.9, nesterov: true, weightDecay: 0.2), (w, g, _) =>
        {
            var d = g + 0.2 * w;
            v = 0.9 * v + d;
            return w - 0.1 * (d + 0.9 * v);
        });
    }

    [Fact]
    public void Adam()
    {
        var (m, v) = (0.0, 0.0);
        Follows(Optimiser.Adam(0.1, 0.8, 0.95, 1e-3), (w, g, t) => AdamStep(w, g, t, ref m, ref v, 0.1));
    }

    [Fact]
    public void AdamW_decays_the_parameter_itself()
    {
        var (m, v) = (0.0, 0.0);
        Follows(Optimiser.AdamW(0.1, 0.3, 0.8, 0.95, 1e-3), (w, g, t) => AdamStep(w - 0.1 * 0.3 * w, g, t, ref m, ref v, 0.1));
    }

    [Fact]
    public void A_schedule_sets_the_rate_of_every_step()
    {
        var (m, v) = (0.0, 0.0);
        double Rate(int t) => 0.05 * (1 + Math.Cos(Math.PI * (t - 1) / 4));
        Follows(Optimiser.Sgd(Schedule.Cosine(0.1, 4)), (w, g, t) => w - Rate(t) * g);
        Follows(Optimiser.AdamW(Schedule.Cosine(0.1, 4), 0.3, 0.8, 0.95, 1e-3),
            (w, g, t) => AdamStep(w - Rate(t) * 0.3 * w, g, t, ref m, ref v, Rate(t)));
    }

    [Fact]
    public void A_cosine_begins_at_the_rate_and_ends_at_0()
    {
        double At(Schedule schedule, double t) => Value(schedule.At(Prim.Scalar(ElementType.F64, t))).At(0);
        var cosine = Schedule.Cosine(0.4, 100);
        Assert.Equal(0.4, At(cosine, 1), 1e-15);
        Assert.Equal(0.2, At(cosine, 51), 1e-15);
        Assert.Equal(0, At(cosine, 101), 1e-15);
        Assert.Equal(0.3, At(0.3, 1));
        Assert.Equal(0.3, At(0.3, 1000));
        Assert.True(At(cosine, 10) > At(cosine, 11));
    }

    [Fact]
    public void An_optimiser_prints_what_it_does()
    {
        Assert.Equal("SGD(lr: 0.1, momentum: 0.9, nesterov: True, weight decay: 0)", $"{Optimiser.Sgd(0.1, 0.9, true)}");
        Assert.Equal("Adam(lr: 0.1 by cosine to 0 in 5 steps, betas: 0.9 0.999, epsilon: 1E-08)",
            $"{Optimiser.Adam(Schedule.Cosine(0.1, 5))}");
        Assert.Equal("AdamW(lr: 0.1, weight decay: 0.01, betas: 0.9 0.999, epsilon: 1E-08)", $"{Optimiser.AdamW(0.1)}");
    }

    /// <summary>Algorithm 1 of Kingma and Ba, line by line.</summary>
    private static double AdamStep(double w, double g, int t, ref double m, ref double v, double rate)
    {
        m = 0.8 * m + 0.2 * g;
        v = 0.95 * v + 0.05 * g * g;
        var (mHat, vHat) = (m / (1 - Math.Pow(0.8, t)), v / (1 - Math.Pow(0.95, t)));
        return w - rate * mHat / (Math.Sqrt(vHat) + 1e-3);
    }
}
