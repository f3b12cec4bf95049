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
        else screen.Table(["lecture", "shows"], Course.All.Select(l => new[] { l.Name, $"{l.Title}: {l.About}" }));
        return Exit.Success;
    }

    /// <summary>The page of one part.</summary>
    /// <remarks>Errors: cli.C18 there is none of this name.</remarks>
    internal static Either<IrError, int> Show(Screen screen, string name, bool json)
    {
        if (Course.Named(name) is not { } lecture)
            return new IrError("cli.C18", $"there is no lecture '{name}'; take {string.Join(", ", Course.All.Select(l => l.Name))}");
        if (json) screen.Json(w => Write(w, lecture));
        else screen.Out.Write(lecture.Print(Math.Min(screen.Width, PlainText.Widest)));
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
