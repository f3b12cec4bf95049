using System.Collections.Immutable;
using MiniTorch.Ir;
using Grads = System.Collections.Immutable.ImmutableArray<MiniTorch.Passes.Autodiff.Cotangent>;

namespace MiniTorch.Passes.Autodiff;

/// <summary>The transposes of the linear ops: ⟨dy, A x⟩ = ⟨Aᵀ dy, x⟩.</summary>
public static class Transposes
{
    /// <summary>The permutation that undoes one.</summary>
    public static Dims Inverse(Dims perm) => perm.Map((_, i) => perm.IndexOf(i));

    /// <summary>Broadcast repeats, so its transpose sums over what was repeated.</summary>
    public static Expr Broadcast(Broadcast op, Expr x, Expr dy)
    {
        var kept = Dims.Of(Enumerable.Range(0, x.Type.Rank).Where(i => x.Shape[i] == op.To[op.Axes[i]]));
        var at = op.Axes.At(kept);
        var sum = Prim.Sum(dy, Dims.Range(0, op.To.Count).Without(at));
        var sorted = Dims.Of(at.Order());
        return Prim.Reshape(Prim.Transpose(sum, Dims.Of(at.Select(a => sorted.IndexOf(a)))), x.Shape);
    }

    /// <summary>Padding's transpose crops and strides; where it cropped, it pads. The value takes what fell on padding.</summary>
    public static Grads Pad(Pad op, Expr x, Expr dy)
    {
        var rank = x.Type.Rank;
        var zero = Prim.Like(dy, 0);
        var ones = Prim.Full(dy.Type.With(x.Shape), 0);
        var outside = Prim.Pad(ones, Prim.Like(dy, 1), op.Lo, op.Hi, op.Interior);
        var cropped = Prim.Pad(dy, zero, op.Lo.Map((v, _) => -v), op.Hi.Map((v, _) => -v), Dims.Repeat(0, rank));
        var back = Prim.Slice(cropped, Dims.Repeat(0, rank), cropped.Shape, op.Interior.Map((v, _) => v + 1));
        return [back, Prim.Sum(dy * outside, Dims.Range(0, rank))];
    }

    /// <summary>A slice's transpose pads with zeros.</summary>
    public static Expr Slice(Slice op, Expr x, Expr dy)
    {
        var end = dy.Shape.Map((n, i) => n == 0 ? op.Start[i] : op.Start[i] + (n - 1) * op.Stride[i] + 1);
        return Prim.Pad(dy, Prim.Like(dy, 0), op.Start, end.Map((e, i) => x.Shape[i] - e), op.Stride.Map((s, _) => s - 1));
    }

    /// <summary>Each part takes its slice.</summary>
    public static Grads Concat(Concat op, ImmutableArray<Expr> parts, Expr dy)
    {
        var grads = ImmutableArray.CreateBuilder<Cotangent>();
        var start = 0;
        foreach (var part in parts)
        {
            var from = dy.Shape.Map((_, i) => i == op.Axis ? start : 0);
            start += part.Shape[op.Axis];
            grads.Add(Prim.Slice(dy, from, dy.Shape.Map((n, i) => i == op.Axis ? start : n), Dims.Repeat(1, dy.Type.Rank)));
        }
        return grads.ToImmutable();
    }

    /// <summary>dx = dy · yᵀ: contract the right's free axes.</summary>
    public static Expr DotLeft(Dot op, Expr x, Expr y, Expr dy)
    {
        var (free, other) = (op.LeftFree(x.Type.Rank), op.RightFree(y.Type.Rank));
        var raw = Prim.Dot(dy, y, Dims.Range(op.LeftBatch.Count + free.Count, other.Count), other,
            Dims.Range(0, op.LeftBatch.Count), op.RightBatch);
        var summed = Dims.Of(op.RightContract.Order().Select(a => op.LeftContract[op.RightContract.IndexOf(a)]));
        return Prim.Transpose(raw, Inverse(op.LeftBatch.Then(free).Then(summed)));
    }

