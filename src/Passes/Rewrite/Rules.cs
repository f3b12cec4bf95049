namespace MiniTorch.Passes.Rewrite;

/// <summary>Every rule, by family.</summary>
public static class Rules
{
    /// <summary>Arithmetic, functions, and repetition after the work.</summary>
    public static IReadOnlyList<Rule> Algebra => [.. Rewrite.Algebra.Rules, .. Functions.Rules, .. Repeats.Rules];

    /// <summary>Moving elements, and products of moved ones.</summary>
    public static IReadOnlyList<Rule> Movement => [.. Rewrite.Movement.Rules, .. Cuts.Rules, .. Dots.Rules];

    /// <summary>Every rule: the stable forms first, since others would break up what they look for.</summary>
    public static IReadOnlyList<Rule> All { get; } =
        [.. Stable.Rules, .. Algebra, .. Movement, .. Convolution.Rules, .. Fold.Rules];
}
