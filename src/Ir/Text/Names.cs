using System.Text;

namespace MiniTorch.Ir.Text;

/// <summary>Names of graphs, inputs and results: any text without control characters, quoted where not bare.</summary>
public static class Names
{
    /// <summary>
    /// Whether a text is a name: not empty, no control characters, no half of a surrogate pair, so that a line of a UTF-8
    /// file can hold it. <c>onnx::Conv_57</c>, <c>/layer1/Conv_output_0</c>, <c>123</c> and <c>été 1</c> are.
    /// </summary>
    public static bool IsName(string text) => text.Length > 0 && !text.Any(char.IsControl) && IsWhole(text);

    /// <summary>Whether a name stands without quotes: a letter or _, then letters, digits, _ . ' and /, of ASCII.</summary>
    public static bool IsBare(string name) =>
        name.Length > 0 && (char.IsAsciiLetter(name[0]) || name[0] == '_') && name.All(IsBarePart);

    /// <summary>The name as the text form has it: itself where it is bare, else in quotes with \" and \\.</summary>
    public static string Print(string name) => IsBare(name) ? name : Quote(name);

    /// <summary>The name that a token spells, null when it spells none.</summary>
    internal static string? Read(Token token) => token.Kind switch
    {
        TokenKind.Word => IsBare(token.Text) ? token.Text : null,
        TokenKind.Quoted => Unquote(token.Text.AsSpan(1, token.Text.Length - 2)),
        TokenKind.Number or TokenKind.Mark or TokenKind.Line or TokenKind.End => null,
        var other => throw new InvalidOperationException($"token kind {other}"),
    };

    private static string Quote(string name) => $"\"{name.Replace("\\", "\\\\").Replace("\"", "\\\"")}\"";

    private static string? Unquote(ReadOnlySpan<char> text)
    {
        var name = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\' && text[++i] is not ('\\' or '"')) return null;
            name.Append(text[i]);
        }
        return IsName(name.ToString()) ? name.ToString() : null;
    }

    private static bool IsWhole(string text)
    {
        for (var i = 0; i < text.Length; i++)
            if (char.IsSurrogate(text[i]) && (++i == text.Length || !char.IsSurrogatePair(text[i - 1], text[i])))
                return false;
        return true;
    }

    private static bool IsBarePart(char c) => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '\'' or '/';
}
