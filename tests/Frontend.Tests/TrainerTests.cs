using FsCheck.Fluent;
using LanguageExt;
using MiniTorch.Backends.Cpu;
using MiniTorch.Ir;
using MiniTorch.Passes;
using Xunit;
using static MiniTorch.Frontend.Layers;
using static MiniTorch.Frontend.Tests.Given;
using Check = MiniTorch.Generators.Check;
using Gen = FsCheck.Fluent.Gen;

namespace MiniTorch.Frontend.Tests;

public sealed class TrainerTests
{
    private const int Examples = 70, Batch = 8, Batches = Examples / Batch, Epochs = 4;

    private static readonly TensorType X = ElementType.F32[Batch, 1, 6, 6];

    private static readonly Model Net =
        Conv(4, 3, Layers.Same) >>> Relu >>> MaxPool(2) >>> Flatten >>> Linear(16) >>> Relu >>> Dropout(0.3) >>> Linear(2);

    private static readonly Training Plan = new(Net, X, Loss.CrossEntropy, Optimiser.Adam(0.01), Epochs, 11);

    private static readonly Lazy<(Tensor X, Tensor Target)> Data = new(Pictures);

    /// <summary>Noise with a bright square at one of two corners, which is the class.</summary>
    private static (Tensor, Tensor) Pictures()
    {
        var random = new Random(1);
        var (pixels, classes) = (new float[Examples * 36], new int[Examples]);
        for (var i = 0; i < Examples; i++)
        {
            classes[i] = random.Next(2);
            for (var p = 0; p < 36; p++)
                pixels[i * 36 + p] = (float)random.NextDouble() + (p / 6 / 3 == classes[i] && p % 6 / 3 == classes[i] ? 0.8f : 0);
        }
        return (Tensor.Of<float>(ElementType.F32[Examples, 1, 6, 6], pixels), Tensor.Of<int>(ElementType.I32[Examples], classes));
    }

    private static TensorExamples Set => new(Data.Value.X, Data.Value.Target);

    private static Trainer Begin(Training? plan = null, int threads = 1) =>
        Ok(Trainer.Of(plan ?? Plan, Pipelines.Default, new CpuBackend(threads)));

    /// <summary>Everything that a training ends with.</summary>
    private static Checkpoint End(int threads = 1)
    {
        using var trainer = Begin(threads: threads);
        Assert.Equal(Epochs * Batches, trainer.Run(Set).Count());
        return trainer.Save();
    }

    private static bool Agree(Checkpoint a, Checkpoint b) => a.Values.Count == b.Values.Count
        && a.Values.Zip(b.Values).ForAll(p => p.Item1.Name == p.Item2.Name && p.Item1.Value.Equals(p.Item2.Value));

    [Fact]
    public void The_loss_falls_and_the_model_learns()
    {
        using var trainer = Begin(Plan with { Epochs = 12 });
        var progress = trainer.Run(Set).ToList();
        Assert.Equal(12 * Batches, progress.Count);
        Assert.Equal(Enumerable.Range(0, 12 * Batches).Select(i => (i / Batches, i % Batches)), progress.Select(p => (p.Epoch, p.Batch)));
        var (first, last) = (progress[Batches - 1], progress[^1]);
        Assert.True(last.Loss < 0.5 * first.Loss, $"from {first.Loss} to {last.Loss}");
        Assert.True(last.Accuracy > 0.9, $"accuracy {last.Accuracy}");
        Assert.Equal(12 * Batches, trainer.Save().Step);
        var outputs = Ok(Tester.Outputs(Net, X, Loss.CrossEntropy, trainer.Parameters(), Set, Pipelines.Default, new CpuBackend(1)));
        var (truth, predicted) = (Data.Value.Target.As<int>().ToArray(), Tester.Classes(outputs));
        Assert.True(truth.Zip(predicted).Count(p => p.Item1 == p.Item2) > 0.9 * Examples);
    }

    [Fact]
    public void A_training_resumed_in_the_middle_of_an_epoch_ends_bit_for_bit_the_same()
    {
        var end = End();
        Check.Holds(Gen.Choose(0, Epochs * Batches - 1).ToArbitrary(), at =>
        {
            using var before = Begin();
            var saved = at == 0 ? before.Save() : before.Run(Set).Take(at).Last().Save();
            using var after = Ok(Begin(Plan, 2).Resume(saved));
            return saved.Step == at && after.Run(Set).Count() == Epochs * Batches - at && Agree(end, after.Save());
        }, 5);
        using var other = Begin(Plan with { Seed = 12 });
        using var resumed = Ok(other.Resume(Middle()));
        Assert.True(resumed.Run(Set).Count() == Epochs * Batches - 11 && Agree(end, resumed.Save()), "the seed is the checkpoint's");
    }