    /// <summary>dy' = dyᵀ · x: contract the left's free axes.</summary>
    public static Expr DotRight(Dot op, Expr x, Expr y, Expr dy)
    {
        var (free, other) = (op.RightFree(y.Type.Rank), op.LeftFree(x.Type.Rank));
        var raw = Prim.Dot(dy, x, Dims.Range(op.LeftBatch.Count, other.Count), other,
            Dims.Range(0, op.LeftBatch.Count), op.LeftBatch);
        var summed = Dims.Of(op.LeftContract.Order().Select(a => op.RightContract[op.LeftContract.IndexOf(a)]));
        return Prim.Transpose(raw, Inverse(op.RightBatch.Then(free).Then(summed)));
    }

    /// <summary>dx = conv(dy, reverse(transpose w)): the flipped kernel, anchored at the other corner.</summary>
    public static Expr ConvInput(Conv op, Expr x, Expr w, Expr dy)
    {
        var spatial = Dims.Range(2, op.Windows.Count);
        var windows = op.Windows.Map((i, v) => v.ForInput(x.Shape[2 + i], w.Shape[2 + i], dy.Shape[2 + i]));
        return Prim.Conv(dy, Prim.Reverse(SwapChannels(w, op.Groups), spatial), windows, op.Groups);
    }

    /// <summary>dw = conv(transpose x, transpose dy): dy slides over x. Groups: x regrouped as [C/G, G·N, …].</summary>
    public static Expr ConvKernel(Conv op, Expr x, Expr w, Expr dy)
    {
        var windows = op.Windows.Map((i, v) => v.ForKernel(x.Shape[2 + i], w.Shape[2 + i], dy.Shape[2 + i]));
        var swap = Dims.Create([1, 0]).Then(Dims.Range(2, op.Windows.Count));
        return Prim.Transpose(Prim.Conv(Regroup(x, op.Groups, swap), Prim.Transpose(dy, swap), windows, op.Groups), swap);
    }

    /// <summary>A box is its own flip: the window sum of dy under the transposed windows.</summary>
    public static Expr WindowSum(WindowSum op, Expr x, Expr dy)
    {
        var lead = x.Type.Rank - op.Size.Count;
        return Prim.WindowSum(dy, op.Size,
            op.Windows.Map((i, v) => v.ForInput(x.Shape[lead + i], op.Size[i], dy.Shape[lead + i])));
    }

    private static Expr SwapChannels(Expr w, int groups)
    {
        var spatial = w.Shape.Slice(2, w.Type.Rank - 2);
        if (groups == 1) return Prim.Transpose(w, Dims.Create([1, 0]).Then(Dims.Range(2, spatial.Count)));
        var (outputs, inputs) = (w.Shape[0] / groups, w.Shape[1]);
        var split = Prim.Reshape(w, Dims.Create([groups, outputs, inputs]).Then(spatial));
        var swapped = Prim.Transpose(split, Dims.Create([0, 2, 1]).Then(Dims.Range(3, spatial.Count)));
        return Prim.Reshape(swapped, Dims.Create([groups * inputs, outputs]).Then(spatial));
    }

    private static Expr Regroup(Expr x, int groups, Dims swap)
    {
        if (groups == 1) return Prim.Transpose(x, swap);
        var spatial = x.Shape.Slice(2, x.Type.Rank - 2);
        var split = Prim.Reshape(x, Dims.Create([x.Shape[0], groups, x.Shape[1] / groups]).Then(spatial));
        var turned = Prim.Transpose(split, Dims.Create([2, 1, 0]).Then(Dims.Range(3, spatial.Count)));
        return Prim.Reshape(turned, Dims.Create([x.Shape[1] / groups, groups * x.Shape[0]]).Then(spatial));
    }
}
