using System.Text.Json;
using LanguageExt;
using MiniTorch.Examples.Course;
using MiniTorch.Ir;

namespace MiniTorch.Cli.Showing;

/// <summary>The course behind the tool's screen.</summary>
internal static class Lectures
{
    /// <summary>Every part: name, title, a line about it.</summary>
    internal static Either<IrError, int> List(Screen screen, bool json)
    {
        if (json) screen.Json(w => Write(w, Course.All));
        else screen.Table(["lecture", "title", "shows"], Course.All.Select(l => new[] { l.Name, l.Title, l.About }));
        return Exit.Success;
    }

    /// <summary>The page of one part.</summary>
    /// <remarks>Errors: cli.C18 there is none of this name.</remarks>
    internal static Either<IrError, int> Show(Screen screen, string? name, bool json) =>
        from lecture in Named(name)
        select Print(screen, lecture, json);

    /// <summary>The page of one part as a file of HTML.</summary>
    /// <remarks>Errors: cli.C18 there is none of this name; file.F1 the file cannot be written.</remarks>
    internal static Either<IrError, int> Write(Screen screen, string name, string file) =>
        from lecture in Named(name)
        from written in TextFile.Write(file, lecture.Html())
        select Wrote(screen, file);

    private static Either<IrError, Lecture> Named(string? name) =>
        name is not null && Course.Named(name) is { } found ? found
        : new IrError("cli.C18", (name is null ? "a page is that of one lecture" : $"there is no lecture '{name}'")
            + $"; take {string.Join(", ", Course.All.Select(l => l.Name))}");

    private static int Print(Screen screen, Lecture lecture, bool json)
    {
        if (json) screen.Json(w => Write(w, lecture));
        else screen.Out.Write(lecture.Print(Math.Min(screen.Width, PlainText.Widest)));
        return Exit.Success;
    }

    private static int Wrote(Screen screen, string file)
    {
        screen.Line($"wrote {file}");
        return Exit.Success;
    }

    private static void Write(Utf8JsonWriter w, IReadOnlyList<Lecture> lectures)
    {
        w.WriteStartArray();
        foreach (var lecture in lectures)
        {
            w.WriteStartObject();
            Head(w, lecture);
            w.WriteEndObject();
        }
        w.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter w, Lecture lecture)
    {
        w.WriteStartObject();
        Head(w, lecture);
        w.WriteStartArray("blocks");
        foreach (var block in lecture.Page().Blocks)
        {
            w.WriteStartObject();
            w.WriteString("kind", block.GetType().Name.ToLowerInvariant());
            w.WriteString("text", PlainText.Print(block, PlainText.Widest));
            w.WriteEndObject();
        }
        w.WriteEndArray();
        w.WriteEndObject();
    }

    private static void Head(Utf8JsonWriter w, Lecture lecture)
    {
        w.WriteString("name", lecture.Name);
        w.WriteString("title", lecture.Title);
        w.WriteString("about", lecture.About);
    }
}