    /// <summary>Batch 3 of the second epoch.</summary>
    private static Checkpoint Middle()
    {
        using var trainer = Begin();
        return trainer.Run(Set).Take(11).Last().Save();
    }

    [Fact]
    public void Another_seed_ends_elsewhere()
    {
        using var trainer = Begin(Plan with { Seed = 12 });
        Assert.Equal(Epochs * Batches, trainer.Run(Set).Count());
        Assert.False(Agree(End(), trainer.Save()));
    }

    [Fact]
    public void One_and_two_threads_end_with_the_same_bits() => Assert.True(Agree(End(1), End(2)));

    [Fact]
    public void A_checkpoint_of_another_optimiser_is_refused()
    {
        using var sgd = Begin(Plan with { Optimiser = Optimiser.Sgd(0.1) });
        using var adam = Begin();
        var before = adam.Save();
        var error = adam.Resume(sgd.Save()).Match(_ => throw new InvalidOperationException("resumed"), e => e);
        Assert.Equal("resume.R1", error.Rule);
        Assert.Matches(
            "^the checkpoint has nothing for conv1.weight/adam_[mv], the training takes f32.4,1,3,3.; use ", error.Message);
        Assert.True(Agree(before, adam.Save()), "a refused checkpoint must change nothing");
    }

    [Fact]
    public void A_checkpoint_of_another_model_is_refused()
    {
        using var small = Begin(Plan with { Model = Flatten >>> Linear(2) });
        using var wide = Begin(Plan with { Model = Flatten >>> Linear(3) });
        var error = small.Resume(wide.Save()).Match(_ => throw new InvalidOperationException("resumed"), e => e);
        Assert.Equal("resume.R1", error.Rule);
        Assert.Contains("the checkpoint has f32[36,3] for linear1.weight, the training takes f32[36,2]", error.Message);
    }

    [Fact]
    public void A_wrong_model_gives_its_error_instead_of_a_trainer() => Assert.Equal("linear.C1",
        Trainer.Of(Plan with { Model = Flatten >>> Linear(2, inputs: 35) }, Pipelines.Default, new CpuBackend(1))
            .Match(_ => "", e => e.Rule));

    [Fact]
    public void First_values_are_those_of_the_initial_graph()
    {
        using var trainer = Begin();
        var expected = Initial(Net, X, Plan.Seed);
        Assert.Equal(expected.Keys.Order(), trainer.Parameters().Map(p => p.Name).Order());
        Assert.All(trainer.Parameters(), p => Assert.Equal(expected[p.Name], p.Value));
    }

    [Fact]
    public void A_test_of_a_short_last_batch_gives_one_row_for_each_example()
    {
        var parameters = Initial(Net, X, 5);
        var outputs = Ok(Tester.Outputs(
            Net, X, Loss.CrossEntropy, parameters.Select(p => (p.Key, p.Value)), Set, Pipelines.Default, new CpuBackend(2)));
        Assert.Equal(ElementType.F32[Examples, 2], outputs.Type);
        var whole = Evaluated(Ok(Net.Forward(Data.Value.X.Type)), new Dictionary<string, Tensor>(parameters) { ["x"] = Data.Value.X })["y"];
        foreach (var (expected, actual) in whole.ToDoubles().Zip(outputs.ToDoubles())) Assert.Equal(expected, actual, 1e-5);
    }

    [Fact]
    public void Fewer_examples_than_a_batch_train_nothing_but_can_be_tested()
    {
        var (x, target) = (Random(ElementType.F32[3, 1, 6, 6], 1), Tensor.Of<int>(ElementType.I32[3], [0, 1, 0]));
        using var trainer = Begin();
        Assert.Empty(trainer.Run(new TensorExamples(x, target)));
        var outputs = Ok(Tester.Outputs(
            Net, X, Loss.CrossEntropy, trainer.Parameters(), new TensorExamples(x, target), Pipelines.Default, new CpuBackend(1)));
        Assert.Equal(ElementType.F32[3, 2], outputs.Type);
    }
}
