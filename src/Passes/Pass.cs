using LanguageExt;
using MiniTorch.Ir;

namespace MiniTorch.Passes;

/// <summary>A step from graph to graph: a value with a name.</summary>
/// <param name="Name">As it stands in traces and messages.</param>
/// <param name="About">One sentence on what it does.</param>
/// <param name="Run">The function; a user's mistake comes out as a value.</param>
public sealed record Pass(string Name, string About, Func<Graph, Either<IrError, Graph>> Run)
{
    /// <summary>A pass that cannot fail.</summary>
    public static Pass Of(string name, string about, Func<Graph, Graph> run) =>
        new(name, about, g => Prelude.Right<IrError, Graph>(run(g)));

    /// <summary>One pass, then another.</summary>
    public static Pipeline operator >>>(Pass first, Pass second) => Pipeline.Of(first) >>> second;

    /// <summary>A pass is a pipeline of one.</summary>
    public static implicit operator Pipeline(Pass pass) => Pipeline.Of(pass);

    /// <inheritdoc/>
    public override string ToString() => Name;
}
