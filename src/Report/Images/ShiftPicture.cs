using LanguageExt;
using MiniTorch.Ir;

namespace MiniTorch.Report;

/// <summary>
/// What a shift of the input does: a convolution's map moves by the same shift (equivariance), a pooled map stays the same
/// while the shift stays within windows (invariance). All are images [H, W].
/// </summary>
/// <param name="X">The input.</param>
/// <param name="Shifted">shift x.</param>
/// <param name="Conv">conv x.</param>
/// <param name="ConvOfShifted">conv(shift x).</param>
/// <param name="ShiftOfConv">shift(conv x).</param>
/// <param name="Pooled">pool(conv x).</param>
/// <param name="PooledOfShifted">pool(conv(shift x)).</param>
/// <remarks>Source: the lectures, "Invariance v.s. Equivariance".</remarks>
public sealed record ShiftPicture(
    Tensor X, Tensor Shifted, Tensor Conv, Tensor ConvOfShifted, Tensor ShiftOfConv, Tensor Pooled, Tensor PooledOfShifted)
{
    /// <summary>Three rows of images, each with its difference, and in how many cells they are equal.</summary>
    public Block Draw() => Block.Group(
        Row("The input and its shift", "", ("x", X), ("shift x", Shifted)),
        Row("Equivariance", Equal("conv(shift x)", ConvOfShifted, "shift(conv x)", ShiftOfConv), ("conv x", Conv),
            ("conv(shift x)", ConvOfShifted), ("shift(conv x)", ShiftOfConv),
            ("difference", Less(ConvOfShifted, ShiftOfConv))),
        Row("Invariance", Equal("pool(conv x)", Pooled, "pool(conv(shift x))", PooledOfShifted), ("pool(conv x)", Pooled),
            ("pool(conv(shift x))", PooledOfShifted), ("difference", Less(Pooled, PooledOfShifted))));

    private static Block Row(string title, string caption, params IEnumerable<(string, Tensor)> maps) =>
        Block.Figure(new MapChart(title, caption, maps.ToSeq().Strict()).Draw(), caption);

    private static string Equal(string one, Tensor a, string other, Tensor b)
    {
        var (x, y) = (a.ToDoubles(), b.ToDoubles());
        var bound = 1e-5 * x.Concat(y).Select(Math.Abs).DefaultIfEmpty(0).Max();
        var same = Enumerable.Range(0, x.Length).Count(i => Math.Abs(x[i] - y[i]) <= bound);
        return $"{one} and {other} are equal in {same} of {x.Length} cells.";
    }

    private static Tensor Less(Tensor a, Tensor b) =>
        Tensor.FromDoubles(a.Type, [.. a.ToDoubles().Zip(b.ToDoubles(), (x, y) => x - y)]);
}
