using System.Globalization;
using LanguageExt;
using MiniTorch.Ir;
using MiniTorch.Passes.Planning;
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

    /// <summary>
    /// Names joined by commas, as <c>stable,algebra,dead-code</c>: of passes, <c>default</c>, <c>none</c>, or
    /// <c>rematerialise=64MiB</c> with a budget of bytes, which comes last.
    /// </summary>
    /// <param name="name">The names.</param>
    /// <param name="target">For whose plans a budget holds; the reference target where none is given.</param>
    /// <remarks>Errors: pipeline.P1 (no such pass), pipeline.P2 (a budget that is no number of bytes).</remarks>
    public static Either<IrError, Pipeline> Named(string name, IPlanTarget? target = null) => name switch
    {
        "default" => Default,
        "none" => None,
        var list => list.Split(',', StringSplitOptions.TrimEntries).Select(n => One(n, target))
            .Aggregate(Prelude.Right<IrError, Pipeline>(None), (all, next) => from a in all from p in next select a >>> p),
    };

    private static Either<IrError, Pipeline> One(string name, IPlanTarget? target) =>
        name is "default" ? Default
        : name.StartsWith("rematerialise=", StringComparison.Ordinal)
            ? Bytes(name[14..]).Map(b => (Pipeline)Rematerialise.Within(b, target))
        : Passes.FirstOrDefault(p => p.Name == name) is { } pass
            ? Pipeline.Of(pass)
            : new IrError("pipeline.P1",
                $"there is no pass '{name}'; take {string.Join(", ", Passes.Select(p => p.Name))}, rematerialise=BYTES", name);

    /// <summary>A number of bytes, as 67108864, 65536KiB or 64MiB.</summary>
    private static Either<IrError, long> Bytes(string text)
    {
        (string Unit, long Bytes)[] units = [("GiB", 1L << 30), ("MiB", 1L << 20), ("KiB", 1L << 10), ("", 1)];
        var (unit, bytes) = units.First(u => text.EndsWith(u.Unit, StringComparison.Ordinal));
        return long.TryParse(text[..^unit.Length], NumberStyles.None, CultureInfo.InvariantCulture, out var n)
            && n > 0 && n <= long.MaxValue / bytes ? n * bytes
            : new IrError("pipeline.P2", $"'{text}' is no number of bytes; give one as 67108864 or 64MiB", text);
    }
}
