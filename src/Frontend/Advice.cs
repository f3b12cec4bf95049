using MiniTorch.Ir;

namespace MiniTorch.Frontend;

/// <summary>What a message proposes, worked out from the expression that broke a rule.</summary>
internal static class Advice
{
    /// <summary>linear.C1: how many features there are, where they come from, and two ways out.</summary>
    internal static string Features(Expr x, int inputs, int outputs)
    {
        var features = x.Shape[^1];
        var source = x.Op is Reshape && x.Args[0].Type.Rank > 2
            ? $" = {string.Join('·', x.Args[0].Shape.Skip(1))}" : "";
        var pool = PoolingThatFits(x, inputs) is { } way ? $"{way}, or " : "";
        return $"weight takes {inputs} features, input has {features}{source}; {pool}make the weight {features}×{outputs}";
    }

    /// <summary>Twice the pooling along each axis divides the features by four: proposes it when that gives the number.</summary>
    private static string? PoolingThatFits(Expr x, int inputs)
    {
        var features = x.Shape[^1];
        if (x.Op is not Reshape || x.Args[0].Type.Rank < 3 || inputs == 0 || features % inputs != 0) return null;
        var rank = x.Args[0].Type.Rank - 2;
        var ratio = (int)Math.Round(Math.Pow(features / (double)inputs, 1.0 / rank));
        if (ratio < 2 || Math.Pow(ratio, rank) != features / inputs) return null;
        return PoolStride(x.Args[0]) is var stride and > 1
            ? $"pool by {stride * ratio} instead of {stride}" : $"pool by {ratio} before it";
    }

    /// <summary>The stride of the pooling that made x, looked for through elementwise ops; 1 when there is none.</summary>
    private static int PoolStride(Expr x) => x.Op switch
    {
        Gather when x.Args[1].Op is WindowArgMax w => w.Windows[0].Stride,
        WindowSum w => w.Windows[0].Stride,
        Elementwise when x.Args.FirstOrDefault(a => a.Type.Rank > 0) is { } inner && inner.Op is WindowSum w => w.Windows[0].Stride,
        var _ => 1,
    };
}
