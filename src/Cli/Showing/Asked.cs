using System.CommandLine;

namespace MiniTorch.Cli.Showing;

/// <summary>The options of dump and explain.</summary>
internal static class Asked
{
    /// <summary>The gradient too.</summary>
    internal static Option<bool> Grad() => new("--grad")
        { Description = "adds the gradients of the results, as results grad_NAME" };

    /// <summary>Which passes run.</summary>
    internal static Option<string?> Passes() => new("--passes")
    {
        Description = "passes by commas, as default,rematerialise=64MiB, or none (default: none; with --plan or --after-each, default)",
        HelpName = "A,B",
    };

    /// <summary>A file after each pass.</summary>
    internal static Option<string?> AfterEach() => new("--after-each")
        { Description = "writes the graph after every pass: 00-input.ir, 01-backward.ir, …", HelpName = "DIR" };

    /// <summary>The plan instead of the graph.</summary>
    internal static Option<string?> Plan() => new("--plan")
        { Description = "prints the plan of steps and memory", HelpName = "cpu|cuda|reference" };

    /// <summary>The language of the output.</summary>
    internal static Option<string> Format() => new("--format")
    {
        Description = "text, which parses again; dot for Graphviz; mermaid for Markdown; json for programs",
        HelpName = "text|dot|mermaid|json", DefaultValueFactory = _ => "text",
    };

    /// <summary>One node.</summary>
    internal static Option<string?> Node() => new("--node")
        { Description = "one node in depth, by its name in the text form", HelpName = "N" };

    /// <summary>Which inputs are parameters.</summary>
    internal static Option<string[]> Parameters() => new("--params")
    {
        Description = "the inputs that are parameters (default: those with stored values; without any, those that a result "
            + "of the same name updates; else every float input but the first)",
        HelpName = "A,B", AllowMultipleArgumentsPerToken = true,
    };

    /// <summary>The page of one example.</summary>
    internal static Option<string?> Page() => new("--page")
    {
        Description = "writes a page of HTML: every kernel, feature map and score for one input", HelpName = "FILE",
    };

    /// <summary>Names of the classes.</summary>
    internal static Option<string?> Classes() => new("--classes")
        { Description = "names of the scores on the page, in their order (default: numbers)", HelpName = "A,B" };
}
