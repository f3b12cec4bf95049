using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using MiniTorch.Examples.Course;
using MiniTorch.Examples.Mnist;
using MiniTorch.Examples.Trainings;
using MiniTorch.Frontend;
using MiniTorch.Generators;
using MiniTorch.Ir;
using Xunit;
using Check = MiniTorch.Generators.Check;

namespace MiniTorch.Examples.Tests;

/// <summary>Clips of moving digits, and what can be learned from them.</summary>
public class VideoTests
{
    private const int Side = Clips.Side, Cells = Side * Side;

    private static readonly Digits Digits = Digits.Read(Path.Combine(Repository.Root, "data", "mnist"))
        .Match(d => d, e => throw new InvalidOperationException(e.Message));

    private static readonly Clips Clips = new(Digits.Training, seed: 1, part: 0);

    private static readonly Arbitrary<int> Numbers = Gen.Choose(0, Clips.Count - 1).ToArbitrary();

    private static float[] Frame(Tensor clip, int t) => clip.As<float>().Slice(t * Cells, Cells).ToArray();

    private static byte[] Filled(Clips clips, params int[] indices)
    {
        var (x, target) = (new byte[indices.Length * Clips.Frames * Cells * 4], new byte[indices.Length * 4]);
        clips.Fill(indices, x, target);
        return [.. x, .. target];
    }

    [Fact]
    public void The_same_seed_gives_the_same_clips() =>
        Assert.Equal(Filled(Clips, 0, 17, 9999), Filled(new(Digits.Training, 1, 0), 0, 17, 9999));

    [Theory]
    [InlineData(2, 0)]
    [InlineData(1, 1)]
    public void Another_seed_or_part_gives_other_clips(long seed, int part) =>
        Assert.NotEqual(Filled(Clips, 0, 1, 2), Filled(new(Digits.Training, seed, part), 0, 1, 2));

    [Fact]
    public void Directions_are_equally_many() => Assert.All(
        Enumerable.Range(0, Clips.Count).CountBy(i => Clips[i].Direction), n => Assert.Equal(Clips.Count / 8, n.Value));

    [Fact]
    public void Starts_and_speeds_are_spread_over_the_canvas()
    {
        var clips = Enumerable.Range(0, Clips.Count).Select(i => Clips[i]).ToList();
        Assert.Equal(Cells, clips.Select(c => (c.Row, c.Column)).Distinct().Count());
        Assert.Equal([1, 2], clips.Select(c => c.Speed).Distinct().Order());
    }

    [Fact]
    public void A_frame_is_the_one_before_moved_in_the_labelled_direction() => Check.Holds(Numbers, i =>
    {
        var (clip, drawn) = (Clips[i], Clips.Draw(Clips[i]));
        var (down, right) = Directions.Step(clip.Direction);
        return Enumerable.Range(1, Clips.Frames - 1).All(t =>
            Rolled(Frame(drawn, t - 1), clip.Speed * down, clip.Speed * right).SequenceEqual(Frame(drawn, t)));
    }, 50);

    [Fact]
    public void A_clip_played_backward_goes_the_opposite_way() => Check.Holds(Numbers, i =>
    {
        var (forward, backward) = (Clips.Draw(Clips[i]), Clips.Draw(Clips[i].Backward));
        return (Clips[i].Backward.Direction - Clips[i].Direction + 8) % 8 == 4
            && Enumerable.Range(0, Clips.Frames).All(t =>
                Frame(forward, t).SequenceEqual(Frame(backward, Clips.Frames - 1 - t)));
    }, 50);

    [Fact]
    public void The_mean_of_the_frames_does_not_tell_a_direction_from_its_opposite() => Check.Holds(Numbers, i =>
    {
        double[] Mean(Clip clip) => [.. Enumerable.Range(0, Cells).Select(p =>
            Enumerable.Range(0, Clips.Frames).Sum(t => Math.Round(Frame(Clips.Draw(clip), t)[p] * 1020)))];
        return Mean(Clips[i]).SequenceEqual(Mean(Clips[i].Backward));
    }, 3);

    [Fact]
    public void All_starts_together_give_the_same_frames_under_every_direction()
    {
        string[] Seen(int direction, int t) => [.. Enumerable.Range(0, Cells).Select(s =>
            string.Join(' ', Frame(Clips.Draw(new Clip(3, direction, 2, s / Side, s % Side)), t)))
            .Order(StringComparer.Ordinal)];
        var first = Seen(0, 0);
        Assert.All(Enumerable.Range(0, 8), d => Assert.Equal(first, Seen(d, 5)));
    }

    [Fact]
    public void Three_axes_learn_what_one_frame_or_their_mean_cannot()
    {
        var table = Pages.Of("video").Blocks.OfType<Block.Table>().Single(t => t.Head.Contains("test accuracy"));
        var right = table.Rows.ToDictionary(
            r => r[0], r => double.Parse(r[^1].TrimEnd(' ', '%'), CultureInfo.InvariantCulture));
        Assert.InRange(right["conv3d"], 90, 100);
        Assert.InRange(right["mean"], 20, 52);
        Assert.InRange(right["frame"], 10, 15);
    }

    [Fact]
    public void A_training_learns_from_training_digits_and_is_judged_by_test_digits()
    {
        var study = VideoTraining.Offer.Study(new Settings(Seed: 3))
            .Match(s => s, e => throw new InvalidOperationException(e.Message));
        byte[] Clip(IExamples all, int i)
        {
            var (x, target) = (new byte[Clips.Frames * Cells * 4], new byte[4]);
            all.Fill([i], x, target);
            return [.. x, .. target];
        }
        Assert.Equal(Clip(study.Training, 7), Filled(new(Digits.Training, 3, 0), 7));
        Assert.Equal(Clip(study.Test, 7), Filled(new(Digits.Test, 3, 1), 7));
        var none = study.Judge(Tensor.Zeros(ElementType.F32[study.Test.Count, 8]));
        Assert.Equal("test accuracy 12.50 %", none.Line);
    }

    [Theory]
    [InlineData("conv3d")]
    [InlineData("frame")]
    [InlineData("mean")]
    public void Every_network_gives_eight_log_probabilities(string name)
    {
        var model = VideoNetworks.Named(name).Match(m => m, e => throw new InvalidOperationException(e.Message));
        var y = model.Apply(Prim.Input("x", VideoNetworks.Batch(4)), Mode.Evaluation).Value;
        Assert.Equal(ElementType.F32[4, 8], y.Type);
    }

    [Fact]
    public void An_unknown_network_is_named_with_those_there_are() =>
        Assert.Contains("conv3d", VideoNetworks.Named("lstm").Match(_ => "", e => e.Message), StringComparison.Ordinal);

    private static float[] Rolled(float[] frame, int down, int right) => [.. Enumerable.Range(0, Cells).Select(p =>
        frame[Around(p / Side - down) * Side + Around(p % Side - right)])];

    private static int Around(int at) => (at % Side + Side) % Side;
}
