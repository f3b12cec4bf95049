using LanguageExt;

namespace MiniTorch.Ir;

/// <summary>A user's mistake as a value: the rule broken, a sentence that says what to change, and where.</summary>
/// <param name="Rule">The rule's id, as <c>conv.C2</c>.</param>
/// <param name="Message">One sentence.</param>
/// <param name="Where">The user's expression, or a line and column.</param>
public sealed record IrError(string Rule, string Message, string Where = "")
{
    /// <inheritdoc/>
    public override string ToString() => Where.Length == 0 ? $"{Rule}: {Message}" : $"{Rule}: {Message} (at {Where})";
}

/// <summary>All the violations of a graph, thrown where a script has no use for them as values.</summary>
public sealed class IrException(Seq<IrError> errors) : Exception(string.Join(Environment.NewLine, errors))
{
    /// <summary>Every violation.</summary>
    public Seq<IrError> Errors { get; } = errors;
}
