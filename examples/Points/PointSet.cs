using LanguageExt;
using MiniTorch.Ir;

namespace MiniTorch.Examples.Course;

/// <summary>A point of the unit square and its side: 0 or 1.</summary>
public readonly record struct Labelled(double X1, double X2, int Label);

/// <summary>
/// One of MiniTorch's six data sets: points of the unit square with two labels. The same seed gives the same points, and
/// the points of another part are drawn apart from them.
/// </summary>
/// <param name="Name">As the command line spells it.</param>
/// <param name="Rule">When a point is labelled 1.</param>
/// <param name="Hidden">Width of the two hidden layers that learn it.</param>
/// <param name="Epochs">Times over the points that this takes.</param>
/// <param name="Rate">Adam's first learning rate.</param>
/// <param name="Place">The point from two numbers uniform in [0, 1).</param>
/// <remarks>Source: MiniTorch, <c>minitorch/datasets.py</c>.</remarks>
public sealed record PointSet(
    string Name, string Rule, int Hidden, int Epochs, double Rate, Func<double, double, Labelled> Place)
{
    /// <summary>Left half against right half: one line, upright.</summary>
    public static readonly PointSet Simple = Uniform("simple", "x₁ < 0.5", (x, _) => x < 0.5);

    /// <summary>The corner at 0 against the rest: one line, slanted.</summary>
    public static readonly PointSet Diag = Uniform("diag", "x₁ + x₂ < 0.5", (x, y) => x + y < 0.5);

    /// <summary>Two outer strips against the middle: two lines.</summary>
    public static readonly PointSet Split = Uniform("split", "x₁ < 0.2 or x₁ > 0.8", (x, _) => x is < 0.2 or > 0.8);

    /// <summary>Two opposite quarters against the other two: no single line helps.</summary>
    public static readonly PointSet Xor =
        Uniform("xor", "one of x₁, x₂ is below 0.5, the other not", (x, y) => x < 0.5 != y < 0.5);

    /// <summary>Outside against inside of a circle of radius √0.1.</summary>
    public static readonly PointSet Circle = Uniform("circle", "(x₁ − 0.5)² + (x₂ − 0.5)² > 0.1",
        (x, y) => (x - 0.5) * (x - 0.5) + (y - 0.5) * (y - 0.5) > 0.1);

    /// <summary>Two arms that wind around the centre; the second is the first turned by a quarter.</summary>
    public static readonly PointSet Spiral = new("spiral", "it is on the second of two arms", 64, 400, 0.02, Arms);

    /// <summary>All six, easy ones first.</summary>
    public static readonly IReadOnlyList<PointSet> All = [Simple, Diag, Split, Xor, Circle, Spiral];

    /// <summary>The set of this name.</summary>
    /// <remarks>Errors: points.P1 there is none.</remarks>
    public static Either<IrError, PointSet> Named(string name) =>
        All.FirstOrDefault(s => s.Name == name) is { } found ? found
        : new IrError("points.P1", $"there is no data set '{name}'; take {string.Join(", ", All.Select(s => s.Name))}");

    /// <summary>So many points: point i is a function of seed, part and i.</summary>
    public Labelled[] Draw(int count, long seed, int part) =>
        [.. Enumerable.Range(0, count).Select(i => Point(i, seed, part))];

    private Labelled Point(int i, long seed, int part)
    {
        var (a, b, c, d) = Philox.Block((ulong)i, unchecked((ulong)seed), (ulong)part);
        return Place(Unit(a, b), Unit(c, d));
    }

    private static PointSet Uniform(string name, string rule, Func<double, double, bool> inside) =>
        new(name, rule, 16, 200, 0.03, (x, y) => new(x, y, inside(x, y) ? 1 : 0));

    /// <summary>Which arm from one number, how far along it from the other: t in [1, 10) fits the square.</summary>
    private static Labelled Arms(double which, double along)
    {
        var t = 1 + 9 * along;
        var (x, y) = (t * Math.Cos(t) / 20, t * Math.Sin(t) / 20);
        return which < 0.5 ? new(0.5 + x, 0.5 + y, 0) : new(0.5 + y, 0.5 - x, 1);
    }

    private static double Unit(uint high, uint low) => ((ulong)high << 21 ^ low >> 11) * (1.0 / (1UL << 53));

    /// <inheritdoc/>
    public override string ToString() => Name;
}
