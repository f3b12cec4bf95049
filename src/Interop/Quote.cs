using System.Text;

namespace MiniTorch.Interop;

/// <summary>Text of a file inside a sentence: quoted, short, on one line.</summary>
internal static class Quote
{
    private const int Most = 60;

    /// <summary>The text in quotes, its end left out where long, its control characters as question marks.</summary>
    public static string Of(string text)
    {
        var shown = new StringBuilder();
        foreach (var rune in Cut(text).EnumerateRunes()) shown.Append(Rune.IsControl(rune) ? "?" : rune.ToString());
        return $"\"{shown}\"";
    }

    /// <summary>The text, its end left out where long.</summary>
    public static string Cut(string text) => text.Length <= Most ? text : $"{text[..Most]}…";
}
