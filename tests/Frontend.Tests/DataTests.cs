using MiniTorch.Ir;
using Xunit;
using static MiniTorch.Frontend.Tests.Given;
using Check = MiniTorch.Generators.Check;

namespace MiniTorch.Frontend.Tests;

public sealed class DataTests
{
    private static TensorExamples Numbers(int count) => new(
        Tensor.FromDoubles(ElementType.F32[count, 2], Enumerable.Range(0, 2 * count).Select(i => (double)i).ToArray()),
        Tensor.FromDoubles(ElementType.I32[count], Enumerable.Range(0, count).Select(i => -(double)i).ToArray()));

    private static IEnumerable<(double[] X, double[] Target)> Read(IExamples examples, IEnumerable<int[]> lists, int size) =>
        Loader.Batches(examples, lists, ElementType.F32[size, 2], ElementType.I32[size]).Select(b => (
            Tensor.Adopt(ElementType.F32[size, 2], [.. b.X]).ToDoubles(), Tensor.Adopt(ElementType.I32[size], [.. b.Target]).ToDoubles()));

    [Fact]
    public void An_order_is_a_permutation_that_follows_from_seed_and_epoch() => Check.Holds(Seeds, seed =>
    {
        var count = seed % 200;
        var order = Shuffle.Order(count, seed, 3);
        return order.Order().SequenceEqual(Enumerable.Range(0, count)) && order.SequenceEqual(Shuffle.Order(count, seed, 3));
    });

    [Fact]
    public void Every_epoch_and_every_seed_has_an_order_of_its_own() => Check.Holds(Seeds, seed =>
        !Shuffle.Order(100, seed, 0).SequenceEqual(Shuffle.Order(100, seed, 1))
        && !Shuffle.Order(100, seed, 0).SequenceEqual(Shuffle.Order(100, seed + 1, 0)));

    [Fact]
    public void Every_order_of_three_is_equally_likely()
    {
        var counts = Enumerable.Range(0, 6000).CountBy(e => string.Join(' ', Shuffle.Order(3, 1, e))).ToDictionary();
        Assert.Equal(6, counts.Count);
        Assert.All(counts.Values, c => Assert.InRange(c, 850, 1150));
    }

    [Fact]
    public void The_loader_yields_the_batches_in_order() => Check.Holds(Seeds, seed =>
    {
        var draw = new Generators.Draw(seed);
        var size = draw.Int(1, 4);
        var lists = Enumerable.Range(0, draw.Int(0, 6)).Select(_ => draw.Ints(size, 0, 9).ToArray()).ToList();
        return Read(Numbers(10), lists, size).Zip(lists).All(p =>
                p.Item1.X.SequenceEqual(p.Item2.SelectMany(i => new double[] { 2 * i, 2 * i + 1 }))
                && p.Item1.Target.SequenceEqual(p.Item2.Select(i => -(double)i)))
            && Read(Numbers(10), lists, size).Count() == lists.Count;
    });

    [Fact]
    public void A_failure_to_fill_a_batch_reaches_the_reader() =>
        Assert.ThrowsAny<ArgumentException>(() => Read(Numbers(3), [[0], [1], [9]], 1).ToList());

    [Fact]
    public void Grey_images_are_scaled()
    {
        var images = new GreyImages(new byte[] { 0, 255, 51, 102 }, new byte[] { 7, 3 }, 0.2f, 0.5f);
        var (x, target) = (new byte[16], new byte[8]);
        images.Fill([1, 0], x, target);
        Assert.Equal((2, 3), (images.Count, images.Class(1)));
        Assert.Equal([3, 7], Tensor.Adopt(ElementType.I32[2], target).ToDoubles());
        foreach (var (expected, v) in new[] { 0, 0.4, -0.4, 1.6 }.Zip(Tensor.Adopt(ElementType.F32[4], x).ToDoubles()))
            Assert.Equal(expected, v, 1e-6);
    }

    [Fact]
    public void A_class_is_the_position_of_the_largest_and_confusion_counts_pairs()
    {
        int[] classes = Tester.Classes(Tensor.Of([3, 2], 1, 2, 5, 5, -1, -2));
        Assert.Equal([1, 0, 0], classes);
        Assert.Equal(new[,] { { 1, 1 }, { 1, 0 } }, Tester.Confusion([0, 1, 0], classes, 2));
    }
}
