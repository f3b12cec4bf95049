using System.Text;
using Spectre.Console;

namespace MiniTorch.Cli;

/// <summary>A terminal as Spectre.Console asks about it, whatever writer leads there.</summary>
internal sealed class TerminalOutput(TextWriter writer, int width) : IAnsiConsoleOutput
{
    /// <inheritdoc/>
    public TextWriter Writer => writer;

    /// <inheritdoc/>
    public bool IsTerminal => true;

    /// <inheritdoc/>
    public int Width => width;

    /// <inheritdoc/>
    public int Height => 24;

    /// <inheritdoc/>
    public void SetEncoding(Encoding encoding)
    {
    }
}
