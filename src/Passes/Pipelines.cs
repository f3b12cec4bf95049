using LanguageExt;
using MiniTorch.Ir;
using MiniTorch.Passes.Rewrite;

namespace MiniTorch.Passes;

/// <summary>Pipelines by name.</summary>
public static class Pipelines
{
    /// <summary>What runs before a graph is planned, unless something else is asked for.</summary>
    public static readonly Pipeline Default = Simplify.Stable >>> Simplify.All >>> Masks.Pass >>> Simplify.DeadCode;

    /// <summary>No pass at all: the graph as built.</summary>
    public static readonly Pipeline None = Pipeline.Of();

    /// <summary>Every pass that a pipeline can be made of, by its name.</summary>
    public static IReadOnlyList<Pass> Passes { get; } =
    [
        Simplify.Stable, Simplify.Algebra, Simplify.Movement, Simplify.Convolution, Simplify.Fold, Simplify.All, Simplify.DeadCode,
        Masks.Pass, Im2col.Pass,
    ];

    /// <summary><c>default</c>, <c>none</c>, or names of passes joined by commas, as <c>stable,algebra,dead-code</c>.</summary>
    /// <remarks>Errors: pipeline.P1 (no such pass).</remarks>
    public static Either<IrError, Pipeline> Named(string name) => name switch
    {
        "default" => Default,
        "none" => None,
        var list => list.Split(',', StringSplitOptions.TrimEntries).Select(One)
            .Aggregate(Prelude.Right<IrError, Pipeline>(None), (all, next) => from a in all from p in next select a >>> p),
    };

    private static Either<IrError, Pipeline> One(string name) =>
        Passes.FirstOrDefault(p => p.Name == name) is { } pass
            ? Pipeline.Of(pass)
            : new IrError("pipeline.P1", $"there is no pass '{name}'; take {string.Join(", ", Passes.Select(p => p.Name))}", name);
}
