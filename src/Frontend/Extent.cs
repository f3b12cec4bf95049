using System.Collections;
using System.Runtime.CompilerServices;
using LanguageExt;
using MiniTorch.Ir;

namespace MiniTorch.Frontend;

/// <summary>
/// The lecture's "int or tuple": a number for every spatial axis, or one for each, <c>3</c>, <c>(3, 5)</c> or
/// <c>[3, 5]</c>. Its default value says that none was given.
/// </summary>
/// <remarks>Source: the hyper-parameters of PyTorch's Conv2d, as the lecture lists them.</remarks>
[CollectionBuilder(typeof(Extent), nameof(Create))]
public readonly record struct Extent : IEnumerable<int>
{
    private readonly Dims numbers;
    private readonly bool every;

    private Extent(Dims numbers, bool every) => (this.numbers, this.every) = (numbers, every);

    /// <summary>One number for each axis (collection expressions call this).</summary>
    public static Extent Create(ReadOnlySpan<int> each) => new(Dims.Create(each), false);

    /// <summary>The same number for every axis.</summary>
    public static implicit operator Extent(int every) => new([every], true);

    /// <summary>Numbers for two axes: rows, then columns.</summary>
    public static implicit operator Extent((int Rows, int Columns) each) => new([each.Rows, each.Columns], false);

    /// <summary>Numbers for three axes: planes, rows, columns.</summary>
    public static implicit operator Extent((int Planes, int Rows, int Columns) each) =>
        new([each.Planes, each.Rows, each.Columns], false);

    /// <summary>One number for each axis.</summary>
    public static implicit operator Extent(Dims each) => new(each, false);

    /// <summary>Whether it says anything: the default value does not.</summary>
    public bool IsGiven => numbers.Count > 0;

    /// <summary>Whether it says the same of every axis.</summary>
    public bool IsEverywhere(int number) => IsGiven && numbers.All(n => n == number);

    /// <summary>This where it is given, else the other.</summary>
    public Extent Or(Extent other) => IsGiven ? this : other;

    /// <summary>The number of each of so many axes.</summary>
    /// <param name="axes">How many spatial axes there are.</param>
    /// <param name="what">What the numbers are, for the message: <c>stride</c>.</param>
    /// <remarks>Errors: extent.E1 the numbers are not as many as the axes.</remarks>
    public Either<IrError, Dims> Along(int axes, string what) =>
        every ? Dims.Repeat(numbers[0], axes)
        : numbers.Count == axes ? numbers
        : new IrError("extent.E1", $"{what} {this} has {numbers.Count} numbers for {axes} spatial "
            + $"{(axes == 1 ? "axis" : "axes")}; give {axes}, or one for all");

    /// <summary>The numbers as they were given.</summary>
    public IEnumerator<int> GetEnumerator() => numbers.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>As one writes it: <c>3</c>, <c>(3, 5)</c>.</summary>
    public override string ToString() => every ? $"{numbers[0]}" : $"({string.Join(", ", numbers)})";
}
