using LanguageExt;
using MiniTorch.Backends.Cpu;
using MiniTorch.Generators;
using MiniTorch.Ir;
using MiniTorch.Passes;
using MiniTorch.Passes.Autodiff;
using Xunit;
using static MiniTorch.Frontend.Layers;
using static MiniTorch.Frontend.Tests.Given;

namespace MiniTorch.Frontend.Tests;

/// <summary>Losses of classes over [N, C, …] with targets [N, …], some of them ignored.</summary>
public sealed class ClassLossTests
{
    /// <summary>Scores of a random shape, and a class for each place: −1 with the given chance.</summary>
    private static (Tensor Scores, Tensor Classes) Drawn(int seed, double ignored)
    {
        var draw = new Draw(seed);
        var (n, c, rest) = (draw.Int(1, 3), draw.Int(2, 4), draw.Ints(draw.Int(0, 2), 1, 3));
        var type = new TensorType(ElementType.F64, [n, c, .. rest]);
        var targets = new TensorType(ElementType.I32, [n, .. rest]);
        var random = new Random(seed);
        int Class() => random.NextDouble() < ignored ? -1 : random.Next(c);
        var classes = Enumerable.Range(0, (int)targets.Count).Select(_ => Class()).ToArray();
        return (Random(type, seed, 3), Tensor.Of<int>(targets, classes));
    }

    /// <summary>The mean of −log softmax at the classes that are not ignored, by loops; 0 without any.</summary>
    private static double ByLoops(Tensor scores, Tensor classes)
    {
        var (width, cells) = (scores.Type[1], (int)(classes.Type.Count / classes.Type[0]));
        var (values, sum, count) = (scores.ToDoubles(), 0.0, 0);
        for (var i = 0; i < classes.Type.Count; i++)
        {
            var target = (int)classes.At(i);
            if (target < 0) continue;
            double At(int c) => values[(i / cells * width + c) * cells + i % cells];
            sum += Math.Log(Enumerable.Range(0, width).Sum(c => Math.Exp(At(c)))) - At(target);
            count++;
        }
        return sum / Math.Max(1, count);
    }

    private static double[] Results(Loss loss, Tensor scores, Tensor classes)
    {
        var (y, t) = (Prim.Input("y", scores.Type), Prim.Input("t", classes.Type));
        Assert.Equal(classes.Type, loss.Target(scores.Type));
        Expr[] all = [loss.Of(y, t), loss.Correct!(y, t), .. loss.Counted is { } c ? [c(t)] : System.Array.Empty<Expr>()];
        return [.. all.Select(e => Value(e, ("y", scores), ("t", classes)).At(0))];
    }

    [Fact]
    public void Cross_entropy_of_every_place_is_the_mean_by_loops() => Check.Holds(Seeds, seed =>
    {
        var (scores, classes) = Drawn(seed, 0);
        return Near(ByLoops(scores, classes), Results(Loss.CrossEntropy, scores, classes)[0], 1e-12)
            && Near(ByLoops(scores, classes), Results(Loss.MaskedCrossEntropy, scores, classes)[0], 1e-12);
    });

    [Fact]
    public void Ignored_places_count_neither_for_the_mean_nor_as_right() => Check.Holds(Seeds, seed =>
    {
        var (scores, classes) = Drawn(seed, 0.4);
        var (taken, truth) = (Tester.Classes(scores), classes.ToDoubles());
        var results = Results(Loss.MaskedCrossEntropy, scores, classes);
        return Near(ByLoops(scores, classes), results[0], 1e-12)
            && results[1] == Enumerable.Range(0, taken.Length).Count(i => taken[i] == truth[i])
            && results[2] == truth.Count(t => t >= 0);
    });

    [Fact]
    public void The_gradient_is_softmax_less_one_hot_over_the_count_and_0_where_ignored() => Check.Holds(Seeds, seed =>
    {
        var (scores, classes) = Drawn(seed, 0.4);
        var (y, t) = (Prim.Input("y", scores.Type), Prim.Input("t", classes.Type));
        double[] Of(Expr e) => Value(e, ("y", scores), ("t", classes)).ToDoubles();
        var (gradient, soft) = (Of(Backward.Grad(Loss.MaskedCrossEntropy.Of(y, t), y)[0]), Of(Activations.Softmax(y, 1)));
        var (width, cells) = (scores.Type[1], (int)(classes.Type.Count / classes.Type[0]));
        var count = Math.Max(1, classes.ToDoubles().Count(c => c >= 0));
        return Enumerable.Range(0, gradient.Length).All(i =>
        {
            var (target, c) = (classes.At(i / cells / width * cells + i % cells), i / cells % width);
            return Near(target < 0 ? 0 : (soft[i] - (c == target ? 1 : 0)) / count, gradient[i], 1e-10);
        });
    });

    [Fact]
    public void Without_a_known_class_the_loss_is_0_and_so_is_its_gradient()
    {
        var (scores, none) = (Random(ElementType.F32[2, 3], 1), Tensor.Of<int>(ElementType.I32[2], [-1, -1]));
        Assert.Equal([0, 0, 0], Results(Loss.MaskedCrossEntropy, scores, none));
        Assert.Equal([0, 0, 0], Results(Loss.MaskedNegativeLogLikelihood, scores, none));
        var y = Prim.Input("y", scores.Type);
        var gradient = Backward.Grad(Loss.MaskedCrossEntropy.Of(y, Prim.Constant(none)), y)[0];
        Assert.All(Value(gradient, ("y", scores)).ToDoubles(), g => Assert.Equal(0, g));
    }

    /// <summary>Sequences of signs; the class of a place is its sign, and every third place is ignored.</summary>
    private static TensorExamples Signs(int examples, int length)
    {
        var x = Random(ElementType.F32[examples, 1, length], 3);
        var classes = x.ToDoubles().Select((v, i) => i % 3 == 0 ? -1 : v > 0 ? 1 : 0).ToArray();
        return new(x, Tensor.Of<int>(ElementType.I32[examples, length], classes));
    }

    [Fact]
    public void Accuracy_in_training_is_the_share_of_the_targets_that_count()
    {
        var model = Conv(2, 1);
        var training = new Training(model, ElementType.F32[8, 1, 12], Loss.MaskedCrossEntropy, Optimiser.Adam(0.1), 20, 1);
        using var trainer = Ok(Trainer.Of(training, Pipelines.Default, new CpuBackend(1)));
        var last = trainer.Run(Signs(64, 12)).Last();
        Assert.InRange(last.Accuracy, 0.95, 1);
        var every = training with { Loss = Loss.CrossEntropy, Epochs = 1 };
        using var unmasked = Ok(Trainer.Of(every, Pipelines.Default, new CpuBackend(1)));
        Assert.InRange(unmasked.Run(Signs(64, 12)).Last().Accuracy, 0, 0.7);
    }

    [Fact]
    public void The_class_of_each_place_is_the_position_of_the_largest() =>
        Assert.Equal([1, 0, 0, 1], Tester.Classes(Tensor.Of([2, 2, 2], 1, 5, 2, 4, 3, 0, 3, 7)));
}
