using System.Collections.Immutable;
using MiniTorch.Interop.Onnx.Import;
using MiniTorch.Ir;

namespace MiniTorch.Interop.Onnx.Operators;

/// <summary>A graph repeated for each element of sequences, with states carried from one to the next.</summary>
internal static class Scans
{
    /// <summary>The family.</summary>
    public static readonly Operator[] All = [Operator.Many("Scan", n => n.Opset < 9 ? Batched(n) : Scan(n))];

    /// <summary>States after the last element; what each element gave; the types of what one gives.</summary>
    private sealed record Swept(
        ImmutableArray<Expr> States, List<ImmutableArray<Expr>> Given, ImmutableArray<TensorType> Each)
    {
        /// <summary>What the elements gave, each kind of it put together.</summary>
        public IEnumerable<Expr> Stacks(Func<List<Expr>, int, TensorType, Expr> stack) =>
            Each.Select((type, i) => stack([.. Given.Select(g => g[i])], i, type));
    }

    /// <summary>Sequences along any axis, forwards or backwards. Results: states, then what each element gave.</summary>
    private static ImmutableArray<Expr?> Scan(Node n)
    {
        var (states, inputs) = Operands(n, 0);
        var axes = Numbers(n, "scan_input_axes", inputs.Length);
        var backwards = Numbers(n, "scan_input_directions", inputs.Length);
        var turned = inputs.Select((x, i) => Along.Move(x, n.Axis(axes[i], x.Type.Rank), 0)).ToImmutableArray();
        var swept = Sweep(n, states, turned, Length(n, turned, 0), backwards);
        var (outward, reversed) = (Numbers(n, "scan_output_axes", swept.Each.Length),
            Numbers(n, "scan_output_directions", swept.Each.Length));
        return [.. swept.States, .. swept.Stacks((parts, i, each) =>
            Steps.Stack(Turned(parts, reversed[i]), n.Axis(outward[i], each.Rank + 1), each))];
    }

    /// <summary>
    /// The first version: the operands have a batch axis, then that of the sequence, which may end earlier.
    /// </summary>
    private static ImmutableArray<Expr?> Batched(Node n)
    {
        var (states, inputs) = Operands(n, 1);
        var backwards = Numbers(n, "directions", inputs.Length);
        var (batch, length, ends) = (Length(n, inputs, 0), Length(n, inputs, 1), n.LongsAt(0));
        if (batch == 0) throw n.Unsupported("has an empty batch");
        var rows = Enumerable.Range(0, batch).Select(b => Row(b, (int)Math.Clamp(ends?[b] ?? length, 0, length))).ToList();
        return [.. rows[0].Select((e, i) => Steps.Stack([.. rows.Select(r => r[i])], 0, e.Type))];

        ImmutableArray<Expr> Row(int b, int end)
        {
            var swept = Sweep(n, [.. states.Select(s => Steps.At(s, b))],
                [.. inputs.Select(x => Steps.Part(Steps.At(x, b), 0, end))], end, backwards);
            return [.. swept.States, .. swept.Stacks((parts, _, each) => Steps.Stack(
                [.. parts, .. Enumerable.Repeat(Prim.Full(each, 0), length - parts.Count)], 0, each))];
        }
    }

    private static Swept Sweep(
        Node n, ImmutableArray<Expr> initial, ImmutableArray<Expr> inputs, int length, long[] backwards)
    {
        var elements = inputs.Select((x, i) => Turned([.. Steps.Of(x)], backwards[i])).ToList();
        var (states, given) = (initial, new List<ImmutableArray<Expr>>());
        for (var t = 0; t < length; t++) given.Add(Step([.. elements.Select(e => e[t])]));
        var each = length > 0 ? given[0]
            : Step([.. inputs.Select(x => Prim.Full(x.Type.With(x.Shape.Without([0])), 0))]);
        return new(length > 0 ? states : initial, given, [.. each.Select(e => e.Type)]);

        ImmutableArray<Expr> Step(ImmutableArray<Expr> now)
        {
            var results = n.Body("body", [.. states, .. now]);
            if (results.Length < states.Length)
                throw n.Refuse($"its body gives {results.Length} results and has {states.Length} states");
            states = results[..states.Length];
            return results[states.Length..];
        }
    }

    private static (ImmutableArray<Expr> States, ImmutableArray<Expr> Inputs) Operands(Node n, int from)
    {
        var operands = Enumerable.Range(from, Math.Max(0, n.Inputs - from)).Select(i => n[i]).ToImmutableArray();
        var count = n.Int("num_scan_inputs");
        return 1 <= count && count <= operands.Length ? (operands[..^(int)count], operands[^(int)count..])
            : throw n.Refuse($"num_scan_inputs is {count}, there are {operands.Length} operands");
    }

    private static int Length(Node n, ImmutableArray<Expr> inputs, int axis)
    {
        var lengths = inputs.Select(x => x.Shape[axis]).Distinct().ToList();
        if (lengths.Count > 1) throw n.Refuse($"its sequences have different lengths: {string.Join(", ", lengths)}");
        return lengths[0] <= Control.MaxTrips ? lengths[0]
            : throw n.Unsupported($"goes over {lengths[0]:N0} elements, more than {Control.MaxTrips:N0}");
    }

    private static long[] Numbers(Node n, string name, int count) => n.Ints(name) switch
    {
        null or [] => new long[count],
        var given when given.Length == count => given,
        var given => throw n.Refuse($"{name} must be {count} numbers, has {given.Length}"),
    };

    private static List<Expr> Turned(List<Expr> parts, long backwards) =>
        backwards == 0 ? parts : [.. parts.AsEnumerable().Reverse()];
}
