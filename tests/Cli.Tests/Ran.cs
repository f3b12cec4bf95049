
namespace MiniTorch.Cli.Tests;

/// <summary>What a command line answered: its code and what it wrote.</summary>
internal sealed record Ran(int Code, string Out, string Error)
{
    /// <summary>Runs the tool in this process, as if its output were piped.</summary>
    internal static Ran Of(params string[] args) => Of(CancellationToken.None, args);

    /// <summary>The same, with something that may stop it.</summary>
    internal static Ran Of(CancellationToken stop, params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = Tool.Run(args, new Screen(output, error, Terminal: false, Colour: false, stop));
        return new(code, output.ToString(), error.ToString());
    }

    /// <summary>The lines of standard output.</summary>
    internal string[] Lines => Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
