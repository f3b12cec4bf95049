namespace MiniTorch.Examples.Course;

/// <summary>Lines that fit.</summary>
internal static class Wrapping
{
    /// <summary>The lines of a text.</summary>
    internal static string[] Split(string text) => text.ReplaceLineEndings("\n").Split('\n');

    /// <summary>Sentences as lines of at most so many columns; line ends in them are spaces.</summary>
    internal static IEnumerable<string> Words(string text, int width) => Hanging(Joined(text), width, 0);

    /// <summary>The same, every line but the first moved to the right.</summary>
    internal static IEnumerable<string> Hanging(string line, int width, int hang)
    {
        while (line.Length > width && Cut(line, width, hang) is var at and > 0)
        {
            yield return line[..at];
            line = new string(' ', hang) + line[at..].TrimStart();
        }
        yield return line;
    }

    /// <summary>The last space within the width behind the indent; a word longer than that stays whole.</summary>
    private static int Cut(string line, int width, int hang)
    {
        var start = Math.Max(hang, line.Length - line.TrimStart().Length) + 1;
        var at = start > width ? -1 : line.LastIndexOf(' ', width, width - start + 1);
        return at > 0 ? at : start < line.Length ? line.IndexOf(' ', start) : -1;
    }

    private static string Joined(string text) =>
        string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
