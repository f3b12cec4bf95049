using System.Runtime.InteropServices;
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

/// <summary>Examples of varying length: batches padded to a few lengths, a plan for each.</summary>
public sealed class BucketTests
{
    private const int Batch = 4, Count = 50, Batches = Count / Batch, Epochs = 3;

    private static readonly Buckets Lengths = Buckets.Of(9, 3, 6);

    private static readonly TensorType X = ElementType.I32[Batch, 9];

    private static readonly Model SumOverTime = new(Prelude.Seq1(Layer.Pure("sum", "Sum", x => Prim.Sum(x, [1]))));

    private static readonly Model Net = Embedding(5, 6) >>> SumOverTime >>> Dropout(0.2) >>> Linear(2);

    private static readonly Training Plan =
        new(Net, X, Loss.CrossEntropy, Optimiser.Adam(0.02), Epochs, 3) { Buckets = Lengths };

    /// <summary>Lists of the numbers 1 to 4, which are of class 1 where a 4 is among them.</summary>
    private sealed class Lists(int seed) : IExamples
    {
        internal int[][] All { get; } = Drawn(new Random(seed));

        public int Count => All.Length;

        public int Length(int example) => All[example].Length;

        public void Fill(ReadOnlySpan<int> indices, Span<byte> x, Span<byte> target)
        {
            var into = MemoryMarshal.Cast<byte, int>(x);
            var share = into.Length / indices.Length;
            into.Clear();
            for (var i = 0; i < indices.Length; i++)
            {
                All[indices[i]].AsSpan(0, Math.Min(share, Length(indices[i]))).CopyTo(into[(i * share)..]);
                MemoryMarshal.Cast<byte, int>(target)[i] = All[indices[i]].Contains(4) ? 1 : 0;
            }
        }

        private static int[][] Drawn(Random random) =>
            [.. Enumerable.Range(0, BucketTests.Count).Select(_ => random.GetItems([1, 2, 3, 4], random.Next(1, 10)))];
    }

    private static Trainer Begin(int threads = 1) => Ok(Trainer.Of(Plan, Pipelines.Default, new CpuBackend(threads)));

    private static bool Agree(Checkpoint a, Checkpoint b) => a.Values.Count == b.Values.Count
        && a.Values.Zip(b.Values).ForAll(p => p.Item1.Name == p.Item2.Name && p.Item1.Value.Equals(p.Item2.Value));

    private static Checkpoint End(int threads = 1)
    {
        using var trainer = Begin(threads);
        Assert.Equal(Epochs * Batches, trainer.Run(new Lists(1)).Count());
        return trainer.Save();
    }

    [Fact]
    public void A_batch_is_padded_to_the_least_length_that_holds_its_longest() => Check.Holds(Seeds, seed =>
    {
        var lists = new Lists(seed);
        var chosen = new Random(seed).GetItems(Enumerable.Range(0, Count).ToArray(), Batch);
        var longest = chosen.Max(lists.Length);
        return Lengths.For(X, lists, chosen) == ElementType.I32[Batch, longest <= 3 ? 3 : longest <= 6 ? 6 : 9];
    });

    [Fact]
    public void Longer_examples_than_the_greatest_length_are_cut() =>
        Assert.Equal(ElementType.I32[Batch, 4], Buckets.Of(2, 4).For(X, new Lists(1), Enumerable.Range(0, Count)));

    [Fact]
    public void An_epoch_takes_each_example_at_most_once_in_whole_batches() => Check.Holds(Seeds, seed =>
    {
        var epoch = Lengths.Epoch(new Lists(seed), Batch, seed, 2).ToList();
        return epoch.Count == Batches && epoch.All(b => b.Length == Batch)
            && epoch.SelectMany(b => b).Distinct().Count() == Batches * Batch
            && epoch.SelectMany(b => b).SequenceEqual(Lengths.Epoch(new Lists(seed), Batch, seed, 2).SelectMany(b => b))
            && !epoch.SelectMany(b => b).SequenceEqual(Lengths.Epoch(new Lists(seed), Batch, seed, 3).SelectMany(b => b));
    });

    [Fact]
    public void Examples_of_like_length_come_together()
    {
        var lists = new Lists(1);
        int Padded(Buckets buckets) => buckets.Epoch(lists, Batch, 1, 0).Sum(b => b.Max(lists.Length) * Batch - b.Sum(lists.Length));
        Assert.True(Padded(Lengths) < 0.4 * Padded(Buckets.None), $"{Padded(Lengths)} against {Padded(Buckets.None)}");
    }

    [Fact]
    public void A_model_learns_from_examples_of_varying_length()
    {
        using var trainer = Ok(Trainer.Of(Plan with { Epochs = 40 }, Pipelines.Default, new CpuBackend(1)));
        var last = trainer.Run(new Lists(1)).Last();
        Assert.True(last.Accuracy > 0.85, $"accuracy {last.Accuracy}");
    }

    [Fact]
    public void A_training_resumed_among_lengths_ends_bit_for_bit_the_same_on_any_number_of_threads()
    {
        var end = End();
        Assert.True(Agree(end, End(2)));
        Check.Holds(Gen.Choose(1, Epochs * Batches - 1).ToArbitrary(), at =>
        {
            using var before = Begin();
            var saved = before.Run(new Lists(1)).Take(at).Last().Save();
            using var after = Ok(Begin(2).Resume(saved));
            return saved.Step == at && after.Run(new Lists(1)).Count() == Epochs * Batches - at && Agree(end, after.Save());
        }, 5);
    }

    [Fact]
    public void Outputs_of_a_test_stand_in_the_order_of_the_examples()
    {
        var (lists, parameters) = (new Lists(4), Initial(Net, X, 5));
        var outputs = Ok(Tester.Outputs(Net, X, Loss.CrossEntropy, parameters.Select(p => (p.Key, p.Value)), lists,
            Pipelines.Default, new CpuBackend(2), Lengths));
        Assert.Equal(ElementType.F32[Count, 2], outputs.Type);
        var order = Lengths.Sorted(lists).Chunk(Batch).ToList();
        for (var i = 0; i < Count; i++)
        {
            var padded = Lengths.For(X, lists, order.Single(b => b.Contains(i)))[1];
            var alone = Tensor.Of<int>(ElementType.I32[1, padded], [.. lists.All[i], .. new int[padded - lists.Length(i)]]);
            var y = Evaluated(Ok(Net.Forward(alone.Type)), new Dictionary<string, Tensor>(parameters) { ["x"] = alone })["y"];
            Assert.Equal(y.ToDoubles()[0], outputs.ToDoubles()[2 * i], 1e-5);
        }
    }

    [Fact]
    public void A_length_that_a_layer_cannot_take_is_told_before_the_training()
    {
        var fourth = new Model(Prelude.Seq1(Layer.Pure("fourth", "Fourth",
            x => x.Type.IsUnknown ? x : Prim.Reshape(Prim.Slice(x, [0, 3, 0], [Batch, 4, 6], [1, 1, 1]), [Batch, 6]))));
        string Rule(Buckets buckets) => Trainer.Of(
            Plan with { Model = Embedding(5, 6) >>> fourth >>> Linear(2), Buckets = buckets }, Pipelines.Default, new CpuBackend(1))
            .Match(t => { t.Dispose(); return "none"; }, e => e.Rule);
        Assert.Equal("none", Rule(Buckets.Of(4, 9)));
        Assert.StartsWith("slice.", Rule(Buckets.Of(3, 9)));
    }
}
