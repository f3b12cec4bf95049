namespace MiniTorch.Ir.Text;

/// <summary>What a token is.</summary>
public enum TokenKind
{
    /// <summary>A name, a keyword or a window; a %name.</summary>
    Word,
    /// <summary>A number or a pair of numbers.</summary>
    Number,
    /// <summary>One of ( ) { } [ ] , : =</summary>
    Mark,
    /// <summary>A line's end.</summary>
    Line,
    /// <summary>The text's end.</summary>
    End,
}

/// <summary>A piece of text and where it begins.</summary>
public readonly record struct Token(TokenKind Kind, string Text, int LineNumber, int Column)
{
    /// <summary>How a message names it.</summary>
    public override string ToString() => Kind switch
    {
        TokenKind.Line => "the end of the line",
        TokenKind.End => "the end of the text",
        TokenKind.Word or TokenKind.Number or TokenKind.Mark => $"'{Text}'",
        var other => throw new InvalidOperationException($"token kind {other}"),
    };
}

/// <summary>Splits the text form into tokens; every text has some reading, so it never fails.</summary>
public static class Lexer
{
    private const string Marks = "(){}[],:=";

    /// <summary>Whether a text can name an input, a result or a graph.</summary>
    public static bool IsName(string text) =>
        text.Length > 0 && (char.IsAsciiLetter(text[0]) || text[0] == '_') && text.All(IsNamePart);

    /// <summary>All tokens, the last of which is the end.</summary>
    public static List<Token> Split(string text)
    {
        var tokens = new List<Token>();
        var (line, start) = (1, 0);
        for (var i = 0; i < text.Length;)
        {
            var (c, column, from) = (text[i], i - start + 1, i);
            if (c == '\n')
            {
                tokens.Add(new(TokenKind.Line, "", line++, column));
                start = ++i;
            }
            else if (c == '#') while (i < text.Length && text[i] != '\n') i++;
            else if (char.IsWhiteSpace(c)) i++;
            else if (Marks.Contains(c)) tokens.Add(new(TokenKind.Mark, text[i++].ToString(), line, column));
            else
            {
                while (++i < text.Length && IsTokenPart(text[i])) { }
                var kind = char.IsAsciiDigit(c) || c is '+' or '-' ? TokenKind.Number : TokenKind.Word;
                tokens.Add(new(kind, text[from..i], line, column));
            }
        }
        tokens.Add(new(TokenKind.End, "", line, text.Length - start + 1));
        return tokens;
    }

    private static bool IsNamePart(char c) => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '\'' or '/';

    private static bool IsTokenPart(char c) => !char.IsWhiteSpace(c) && c != '#' && !Marks.Contains(c);
}
