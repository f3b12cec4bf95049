using System.Globalization;
using MiniTorch.Ir;

namespace MiniTorch.Frontend;

/// <summary>A learning rate as an expression of the step's number, counted from 1, an f64 scalar.</summary>
/// <param name="Name">As printed.</param>
/// <param name="At">The rate at a step.</param>
public sealed record Schedule(string Name, Func<Expr, Expr> At)
{
    /// <summary>A number is the same rate at every step.</summary>
    public static implicit operator Schedule(double rate) =>
        new(rate.ToString(CultureInfo.InvariantCulture), t => Prim.Like(t, rate));

    /// <summary>From the rate at step 1 down half a cosine to 0 after the last step.</summary>
    /// <remarks>Source: Loshchilov and Hutter, ICLR 2017, eq. 5.</remarks>
    public static Schedule Cosine(double rate, long steps) =>
        new(string.Create(CultureInfo.InvariantCulture, $"{rate} by cosine to 0 in {steps} steps"),
            t => (Prim.Cos((t - 1) * (Math.PI / Math.Max(1, steps))) + 1) * (rate / 2));

    /// <inheritdoc/>
    public override string ToString() => Name;
}
