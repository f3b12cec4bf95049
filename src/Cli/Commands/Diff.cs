using System.CommandLine;
using System.Text.Json;
using LanguageExt;
using MiniTorch.Cli.Models;
using MiniTorch.Interop;
using MiniTorch.Ir.Diff;

namespace MiniTorch.Cli.Commands;

/// <summary><c>minitorch diff</c>: how one model differs from another, by node.</summary>
internal static class DiffCommand
{
    /// <summary>The command.</summary>
    internal static ToolCommand Of(Screen screen)
    {
        var before = new Argument<string>("A") { Description = "the first model (.onnx, .ir)" };
        var after = new Argument<string>("B") { Description = "the second" };
        var (shapes, json) = (Given.Shapes(), Given.Json());
        return new("diff", "Tells how one model's graph differs from another's, by node; exits with 0 either way.",
            "minitorch diff before.ir after.ir", screen, [before, after, shapes, json],
            p =>
                from sizes in Assignments.Shapes(p.GetValue(shapes))
                let binding = Binding.None with { Shapes = sizes }
                from a in Files.Model(p.GetValue(before)!, binding)
                from b in Files.Model(p.GetValue(after)!, binding)
                select Show(screen, GraphDiff.Of(a.Graph, b.Graph), p.GetValue(json)));
    }

    private static int Show(Screen screen, GraphDiff diff, bool json)
    {
        if (json) screen.Json(w => Write(w, diff));
        else screen.Out.Write(diff.ToString());
        return Exit.Success;
    }

    private static void Write(Utf8JsonWriter w, GraphDiff diff)
    {
        w.WriteStartObject();
        w.WriteBoolean("equal", diff.IsEmpty);
        foreach (var change in Enum.GetValues<Change>()) w.WriteNumber(Name(change), diff.Count(change));
        w.WriteStartArray("nodes");
        foreach (var node in diff.Nodes.Filter(n => n.Change is not (Change.Kept or Change.Fed) || !n.What.IsEmpty))
            Write(w, node);
        w.WriteEndArray();
        Write(w, "graph", diff.Head);
        w.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter w, NodeDiff node)
    {
        w.WriteStartObject();
        w.WriteString("change", Name(node.Change));
        w.WriteString("op", (node.After ?? node.Before!).Op.Mnemonic);
        w.WriteString("type", $"{(node.After ?? node.Before!).Type}");
        Write(w, "what", node.What);
        w.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter w, string name, Seq<string> lines)
    {
        w.WriteStartArray(name);
        foreach (var line in lines) w.WriteStringValue(line);
        w.WriteEndArray();
    }

    private static string Name(Change change) => change.ToString().ToLowerInvariant();
}
