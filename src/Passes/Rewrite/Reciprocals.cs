using MiniTorch.Ir;
using static MiniTorch.Passes.Rewrite.Sample;
using static MiniTorch.Passes.Rewrite.Soundness;

namespace MiniTorch.Passes.Rewrite;

/// <summary>
/// Division by numbers that repeat, as by the sum of a row, as multiplication by what is divided once. Not among
/// <see cref="Rewrite.Rules.All"/>: which of the two takes less time is a matter of one machine.
/// </summary>
public static class Reciprocals
{
    /// <summary>How often a divisor has to repeat.</summary>
    private const int Often = 8;

    /// <summary>The rule.</summary>
    public static readonly IReadOnlyList<Rule> Rules =
    [
        Rule.On<Div>("div-repeated", "x / broadcast s = x * broadcast (1 / s)", Real,
            n => n is (Div, [var x, (Broadcast b, [var s])]) && s.Op is not Constant && x.Shape == n.Shape
                && n.Type.Element.Kind is ElementKind.F32 or ElementKind.F64 && s.Type.Count * Often <= n.Type.Count
                ? x * Prim.Broadcast(1 / s, b.To, b.Axes) : null,
            () => [U3 / Prim.Broadcast(Row64, [2, 3, 4], [1])]),
    ];
}
