using System.Collections.Immutable;
using MiniTorch.Interop.Onnx.Import;
using MiniTorch.Ir;

namespace MiniTorch.Interop.Onnx.Operators;

/// <summary>
/// Graphs inside a model: one of two, or one that is repeated as often as is known while the model is read.
/// </summary>
internal static class Control
{
    /// <summary>More trips than these are not written out.</summary>
    public const int MaxTrips = 10_000;

    /// <summary>The family.</summary>
    public static readonly Operator[] All = [Operator.Many("If", If), Operator.Many("Loop", Loop)];

    /// <summary>
    /// The branch that a condition known beforehand takes; else both, element by element, where their types agree. Only
    /// where they do not is the value of an input asked for.
    /// </summary>
    private static ImmutableArray<Expr?> If(Node n)
    {
        if (n[0].Type.Element != ElementType.Pred || n[0].Type.Count != 1)
            throw n.Refuse($"the condition is {n[0].Type}, it must be one truth value");
        return n.Constant(n[0]) is { } known ? Branch(n, known) : Both(n) ?? Branch(n, n.Value(0));
    }

    private static ImmutableArray<Expr?> Branch(Node n, Tensor condition) =>
        [.. n.Body(condition.LongAt(0) != 0 ? "then_branch" : "else_branch")];

    private static ImmutableArray<Expr?>? Both(Node n)
    {
        try
        {
            var (yes, no) = (n.Body("then_branch"), n.Body("else_branch"));
            var condition = Prim.Reshape(n[0], []);
            return yes.Select(e => e.Type).SequenceEqual(no.Select(e => e.Type))
                ? [.. yes.Select((e, i) => Prim.Select(condition, e, no[i]))] : null;
        }
        catch (Refusal) when (n.Known(0) is not null)
        {
            // the branch not taken may be meaningless for these operands
            return null;
        }
    }

    /// <summary>States after all trips, and what each trip gave, along a new first axis.</summary>
    private static ImmutableArray<Expr?> Loop(Node n)
    {
        var trips = n.At(0) is null ? long.MaxValue : Single(n, n.Value(0));
        var going = n.At(1) ?? True;
        var states = Enumerable.Range(2, Math.Max(0, n.Inputs - 2)).Select(i => n[i]).ToImmutableArray();
        var given = new List<ImmutableArray<Expr>>();
        for (var t = 0L; t < trips && Single(n, n.Value(going, "the loop's condition")) != 0; t++)
        {
            if (t == MaxTrips) throw n.Unsupported($"goes on for more than {MaxTrips:N0} trips");
            (going, states, var now) = Trip(n, t, states);
            given.Add(now);
        }
        if (n.Outputs <= states.Length) return [.. states];
        var each = given.Count > 0 ? given[0] : Trip(n, 0, states).Given;
        return [.. states, .. each.Select((e, i) => Steps.Stack([.. given.Select(g => g[i])], 0, e.Type))];
    }

    private static (Expr Going, ImmutableArray<Expr> States, ImmutableArray<Expr> Given) Trip(Node n, long t,
        ImmutableArray<Expr> states)
    {
        var results = n.Body("body", [Prim.Scalar(ElementType.I64, t), True, .. states]);
        return results.Length > states.Length ? (results[0], results[1..(1 + states.Length)], results[(1 + states.Length)..])
            : throw n.Refuse($"its body gives {results.Length} results, a condition and {states.Length} states are needed");
    }

    private static Expr True => Prim.Scalar(ElementType.Pred, 1L);

    private static long Single(Node n, Tensor value) =>
        value.Type.Count == 1 && !value.Type.Element.IsFloat ? value.LongAt(0)
        : throw n.Refuse($"a count or a condition is one whole number or truth value, is {value.Type}");
}
