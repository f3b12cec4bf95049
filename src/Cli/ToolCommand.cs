using System.CommandLine;
using LanguageExt;
using MiniTorch.Ir;

namespace MiniTorch.Cli;

/// <summary>A command of the tool: what it takes, an example for its help, and what it does.</summary>
internal sealed class ToolCommand : Command
{
    /// <summary>A command; <paramref name="run"/> gives the exit code or the user's mistake.</summary>
    internal ToolCommand(
        string name, string about, string example, Screen screen, IEnumerable<Symbol> takes,
        Func<ParseResult, Either<IrError, int>> run) : base(name, about)
    {
        Example = example;
        foreach (var symbol in takes) Take(symbol);
        foreach (var option in (Option[])[Given.Device(), Given.Threads()])
            if (Options.All(o => o.Name != option.Name)) Take(Idle(option));
        SetAction(parsed => Door.Run(screen, () => run(parsed)));
    }

    /// <summary>A command line that a user may type.</summary>
    internal string Example { get; }

    /// <summary>Every command takes them, so that one set of options serves a script; some compute nothing.</summary>
    private static Option Idle(Option option)
    {
        option.Description = "every command takes it; this one computes nothing";
        return option;
    }

    private void Take(Symbol symbol)
    {
        if (symbol is Argument argument) Add(argument);
        else if (symbol is Command command) Add(command);
        else Add((Option)symbol);
    }
}
