using System.Collections.Immutable;
using MiniTorch.Ir;

namespace MiniTorch.Passes.Planning;

/// <summary>How movement ops act on views: a movement of a view is a view, but for reshapes that tear its strides.</summary>
public static class Views
{
    /// <summary>Where the elements of a movement node lie, given where its operand's do; null when no strides say it.</summary>
    public static View? Through(Expr movement, View operand) => movement.Op switch
    {
        Broadcast b => Broadcasted(b, movement.Args[0].Shape, operand).Normal(b.To),
        Transpose t => (operand with { Strides = [.. t.Perm.Select(p => operand.Strides[p])] }).Normal(movement.Shape),
        Reverse r => Reversed(r, movement.Shape, operand).Normal(movement.Shape),
        Slice s => Sliced(s, movement.Shape, operand).Normal(movement.Shape),
        Reshape r => Reshaped(movement.Args[0].Shape, r.To, operand)?.Normal(r.To),
        var other => throw new InvalidOperationException($"{other.Mnemonic} moves no elements"),
    };

    /// <summary>The stored node's first elements in row-major order: what every op reads.</summary>
    public static bool IsAlias(this View view, Dims shape) => view.Offset == 0 && view.IsRowMajor(shape);

    /// <summary>
    /// Where the elements of a reshape lie that makes axes 1 and 2 of its operand one: a view in blocks; null for any other.
    /// </summary>
    public static View? Merging(Expr movement, View operand)
    {
        if (movement is not (Reshape { To: var to }, [{ Shape: var from }]) || from.Count != to.Count + 1 || from.Count < 3
            || to != [from[0], from[1] * from[2], .. from.Skip(3)]) return null;
        return operand with { Strides = operand.Strides.RemoveAt(2), Lanes = from[2], LaneStep = operand.Strides[2] };
    }

    /// <summary>The view with row-major strides on axes of size 1 too, where the others are.</summary>
    private static View Normal(this View view, Dims shape) =>
        shape.Product == 0 ? new(view.Stored, 0, [.. shape.Strides()])
        : view.IsRowMajor(shape) ? view with { Strides = [.. shape.Strides()] } : view;

    private static View Broadcasted(Broadcast op, Dims from, View x)
    {
        var strides = new long[op.To.Count];
        for (var i = 0; i < from.Count; i++)
            if (from[i] != 1) strides[op.Axes[i]] = x.Strides[i];
        return x with { Strides = [.. strides] };
    }

    private static View Reversed(Reverse op, Dims shape, View x) => x with
    {
        Offset = x.Offset + op.Axes.Sum(a => (shape[a] - 1) * x.Strides[a]),
        Strides = [.. x.Strides.Select((s, i) => op.Axes.Contains(i) ? -s : s)],
    };

    private static View Sliced(Slice op, Dims shape, View x) => x with
    {
        Offset = x.Offset + Enumerable.Range(0, shape.Count).Sum(i => op.Start[i] * x.Strides[i]),
        Strides = [.. x.Strides.Select((s, i) => s * op.Stride[i])],
    };

    /// <summary>Matches runs of old axes with runs of new ones of equal product; a run of old axes must be dense.</summary>
    private static View? Reshaped(Dims from, Dims to, View x)
    {
        if (from.Product == 0 || x.IsRowMajor(from)) return x with { Strides = [.. to.Strides()] };
        var old = Enumerable.Range(0, from.Count).Where(i => from[i] != 1).Select(i => (Size: from[i], Stride: x.Strides[i])).ToList();
        var strides = new long[to.Count];
        for (int end = to.Count, last = old.Count; end > 0 && last > 0;)
        {
            var (begin, first) = Run(to, end, old, last);
            for (var k = first; k < last - 1; k++)
                if (old[k].Stride != old[k + 1].Size * old[k + 1].Stride) return null;
            for (var (k, s) = (end - 1, old[last - 1].Stride); k >= begin; s *= to[k], k--) strides[k] = s;
            (end, last) = (begin, first);
        }
        return x with { Strides = [.. strides] };
    }

    /// <summary>The shortest runs that end before the given positions and have equal products.</summary>
    private static (int Begin, int First) Run(Dims to, int end, List<(int Size, long Stride)> old, int last)
    {
        var (begin, first) = (end - 1, last - 1);
        for (long n = to[begin], o = old[first].Size; n != o;)
            if (n < o) n *= to[--begin];
            else o *= old[--first].Size;
        return (begin, first);
    }
}
