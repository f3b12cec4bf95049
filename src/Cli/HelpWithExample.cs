using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace MiniTorch.Cli;

/// <summary>The help of System.CommandLine, not wrapped where no terminal is, and after it the command's example.</summary>
internal sealed class HelpWithExample(HelpAction help, Screen screen) : SynchronousCommandLineAction
{
    /// <inheritdoc/>
    public override bool ClearsParseErrors => true;

    /// <inheritdoc/>
    public override int Invoke(ParseResult parsed)
    {
        help.MaxWidth = Math.Max(60, screen.Width);
        var code = help.Invoke(parsed);
        if (parsed.CommandResult.Command is ToolCommand command) screen.Line($"Example:\n  {command.Example}\n");
        return code;
    }
}
