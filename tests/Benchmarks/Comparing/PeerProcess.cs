using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MiniTorch.Benchmarks.Comparing;

/// <summary>What a peer says is wrong, in one sentence.</summary>
internal sealed class PeerException(string message) : Exception(message);

/// <summary>A peer that lives as long as the comparison: a line of JSON asks, a line of JSON answers.</summary>
internal sealed class PeerProcess : IDisposable
{
    private readonly Process process;

    private PeerProcess(Process process, string label, string versions) =>
        (this.process, Label, Versions) = (process, label, versions);

    /// <summary>What tells it from its likes, as a kind of kernels.</summary>
    internal string Label { get; }

    /// <summary>What it is, in its own words.</summary>
    internal string Versions { get; }

    /// <summary>What its threads have had of the processors.</summary>
    internal TimeSpan Used
    {
        get
        {
            process.Refresh();
            return process.TotalProcessorTime;
        }
    }

    /// <summary>Starts a peer; null, and a sentence on the terminal, where it is not there.</summary>
    internal static PeerProcess? TryStart(
        string label, string file, IEnumerable<string> arguments, string missing, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(file, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true };
        start.RedirectStandardError = true;
        foreach (var (name, value) in environment) start.Environment[name] = value;
        try
        {
            var process = Process.Start(start)!;
            var errors = process.StandardError.ReadToEndAsync();
            if (process.StandardOutput.ReadLine() is { } line)
                return new(process, label, (string)JsonNode.Parse(line)!["ready"]!);
            Console.Error.WriteLine($"{missing} ({errors.Result.Trim().Split('\n')[^1]})");
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            Console.Error.WriteLine($"{missing} ({e.Message})");
        }
        return null;
    }

    /// <summary>An answer; throws <see cref="PeerException"/> where the peer says that something is wrong.</summary>
    internal JsonNode Ask(object request)
    {
        process.StandardInput.WriteLine(JsonSerializer.Serialize(request));
        process.StandardInput.Flush();
        var answer = process.StandardOutput.ReadLine() ?? throw new PeerException($"the peer {Label} has ended");
        var parsed = JsonNode.Parse(answer)!;
        return parsed["error"] is { } error ? throw new PeerException((string)error!) : parsed;
    }

    /// <summary>How long one of its ways takes.</summary>
    internal Times Time(string variant, double seconds)
    {
        var answer = Ask(new { @do = "time", variant, seconds });
        return new((double)answer["median"]!, (double)answer["min"]!);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        process.StandardInput.Close();
        if (!process.WaitForExit(3000)) process.Kill();
        process.Dispose();
    }
}
