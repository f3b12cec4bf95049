using LanguageExt;
using MiniTorch.Cli.Devices;
using MiniTorch.Cli.Models;
using MiniTorch.Cli.Showing;
using MiniTorch.Interop;
using MiniTorch.Ir;
using MiniTorch.Ir.Text;
using MiniTorch.Passes;
using MiniTorch.Passes.Planning;
using static LanguageExt.Prelude;

namespace MiniTorch.Cli.Commands;

/// <summary><c>minitorch dump</c>: a model's graph, its gradient, what each pass made of it, its plan.</summary>
/// <remarks>Errors: cli.C2 a plan for what is not here; cli.C15 no such format, or one that a plan does not have.</remarks>
internal static class DumpCommand
{
    /// <summary>The command.</summary>
    internal static ToolCommand Of(Screen screen)
    {
        var (model, shapes, wrt) = (Given.Model(), Given.Shapes(), Given.Wrt());
        var (grad, passes, each) = (Asked.Grad(), Asked.Passes(), Asked.AfterEach());
        var (plan, format) = (Asked.Plan(), Asked.Format());
        var threads = Given.Threads();
        return new("dump", "Shows a model's graph, its gradient, what each pass makes of it, and its plan.",
            "minitorch dump model.onnx --grad --wrt w --passes default --format dot", screen,
            [model, grad, wrt, passes, each, plan, format, threads, shapes],
            p =>
                from print in Printing(p.GetValue(format)!, p.GetValue(plan), p.GetValue(threads))
                from sizes in Assignments.Shapes(p.GetValue(shapes))
                from target in Planned(p.GetValue(plan), p.GetValue(threads))
                from pipeline in Pipelines.Named(p.GetValue(passes) ?? Usual(p.GetValue(plan), p.GetValue(each)), target)
                from stored in Files.Model(p.GetValue(model)!, Binding.None with { Shapes = sizes })
                from trace in (Backward(p.GetValue(grad), p.GetValue(wrt)) >>> pipeline).TryRun(stored.Graph)
                from _ in p.GetValue(each) is { } folder ? Write(screen, folder, trace) : Print(screen, print(trace.Graph))
                select Warned.Of(screen, stored.Graph));
    }

    private static Either<IrError, IPlanTarget> Planned(string? plan, int threads) =>
        Targets.Named(plan ?? "reference", threads);

    private static string Usual(string? plan, string? each) => plan is null && each is null ? "none" : "default";

    private static Pipeline Backward(bool grad, string[]? wrt) =>
        grad || wrt is { Length: > 0 } ? BackwardPass.Of(wrt) : Pipelines.None;

    private static Either<IrError, Func<Graph, string>> Printing(string format, string? plan, int threads) =>
        (plan, format) switch
    {
        (null, "text") => fun((Graph g) => g.ToString()),
        (null, "dot") => fun((Graph g) => Graphviz.Print(g)),
        (null, "mermaid") => fun((Graph g) => Mermaid.Print(g)),
        (null, "json") => fun((Graph g) => JsonText.Print(g)),
        (null, _) => new IrError("cli.C15", $"there is no format '{format}'; take text, dot, mermaid or json"),
        ({ } device, "text") => from target in Targets.Named(device, threads)
                                select fun((Graph g) => Planner.Of(g, target).ToString()),
        _ => new IrError("cli.C15", $"a plan is printed as text, not as {format}; leave --format out"),
    };

    private static Either<IrError, Unit> Print(Screen screen, string text)
    {
        screen.Out.Write(text);
        return unit;
    }

    private static Either<IrError, Unit> Write(Screen screen, string folder, Trace trace) =>
        from paths in OutFolder.Write(folder,
            trace.Dumps().Select(d => (d.File, fun((string path) => TextFile.Write(path, d.Text)))))
        let rows = paths.Zip(trace.Snapshots, (path, s) => new[] { path, $"{s.Graph.Nodes.Length}" })
        select fun(() => screen.Table(["file", "nodes"], rows))();
}
