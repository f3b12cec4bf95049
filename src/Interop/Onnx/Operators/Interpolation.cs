using MiniTorch.Interop.Onnx.Import;

namespace MiniTorch.Interop.Onnx.Operators;

/// <summary>An element and its weight in a sum.</summary>
internal readonly record struct Tap(long At, double Weight);

/// <summary>An axis of Size elements made Length long.</summary>
/// <param name="Size">Elements there are.</param>
/// <param name="Length">Elements there will be.</param>
/// <param name="Width">The length before it was rounded.</param>
/// <param name="Up">What a position is multiplied with.</param>
/// <param name="Down">What it is then divided by: apart, so that whole positions come out whole.</param>
internal sealed record Stretch(int Size, int Length, double Width, double Up, double Down)
{
    /// <summary>By a factor that a file keeps as f32.</summary>
    public static Stretch By(int size, double scale, Node n)
    {
        var width = size * (float)scale;
        return !(scale > 0) ? throw n.Refuse($"scale {scale} is not above 0")
            : MathF.Floor(width) == width ? To(size, width, null, n)
            : To(size, Math.Floor(width), scale, n);
    }

    /// <summary>To a length, with a factor where the length does not follow from it exactly.</summary>
    public static Stretch To(int size, double length, double? scale, Node n) =>
        !(length >= 0 && length <= int.MaxValue) ? throw n.Refuse($"{length} is no size")
        : scale is { } s ? new(size, (int)length, s * size, 1, s)
        : new(size, (int)length, length, size, length);

    /// <summary>Whether every element stays where it is.</summary>
    public bool IsNone => Size == Length && Up == Down;

    /// <summary>A position there as one here.</summary>
    public double Back(double position) => position * Up / Down;

    /// <summary>Elements there to one here; above 1 it shrinks.</summary>
    public double Step => Up / Down;
}

/// <summary>Where an element of the result lies among the operand's, and which of those make it.</summary>
/// <param name="Mode">How positions map.</param>
/// <param name="Rounding">How the nearest is chosen.</param>
internal sealed record Interpolation(string Mode, string Rounding)
{
    /// <summary>The coefficient of the cubic. Source: Keys, 1981.</summary>
    public double A { get; init; } = -0.75;

    /// <summary>Elements outside have no weight; otherwise they equal the edge's.</summary>
    public bool Inside { get; init; }

    /// <summary>Shrinking weighs all elements that a result covers.</summary>
    public bool Antialias { get; init; }

    /// <summary>The value of what lies outside a region.</summary>
    public double Beyond { get; init; }

    /// <summary>Where a region begins, as a part of the axis.</summary>
    public double From { get; init; }

    /// <summary>Where it ends.</summary>
    public double To { get; init; }

    /// <summary>Whether it takes a region.</summary>
    public bool Crops => Mode == "tf_crop_and_resize";

    /// <summary>The position of element i of the result.</summary>
    public double Place(int i, Stretch s, Node n) => Mode switch
    {
        "half_pixel" => Half(i, s),
        "pytorch_half_pixel" => s.Length > 1 ? Half(i, s) : 0,
        "half_pixel_symmetric" => s.Size / 2.0 * (1 - s.Length / s.Width) + Half(i, s),
        "asymmetric" => s.Back(i),
        "tf_half_pixel_for_nn" => s.Back(i + 0.5),
        "align_corners" => s.Width == 1 ? 0 : i * (s.Size - 1) / (s.Width - 1),
        "tf_crop_and_resize" => (s.Size - 1) * (s.Length > 1 ? From + i * (To - From) / (s.Length - 1) : (From + To) / 2),
        _ => throw n.Refuse($"'{Mode}' is no transformation of coordinates"),
    };

    private static double Half(int i, Stretch s) => s.Back(i + 0.5) - 0.5;

    /// <summary>
    /// The element nearest to a position, which is rounded to f32 as scales and regions are kept in it: the whole number
    /// that 3 / 0.6 is must not become the one below.
    /// </summary>
    public long Nearest(double place, int size, Node n) => (long)Math.Clamp(Rounding switch
    {
        "round_prefer_floor" => Math.Ceiling((float)place - 0.5),
        "round_prefer_ceil" => Math.Floor((float)place + 0.5),
        "floor" => Math.Floor((float)place),
        "ceil" => Math.Ceiling((float)place),
        _ => throw n.Refuse($"'{Rounding}' is no way to choose the nearest"),
    }, 0, size - 1);

    /// <summary>The two neighbours, weighted by closeness.</summary>
    public Tap[] Linear(double place, Stretch s) => Taps(place, 1, s, d => 1 - d);

    /// <summary>Four neighbours under Keys' cubic.</summary>
    public Tap[] Cubic(double place, Stretch s) =>
        Taps(place, 2, s, d => d <= 1 ? ((A + 2) * d - (A + 3)) * d * d + 1 : ((A * d - 5 * A) * d + 8 * A) * d - 4 * A);

    /// <summary>The elements within a reach of the position, by a weight of their distance; weights sum to 1.</summary>
    private Tap[] Taps(double place, int reach, Stretch s, Func<double, double> weight)
    {
        var wide = Antialias ? Math.Max(s.Step, 1) : 1;
        place = Math.Clamp(place, -int.MaxValue, int.MaxValue);
        var (first, last) = ((long)Math.Floor(place - reach * wide) + 1, (long)Math.Ceiling(place + reach * wide) - 1);
        var near = Enumerable.Range(0, (int)(last - first + 1)).Select(i => first + i)
            .Where(j => !Inside || (j >= 0 && j < s.Size))
            .Select(j => new Tap(Math.Clamp(j, 0, s.Size - 1), weight(Math.Abs(j - place) / wide))).ToArray();
        var sum = near.Sum(t => t.Weight);
        return sum == 0 ? [new((long)Math.Clamp(place, 0, s.Size - 1), 1)]
            : [.. near.GroupBy(t => t.At).Select(g => new Tap(g.Key, g.Sum(t => t.Weight) / sum))];
    }
}
