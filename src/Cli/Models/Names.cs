using System.Globalization;
using MiniTorch.Ir;

namespace MiniTorch.Cli.Models;

/// <summary>Names of results, and of the files they are written to.</summary>
internal static class Names
{
    private const int Longest = 120;

    /// <summary>A result's name, or <c>out_0</c>, <c>out_1</c>, … by its place.</summary>
    internal static string Of(Output output, int place) =>
        output.Name.Length > 0 ? output.Name : string.Create(CultureInfo.InvariantCulture, $"out_{place}");

    /// <summary>
    /// One file name for each name, all different on a file system that ignores case: letters, digits, <c>_ . -</c> stay,
    /// anything else becomes _, so that no name leads out of a folder.
    /// </summary>
    internal static IReadOnlyList<string> Files(IEnumerable<string> names)
    {
        var taken = new System.Collections.Generic.HashSet<string>(StringComparer.OrdinalIgnoreCase);
        return [.. names.Select(n => Free(Safe(n), taken))];
    }

    private static string Safe(string name)
    {
        var text = string.Concat(name.Take(Longest).Select(c => IsSafe(c) ? c : '_'));
        return text.Length == 0 || text[0] is '.' or '-' ? $"_{text}" : text;
    }

    private static bool IsSafe(char c) => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '-';

    private static string Free(string name, System.Collections.Generic.HashSet<string> taken)
    {
        var free = Enumerable.Range(2, int.MaxValue - 2).Select(i => $"{name}_{i}").Prepend(name).First(taken.Add);
        return $"{free}.npy";
    }
}
