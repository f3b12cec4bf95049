using System.Globalization;
using LanguageExt;
using MiniTorch.Ir;

namespace MiniTorch.Frontend;

/// <summary>
/// What pooling makes of each region: any function of its cells that is made of expressions, and so differentiable.
/// Source: the lectures' "not restricted to max; can use any differentiable function".
/// </summary>
public sealed record Reducer
{
    private readonly Func<Laid, Either<IrError, Expr>> reduce;

    private Reducer(string name, string text, Func<Laid, Either<IrError, Expr>> reduce) =>
        (Name, Text, this.reduce) = (name, text, reduce);

    private Reducer(string name, string text, Func<Laid, Expr> reduce)
        : this(name, text, laid => Prelude.Right<IrError, Expr>(reduce(laid)))
    {
    }

    /// <summary>As a layer is called: <c>Max</c>.</summary>
    public string Name { get; }

    /// <summary>What it was given beside its regions, as a layer prints it: <c>power: 3</c>.</summary>
    public string Text { get; }

    /// <summary>The largest cell. The first of equals takes the gradient, unless ties say otherwise.</summary>
    /// <remarks>Padding is never the largest.</remarks>
    public static Reducer Max(Ties ties = Ties.First) =>
        new("Max", ties == Ties.First ? "" : $"ties: {$"{ties}".ToLowerInvariant()}", laid => MaxOf(laid, ties));

    /// <summary>The mean of the cells, zeros of the padding among them unless they are not to count.</summary>
    public static Reducer Average(bool countPadding = true) =>
        new("Average", countPadding ? "" : "count padding: no", laid => Mean(laid, countPadding));

    /// <summary>
    /// log Σ exp(s·x) / s: at least the maximum, and at most log(k)/s more for k cells; its gradient is the softmax.
    /// </summary>
    /// <remarks>Errors: pool.P5. Source: Pinheiro and Collobert, "From image-level to pixel-level labeling", CVPR 2015,
    /// there of the mean.</remarks>
    public static Reducer LogSumExp(double sharpness = 1) => new("LogSumExp", Sharp(sharpness), laid =>
        from s in Sharpness(sharpness)
        let cells = laid.Cells(Least(s))
        select s == 1 ? Activations.LogSumExp(cells, laid.Axes) : Activations.LogSumExp(cells * s, laid.Axes) / s);

    /// <summary>Σ xᵢ·softmax(s·x)ᵢ: the mean of the cells, weighted by how large they are.</summary>
    /// <remarks>Errors: pool.P5. Source: Stergiou et al., "Refining activation downsampling with SoftPool", ICCV
    /// 2021.</remarks>
    public static Reducer SoftmaxWeighted(double sharpness = 1) => new("SoftmaxWeighted", Sharp(sharpness), laid =>
        from s in Sharpness(sharpness)
        let weights = Activations.Softmax(s == 1 ? laid.Cells(Least(s)) : laid.Cells(Least(s)) * s, laid.Axes)
        select Prim.Sum(laid.Cells(0) * weights, laid.Axes));

    /// <summary>
    /// (Σ |x|ᵖ)^(1/p): for p = 1 the sum, towards the largest magnitude as p grows; gradient 0 where all cells are.
    /// </summary>
    /// <remarks>Errors: pool.P6. Source: Sermanet et al., "Convolutional neural networks applied to house numbers",
    /// ICPR 2012.</remarks>
    public static Reducer Lp(double power = 2) => new("Lp", $"power: {Plain(power)}", laid => power >= 1 && double.IsFinite(power)
        ? Norm(laid, power) : new IrError("pool.P6", $"the power is {Plain(power)}; take a number of at least 1"));

    /// <summary>A reduction of one's own: cells [N, C, o…, k…] and the axes k… to [N, C, o…].</summary>
    /// <param name="name">As a layer is called.</param>
    /// <param name="reduce">The expression.</param>
    /// <param name="outside">What stands in place of a cell on padding.</param>
    /// <remarks>Errors: pool.P7 (the result has another shape).</remarks>
    public static Reducer Of(string name, Func<Expr, Dims, Expr> reduce, double outside = 0) =>
        new(name, "", laid => Fitting(laid, reduce(laid.Cells(outside), laid.Axes)));

    /// <summary>The cells themselves, laid out.</summary>
    internal static Reducer Cells { get; } = new("Cells", "", laid => laid.Cells(0));

    /// <summary>The pooled value.</summary>
    internal Either<IrError, Expr> Over(Laid laid) => reduce(laid);

    private static Expr Mean(Laid laid, bool countPadding)
    {
        var sum = laid.Windows is var (size, windows)
            ? Prim.WindowSum(laid.X, size, windows) : Prim.Sum(laid.Cells(0), laid.Axes);
        var count = laid.Count(countPadding);
        return count.Each is { } each
            ? sum / Prim.Broadcast(each, sum.Shape, Dims.Range(2, each.Type.Rank)) : sum * (1.0 / count.Same);
    }

    private static Expr MaxOf(Laid laid, Ties ties)
    {
        if (laid.Windows is not var (size, windows) || ties != Ties.First)
            return Prim.ReduceMax(laid.Cells(Least(1)), laid.Axes, ties);
        var x = laid.X;
        var flat = Prim.Reshape(x, Dims.Create([x.Shape[0], x.Shape[1], (int)x.Shape.Slice(2, x.Type.Rank - 2).Product]));
        return Prim.Gather(flat, Prim.WindowArgMax(x, size, windows), 2);
    }

    /// <summary>m · (Σ (|x|/m)ᵖ)^(1/p) with the largest magnitude m, which cancels: no power overflows.</summary>
    private static Expr Norm(Laid laid, double power)
    {
        var size = Prim.Abs(laid.Cells(0));
        var most = Prim.StopGradient(Prim.ReduceMax(size, laid.Axes));
        var (none, one) = (Prim.Eq(most, Prim.Like(most, 0)), Prim.Like(most, 1));
        var scale = Prim.Select(none, one, most);
        var sum = Prim.Sum(Prim.Pow(size / laid.Beside(scale, size), Prim.Like(size, power)), laid.Axes);
        var root = Prim.Pow(Prim.Select(none, one, sum), Prim.Like(sum, 1 / power));
        return Prim.Select(none, Prim.Like(most, 0), scale * root);
    }

    private static Either<IrError, Expr> Fitting(Laid laid, Expr y) => y.Type.IsUnknown || y.Shape == laid.Shape ? y
        : new IrError("pool.P7", $"the reduction gives {y.Type} for {laid.Shape} regions; reduce the axes that it is given, "
            + "and no others", y.Describe());

    private static Either<IrError, double> Sharpness(double s) => s != 0 && double.IsFinite(s) ? s
        : new IrError("pool.P5", $"the sharpness is {Plain(s)}; take a number other than 0");

    private static string Sharp(double s) => s == 1 ? "" : $"sharpness: {Plain(s)}";

    private static string Plain(double number) => number.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>What a region never takes.</summary>
    private static double Least(double sign) => sign > 0 ? double.NegativeInfinity : double.PositiveInfinity;
}
