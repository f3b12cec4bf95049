using LanguageExt;
using MiniTorch.Cli.Devices;
using MiniTorch.Cli.Models;
using MiniTorch.Cli.Showing;
using MiniTorch.Interop;
using MiniTorch.Ir;
using MiniTorch.Passes;
using MiniTorch.Passes.Analysis;
using MiniTorch.Passes.Planning;

namespace MiniTorch.Cli.Commands;

/// <summary><c>minitorch explain</c>: what each node computes and costs, and what the whole does.</summary>
/// <remarks>Errors: cli.C6 a parameter that is no input; cli.C16 a node that the graph does not have.</remarks>
internal static class ExplainCommand
{
    /// <summary>The command.</summary>
    internal static ToolCommand Of(Screen screen)
    {
        var (model, shapes, json) = (Given.Model(), Given.Shapes(), Given.Json());
        var (node, parameters) = (Asked.Node(), Asked.Parameters());
        var (device, threads) = (Given.Device(), Given.Threads());
        var (page, inputs, random, classes) = (Asked.Page(), Given.Inputs(), Given.Random(), Asked.Classes());
        return new("explain", "Tells of each node its formula, type, cost, parameters and receptive field, and the totals.",
            "minitorch explain model.onnx --node conv.0", screen,
            [model, node, parameters, page, inputs, random, classes, shapes, device, threads, json],
            p =>
                from cnn in CnnPage.Of(p.GetValue(page), p.GetValue(inputs), p.GetValue(random), p.GetValue(classes),
                    alone: p.GetValue(node) is null && !p.GetValue(json))
                from sizes in Assignments.Shapes(p.GetValue(shapes))
                from stored in Files.Model(p.GetValue(model)!, Binding.None with { Shapes = sizes, Values = cnn.Given })
                from target in Targets.Named(p.GetValue(device)!, p.GetValue(threads))
                from names in Named(stored, p.GetValue(parameters))
                from code in cnn.Path is not null
                    ? Device.Named(p.GetValue(device)!, p.GetValue(threads))
                        .Bind(d => cnn.Write(screen, p.GetValue(model)!, stored, names, d))
                    : p.GetValue(node) is { } name ? OneNode.Show(screen, stored.Graph, name, names, p.GetValue(json))
                    : All(screen, stored.Graph, target, names, p.GetValue(json))
                select code);
    }

    private static Either<IrError, IReadOnlySet<string>> Named(StoredModel model, string[]? asked)
    {
        var names = (asked ?? []).SelectMany(a => a.Split(',', StringSplitOptions.RemoveEmptyEntries)).ToHashSet();
        if (names.FirstOrDefault(n => model.Graph.Input(n).IsNone) is { } strange)
            return new IrError("cli.C6", $"the model has no input '{strange}'; --params takes some of "
                + string.Join(", ", model.Graph.Inputs.Select(i => ((Input)i.Op).Name)));
        var stored = model.Values.Keys.Where(n => model.Graph.Input(n).IsSome).ToHashSet();
        return Prelude.Right<IrError, IReadOnlySet<string>>(
            names.Count > 0 ? names : stored.Count > 0 ? stored : Parameters.Guess(model.Graph));
    }

    private static Either<IrError, int> All(
        Screen screen, Graph graph, IPlanTarget target, IReadOnlySet<string> parameters, bool json) =>
        from trace in Pipelines.Default.TryRun(graph)
        let plan = Planner.Of(trace.Graph, target)
        let shown = ModelSummary.Show(screen, Account.Of(graph, parameters, plan), json)
        select Warned.Of(screen, graph);
}
