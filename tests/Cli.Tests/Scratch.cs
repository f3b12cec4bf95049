using LanguageExt;
using MiniTorch.Interop.Npy;
using MiniTorch.Ir;
using Xunit;

namespace MiniTorch.Cli.Tests;

/// <summary>A folder of a test's own, gone after it.</summary>
internal sealed class Scratch : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("minitorch-cli-");

    private static readonly EnumerationOptions Deep = new() { RecurseSubdirectories = true, AttributesToSkip = 0 };

    /// <summary>The path of a file inside.</summary>
    internal string this[string name] => Path.Combine(folder.FullName, name);

    /// <summary>Everything inside, by its path from here.</summary>
    internal string[] Everything => [.. Directory.EnumerateFileSystemEntries(folder.FullName, "*", Deep)
        .Select(f => Path.GetRelativePath(folder.FullName, f)).Order(StringComparer.Ordinal)];

    /// <summary>A text file's path.</summary>
    internal string Text(string name, string text)
    {
        File.WriteAllText(this[name], text);
        return this[name];
    }

    /// <summary>An .npy file's path.</summary>
    internal string Array(string name, Tensor value)
    {
        Assert.True(NpyFile.Save(this[name], value).IsRight);
        return this[name];
    }

    /// <summary>The part of a command line that gives these values, each in a file.</summary>
    internal IEnumerable<string> InputsOf(IReadOnlyDictionary<string, Tensor> values) =>
        values.SelectMany((p, i) => new[] { "--input", $"{p.Key}={Array($"in{i}.npy", p.Value)}" });

    /// <summary>What an .npy file holds.</summary>
    internal Tensor Read(string name) =>
        NpyFile.Read(this[name]).Match(t => t, e => throw new IrException(Prelude.Seq1(e)));

    /// <inheritdoc/>
    public void Dispose() => folder.Delete(recursive: true);
}
