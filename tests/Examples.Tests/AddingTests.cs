using MiniTorch.Examples.Course;
using MiniTorch.Examples.Trainings;
using MiniTorch.Ir;
using Xunit;
using Fields = MiniTorch.Passes.Analysis.ReceptiveField;

namespace MiniTorch.Examples.Tests;

/// <summary>The adding problem, and that a causal stack which sees the whole sequence solves it.</summary>
public sealed class AddingTests
{
    private static readonly Sums Short = new(500, 21, 7);

    [Fact]
    public void The_target_is_the_sum_of_the_marked_numbers_one_in_each_half()
    {
        for (var i = 0; i < Short.Count; i++)
        {
            var x = Short.Sequence(i).ToDoubles();
            var marked = Enumerable.Range(0, 21).Where(t => x[21 + t] != 0).ToArray();
            Assert.Equal(2, marked.Length);
            Assert.True(marked[0] < 10 && marked[1] >= 10);
            Assert.All(marked, t => Assert.Equal(1, x[21 + t]));
            Assert.Equal((float)x[marked[0]] + (float)x[marked[1]], Short.Targets[i]);
        }
    }

    [Fact]
    public void Numbers_fill_0_to_1_and_marks_every_place()
    {
        var all = Enumerable.Range(0, Short.Count).Select(i => Short.Sequence(i).ToDoubles()).ToArray();
        Assert.InRange(all.SelectMany(x => x[..21]).Average(), 0.49, 0.51);
        Assert.All(all.SelectMany(x => x[..21]), v => Assert.InRange(v, 0, 1));
        Assert.All(Enumerable.Range(0, 21), t => Assert.Contains(all, x => x[21 + t] == 1));
    }

    [Fact]
    public void A_seed_gives_the_same_sequences_and_another_others()
    {
        Assert.Equal(Short.Sequence(3), new Sums(500, 21, 7).Sequence(3));
        Assert.NotEqual(Short.Sequence(3), new Sums(500, 21, 8).Sequence(3));
        Assert.NotEqual(Short.Sequence(3), Short.Sequence(4));
    }

    [Fact]
    public void Always_answering_1_reaches_a_sixth() => Assert.Equal(1 / 6.0, new Sums(20_000, 200, 3).ErrorOfOne, 0.005);

    [Theory, InlineData(20), InlineData(200), InlineData(1000)]
    public void The_last_step_sees_the_whole_sequence_and_one_block_less_would_not(int length)
    {
        var graph = AddingTraining.Network(length).Forward(ElementType.F32[1, 2, length])
            .Match(g => g, errors => throw new IrException(errors));
        var field = Fields.Of(graph, graph.Inputs[0])[graph.Outputs[0].Value];
        Assert.Equal((0, length - 1), field.At(0, 0)[2]);
        Assert.True(Frontend.Layers.TemporalReach(3, AddingTraining.Blocks(length) - 1) < length);
    }

    [Fact]
    public void A_short_one_is_learned()
    {
        var folder = Directory.CreateTempSubdirectory("adding").FullName;
        var offer = new Offer("adding", "", _ => AddingTraining.Of(length: 20, training: 8_000, test: 500));
        var settings = new Settings(Epochs: 1, Threads: 1, Out: folder);
        var outcome = Experiment.Run(offer, settings, new Printed(TextWriter.Null, null))
            .Match(o => o, e => throw new InvalidOperationException($"{e}"));
        Directory.Delete(folder, recursive: true);
        Assert.InRange(((Estimated)outcome.Verdict).Error, 0, 0.02);
        Assert.Matches(@"^test error 0\.\d{4} \(always answering 1 gives 0\.1\d{3}, the least is 0\)$",
            outcome.Verdict.Line);
    }
}
