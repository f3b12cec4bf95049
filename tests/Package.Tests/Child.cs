using System.Diagnostics;

namespace MiniTorch.Package.Tests;

/// <summary>A program run to its end: nothing that it starts outlives it.</summary>
internal static class Child
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private static readonly string Dotnet = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";

    private static readonly (string Name, string Value)[] Settings =
    [
        ("MSBUILDDISABLENODEREUSE", "1"), ("DOTNET_CLI_USE_MSBUILD_SERVER", "0"), ("UseSharedCompilation", "false"),
        ("MSBUILDTERMINALLOGGER", "off"), ("DOTNET_CLI_UI_LANGUAGE", "en"), ("DOTNET_NOLOGO", "1"),
        ("DOTNET_CLI_TELEMETRY_OPTOUT", "1"),
    ];

    /// <summary>What <c>dotnet</c> with these words prints; an exit status other than 0 is an error that holds it.</summary>
    internal static string OfDotnet(string folder, string home, params string[] words) => Of(Dotnet, folder, home, words);

    internal static string Of(string program, string folder, string home, params string[] words)
    {
        using var process = Process.Start(Start(program, folder, home, words))!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        if (!process.WaitForExit(Patience))
        {
            process.Kill(entireProcessTree: true);
            throw new InvalidOperationException($"{program} {string.Join(' ', words)}: no end after {Patience}");
        }
        var said = (Output: output.GetAwaiter().GetResult(), Error: error.GetAwaiter().GetResult());
        return process.ExitCode == 0 ? said.Output.ReplaceLineEndings("\n")
            : throw new InvalidOperationException(
                $"{program} {string.Join(' ', words)}: exit {process.ExitCode}\n{said.Output}\n{said.Error}");
    }

    /// <summary>Its own package cache, no servers that stay, and nothing of the build that runs this test.</summary>
    private static ProcessStartInfo Start(string program, string folder, string home, string[] words)
    {
        var start = new ProcessStartInfo(program, words)
        {
            WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        foreach (var name in start.Environment.Keys.Where(OfABuild).ToArray()) start.Environment.Remove(name);
        foreach (var (name, value) in Settings) start.Environment[name] = value;
        start.Environment["NUGET_PACKAGES"] = Path.Combine(home, "cache");
        return start;
    }

    private static bool OfABuild(string variable) => variable.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase);
}
