using MiniTorch.Ir;
using MiniTorch.Passes.Analysis;

namespace MiniTorch.Cli.Showing;

/// <summary>Warnings of a model: a line each on standard error; results and exit code stay as they are.</summary>
internal static class Warned
{
    /// <summary>Tells those of a graph.</summary>
    internal static int Of(Screen screen, Graph graph) => Of(screen, Warning.Of(graph));

    /// <summary>Tells them.</summary>
    internal static int Of(Screen screen, IEnumerable<Warning> warnings)
    {
        foreach (var warning in warnings) screen.Tell($"warning: {warning}");
        return Exit.Success;
    }
}
