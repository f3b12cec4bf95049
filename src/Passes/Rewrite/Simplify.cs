using MiniTorch.Ir;

namespace MiniTorch.Passes.Rewrite;

/// <summary>The families of rules as passes.</summary>
public static class Simplify
{
    /// <summary>Arithmetic on elements, and repetition after the work.</summary>
    public static readonly Pass Algebra = Of("algebra", "applies the laws of arithmetic and repeats after the work", Rules.Algebra);

    /// <summary>Two movements in a row are one.</summary>
    public static readonly Pass Movement = Of("movement", "merges transposes, reshapes, slices and padding", Rules.Movement);


    /// <summary>Constant folding.</summary>
    public static readonly Pass Fold = Of("fold", "computes what is known before the run", Rewrite.Fold.Rules);

    /// <summary>Forms that neither overflow nor cancel.</summary>
    public static readonly Pass Stable = Of("stable", "replaces forms that overflow or cancel by stable ones", Rewrite.Stable.Rules);

    /// <summary>Padding, spreading and cropping as part of a window.</summary>
    public static readonly Pass Convolution = Of("convolution", "moves padding and crops into windows", Rewrite.Convolution.Rules);

    /// <summary>Every rule, until none fires.</summary>
    public static readonly Pass All = Of("simplify", "applies every rule until none fires", Rules.All);

    /// <summary>Keeps what the results need, and every input.</summary>
    public static readonly Pass DeadCode =
        Pass.Of("dead-code", "keeps what the results need, and every input", g => Graph.Of(g.Outputs, g.Inputs, g.Name));

    private static Pass Of(string name, string about, IReadOnlyList<Rule> rules) =>
        Pass.Of(name, about, g => Rewriter.Run(g, rules));
}
