namespace MiniTorch.Ir.Text;

/// <summary>What a token is.</summary>
public enum TokenKind
{
    /// <summary>A name, a keyword or a window; a %name.</summary>
    Word,
    /// <summary>A number or a pair of numbers.</summary>
    Number,
    /// <summary>A name in quotes; its text has the quotes and escapes as written.</summary>
    Quoted,
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
    /// <summary>Of a line's or the text's end: the comment before it, without <c>#</c> and the blanks around.</summary>
    public string Comment { get; init; } = "";

    /// <summary>How a message names it.</summary>
    public override string ToString() => Kind switch
    {
        TokenKind.Line => "the end of the line",
        TokenKind.End => "the end of the text",
        TokenKind.Quoted => Text,
        TokenKind.Word or TokenKind.Number or TokenKind.Mark => $"'{Text}'",
        var other => throw new InvalidOperationException($"token kind {other}"),
    };
}

/// <summary>Splits the text form into tokens; every text has some reading, so it never fails.</summary>
public static class Lexer
{
    private const string Marks = "(){}[],:=";

    /// <summary>All tokens, the last of which is the end.</summary>
    public static List<Token> Split(string text)
    {
        var tokens = new List<Token>();
        var (line, start, comment) = (1, 0, "");
        for (var i = 0; i < text.Length;)
        {
            var (c, column, from) = (text[i], i - start + 1, i);
            if (c == '\n')
            {
                tokens.Add(new(TokenKind.Line, "", line++, column) { Comment = comment });
                (start, comment) = (++i, "");
            }
            else if (c == '#')
            {
                while (i < text.Length && text[i] != '\n') i++;
                comment = text[(from + 1)..i].Trim();
            }
            else if (char.IsWhiteSpace(c)) i++;
            else if (c == '"')
            {
                i = AfterQuote(text, i, out var closed);
                tokens.Add(new(closed ? TokenKind.Quoted : TokenKind.Word, text[from..i], line, column));
            }
            else if (Marks.Contains(c)) tokens.Add(new(TokenKind.Mark, text[i++].ToString(), line, column));
            else
            {
                while (++i < text.Length && IsTokenPart(text[i])) { }
                var kind = char.IsAsciiDigit(c) || c is '+' or '-' ? TokenKind.Number : TokenKind.Word;
                tokens.Add(new(kind, text[from..i], line, column));
            }
        }
        tokens.Add(new(TokenKind.End, "", line, text.Length - start + 1) { Comment = comment });
        return tokens;
    }

    // past the closing quote, or at the end of the line when there is none
    private static int AfterQuote(string text, int i, out bool closed)
    {
        for (i++, closed = false; !closed && i < text.Length && text[i] != '\n'; i++)
            if (text[i] == '"') closed = true;
            else if (text[i] == '\\' && i + 1 < text.Length && text[i + 1] != '\n') i++;
        return i;
    }

    private static bool IsTokenPart(char c) => !char.IsWhiteSpace(c) && c is not ('#' or '"') && !Marks.Contains(c);
}
