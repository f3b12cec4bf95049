using LanguageExt;
using MiniTorch.Ir;

namespace MiniTorch.Frontend;

/// <summary>
/// The lengths that axis 1 of a batch may have. A plan's shapes are fixed, so a batch of sentences is padded to the least of
/// these that holds its longest, and each length in use has a plan of its own.
/// </summary>
/// <param name="Lengths">In ascending order; none where all examples are alike.</param>
public sealed record Buckets(Seq<int> Lengths)
{
    /// <summary>All examples are alike: a batch has the type that the training names.</summary>
    public static readonly Buckets None = new(LanguageExt.Seq<int>.Empty);

    /// <summary>How many batches are cut from examples that were sorted by length together.</summary>
    private const int Pool = 16;

    /// <summary>These lengths and no others.</summary>
    public static Buckets Of(params int[] lengths) => new(lengths.Order().Distinct().ToSeq().Strict());

    /// <summary>Whether batches differ in length.</summary>
    public bool Vary => !Lengths.IsEmpty;

    /// <summary>The type of a batch: as the training names it, or its axis 1 of the least length that holds these.</summary>
    /// <remarks>Longer examples than the greatest length are cut to it.</remarks>
    public TensorType For(TensorType x, IExamples examples, IEnumerable<int> indices) =>
        Vary ? At(x, Least(indices.Max(examples.Length))) : x;

    /// <summary>Every type that a batch may have; the last is the largest.</summary>
    public Seq<TensorType> Types(TensorType x) => Vary ? Lengths.Map(length => At(x, length)).Strict() : Prelude.Seq1(x);

    /// <summary>
    /// The batches of an epoch: a function of seed and epoch. Examples of like length come together, so that little is
    /// padded; the order of the batches is random again. What does not fill a batch is left out.
    /// </summary>
    public IEnumerable<int[]> Epoch(IExamples examples, int size, long seed, int epoch)
    {
        var order = Shuffle.Order(examples.Count, seed, epoch);
        var whole = order.Take(order.Length / size * size);
        if (!Vary) return whole.Chunk(size);
        var batches = whole.Chunk(size * Pool).SelectMany(pool => ByLength(examples, pool).Chunk(size)).ToArray();
        return Shuffle.Order(batches.Length, seed, -2 - epoch).Select(b => batches[b]);
    }

    /// <summary>All examples in the order in which they are tested: the shortest first where they differ.</summary>
    public int[] Sorted(IExamples examples)
    {
        var all = Enumerable.Range(0, examples.Count);
        return [.. Vary ? ByLength(examples, all) : all];
    }

    private static IEnumerable<int> ByLength(IExamples examples, IEnumerable<int> indices) =>
        indices.OrderBy(examples.Length);

    private int Least(int length) => Lengths.Find(l => l >= length).IfNone(Lengths.Last);

    private static TensorType At(TensorType x, int length) => x.With(x.Shape.Map((n, axis) => axis == 1 ? length : n));
}
