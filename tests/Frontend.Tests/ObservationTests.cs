using LanguageExt;
using MiniTorch.Backends.Cpu;
using MiniTorch.Ir;
using MiniTorch.Passes;
using Xunit;
using static MiniTorch.Frontend.Layers;
using static MiniTorch.Frontend.Tests.Given;

namespace MiniTorch.Frontend.Tests;

public sealed class ObservationTests
{
    private const int Examples = 24, Batch = 6;

    private static readonly Model Net =
        Conv(3, 3) >>> Relu >>> Flatten >>> Linear(8) >>> Relu >>> Dropout(0.2) >>> Linear(2) >>> LogSoftmax;

    private static readonly Training Plan = new(
        Net, ElementType.F32[Batch, 1, 5, 5], Loss.NegativeLogLikelihood, Optimiser.Adam(0.01), 2, 3);

    private static TensorExamples Set => new(
        Tensor.Of<float>(ElementType.F32[Examples, 1, 5, 5], [.. Enumerable.Range(0, Examples * 25).Select(i => MathF.Sin(i * i))]),
        Tensor.Of<int>(ElementType.I32[Examples], [.. Enumerable.Range(0, Examples).Select(i => i % 2)]));

    private static Trainer Begin(Training plan) => Ok(Trainer.Of(plan, Pipelines.Default, new CpuBackend(1)));

    private static double Length(Tensor t) => Math.Sqrt(t.ToDoubles().Sum(v => v * v));

    private static double Value(Seq<Observed> all, string of, string what) => all.Single(o => (o.Of, o.What) == (of, what)).Value;

    [Fact]
    public void Observing_changes_no_bit_of_the_training()
    {
        using var plain = Begin(Plan);
        using var observed = Begin(Plan with { Observed = true });
        var losses = plain.Run(Set).Select(p => p.Loss).ToList();
        Assert.Equal(losses, observed.Run(Set).Select(p => p.Loss).ToList());
        Assert.All(plain.Save().Values.Zip(observed.Save().Values), p => Assert.Equal(p.Item1.Value, p.Item2.Value));
    }

    [Fact]
    public void Norms_are_those_of_the_values_before_and_after()
    {
        using var trainer = Begin(Plan with { Observed = true });
        var before = trainer.Parameters();
        foreach (var p in trainer.Run(Set).Take(3))
        {
            var (seen, after) = (p.Observe(), trainer.Parameters());
            foreach (var ((name, old), (_, now)) in before.Zip(after).AsEnumerable())
            {
                Assert.Equal(Length(old), Value(seen, name, Observation.Norm), 1e-5);
                var moved = old.ToDoubles().Zip(now.ToDoubles(), (a, b) => (b - a) * (b - a)).Sum();
                Assert.Equal(Math.Sqrt(moved), Value(seen, name, Observation.Update), 1e-5);
            }
            before = after;
        }
    }

    [Fact]
    public void With_plain_descent_the_update_is_the_gradient_times_the_rate()
    {
        using var trainer = Begin(Plan with { Observed = true, Optimiser = Optimiser.Sgd(0.5) });
        var seen = trainer.Run(Set).First().Observe();
        Assert.All(Net.Parameters(Plan.X).Map(p => p.Name), name => Assert.Equal(
            0.5 * Value(seen, name, Observation.Gradient), Value(seen, name, Observation.Update), 1e-6));
    }

    [Fact]
    public void Units_that_answer_to_no_example_are_dead()
    {
        using var trainer = Begin(Plan with { Observed = true });
        var silent = trainer.Save().Values.Map(v => v.Name == "conv1.bias"
            ? (v.Name, Tensor.Of<float>(v.Value.Type, [-1e3f, 0, -1e3f])) : v);
        var seen = Ok(trainer.Resume(new(silent))).Run(Set).First().Observe();
        Assert.Equal((2, 3), (Value(seen, "relu1", Observation.Dead), Value(seen, "relu1", Observation.Units)));
        Assert.Equal(8, Value(seen, "relu2", Observation.Units));
    }

    [Fact]
    public void A_training_that_is_not_observed_tells_nothing()
    {
        using var trainer = Begin(Plan);
        Assert.True(trainer.Run(Set).First().Observe().IsEmpty);
    }
}
