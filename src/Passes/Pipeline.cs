using LanguageExt;
using MiniTorch.Ir;

namespace MiniTorch.Passes;

/// <summary>Passes in order: a value, joined by <c>>>></c>. Every pass's result is verified.</summary>
public sealed record Pipeline(Seq<Pass> Passes)
{
    /// <summary>A pipeline of these passes.</summary>
    public static Pipeline Of(params Pass[] passes) => new(passes.ToSeq());

    /// <summary>One pipeline, then another.</summary>
    public static Pipeline operator >>>(Pipeline first, Pipeline second) => new(first.Passes + second.Passes);

    /// <summary>The trace of running every pass, or the first mistake, which names its pass.</summary>
    public Either<IrError, Trace> TryRun(Graph input) =>
        Passes.Fold(Prelude.Right<IrError, Trace>(Trace.Of(input)), (acc, pass) =>
            from t in acc
            from g in pass.Run(t.Graph).MapLeft(e => e with { Where = $"pass '{pass.Name}'{(e.Where.Length > 0 ? ", " : "")}{e.Where}" })
            from v in Verify.After(pass, t.Graph, g)
            select t.Then(pass, v));

    /// <summary>The trace; throws <see cref="IrException"/> on a mistake.</summary>
    public Trace Run(Graph input) => TryRun(input).Match(t => t, e => throw new IrException(Prelude.Seq1(e)));

    /// <inheritdoc/>
    public override string ToString() => string.Join(" >>> ", Passes.Map(p => p.Name));
}
