using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using MiniTorch.Cli.Commands;
using MiniTorch.Ir;

namespace MiniTorch.Cli;

/// <summary>The tool: a function from a command line to an exit code.</summary>
internal static class Tool
{
    /// <summary>The commands in the order of the help. Only the one asked for is built: the start is quick.</summary>
    private static IReadOnlyList<Entry> Commands =>
    [
        new("run", RunCommand.Of),
        new("grad", GradCommand.Of),
        new("dump", DumpCommand.Of),
        new("diff", DiffCommand.Of),
        new("explain", ExplainCommand.Of),
        new("bench", BenchCommand.Of),
        new("train", TrainCommand.Of),
        new("lecture", LectureCommand.Of),
        new("convert", ConvertCommand.Of),
        new("verify", VerifyCommand.Of),
        new("devices", DevicesCommand.Of),
    ];

    /// <summary>A command by its name.</summary>
    private sealed record Entry(string Name, Func<Screen, ToolCommand> Build);

    /// <summary>Runs a command line.</summary>
    internal static int Run(string[] args, Screen screen) => Door.Run(screen, () =>
    {
        var parsed = Root(args, screen).Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Action is ParseErrorAction) return Unreadable(parsed);
        return parsed.Invoke(new InvocationConfiguration
        {
            Output = screen.Out, Error = screen.Error,
            EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null,
        });
    });

    /// <summary>The names of all commands.</summary>
    internal static IEnumerable<string> Names => Commands.Select(c => c.Name);

    private static RootCommand Root(string[] args, Screen screen)
    {
        var root = new RootCommand("A small machine-learning compiler: runs, differentiates, shows and measures models.");
        var asked = Commands.Where(c => args.Length > 0 && c.Name == args[0]).ToList();
        foreach (var command in asked.Count > 0 ? asked : Commands) root.Add(command.Build(screen));
        foreach (var help in root.Options.OfType<HelpOption>())
            help.Action = new HelpWithExample((HelpAction)help.Action!, screen);
        return root;
    }

    private static IrError Unreadable(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        var hint = command is RootCommand ? "minitorch --help" : $"minitorch {command.Name} --help";
        return new("cli.C1", $"{What(parsed, command)}; see {hint}");
    }

    private static string What(ParseResult parsed, Command command) => parsed.UnmatchedTokens.FirstOrDefault() switch
    {
        ['-', ..] option => $"there is no option '{option}'",
        { } word when command is RootCommand => $"there is no command '{word}'",
        { } word => $"'{word}' is one argument too many",
        null when command is RootCommand => $"give a command: {string.Join(", ", Names)}",
        null => Wrong(parsed.Errors[0]),
    };

    /// <summary>A value that cannot be read is told by what the option takes, not by the name of a type.</summary>
    private static string Wrong(ParseError error) =>
        error.SymbolResult is OptionResult { Tokens: [var token, ..] } result
        && error.Message.StartsWith("Cannot parse", StringComparison.Ordinal)
            ? $"{result.Option.Name} takes a {Kind(result.Option.ValueType)}, given '{token.Value}'"
            : error.Message.TrimEnd('.');

    private static string Kind(Type type) =>
        (Nullable.GetUnderlyingType(type) ?? type) == typeof(double) ? "number" : "whole number";
}
