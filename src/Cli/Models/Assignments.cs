using System.Collections.Immutable;
using System.Globalization;
using LanguageExt;
using MiniTorch.Interop;
using MiniTorch.Ir;
using static LanguageExt.Prelude;

namespace MiniTorch.Cli.Models;

/// <summary>
/// What follows <c>--input</c>, <c>--cotangent</c> and <c>--shape</c>: NAME=…. A name may have a = in it: a file is parted
/// from it at the first = that a file's path follows, sizes at the last =.
/// </summary>
internal static class Assignments
{
    /// <summary>Tensors by name, each read from its file.</summary>
    /// <remarks>Errors: cli.C5 not of the form NAME=FILE, or a name given twice; those of the file's reader.</remarks>
    internal static Either<IrError, ImmutableSortedDictionary<string, Tensor>> Tensors(
        string option, IEnumerable<string>? given) =>
        All(option, "NAME=FILE", given, BeforeFile, Files.Tensor);

    /// <summary>Shapes by name; the size of a symbol is a shape of one number.</summary>
    /// <remarks>Errors: cli.C5 not of the form NAME=1,2,3, or a name given twice.</remarks>
    internal static Either<IrError, ImmutableSortedDictionary<string, Dims>> Shapes(IEnumerable<string>? given) =>
        All("--shape", "NAME=1,3,224,224", given, text => text.LastIndexOf('='), Shape);

    private static int BeforeFile(string text) => Enumerable.Range(0, text.Length)
        .Where(i => text[i] == '=' && File.Exists(text[(i + 1)..])).Append(text.IndexOf('=')).First();

    private static Either<IrError, ImmutableSortedDictionary<string, T>> All<T>(
        string option, string form, IEnumerable<string>? given,
        Func<string, int> part, Func<string, Either<IrError, T>> read) =>
        given?.Any() != true ? Named.Of<T>()
        : given.Aggregate(Right<IrError, ImmutableSortedDictionary<string, T>>(Named.Of<T>()), (all, text) =>
            from done in all
            from pair in Split(option, form, text, part(text))
            from _ in done.ContainsKey(pair.Name)
                ? Left<IrError, Unit>(new("cli.C5", $"{option} gives {pair.Name} twice; give it once")) : unit
            from value in read(pair.Value)
            select done.Add(pair.Name, value));

    private static Either<IrError, (string Name, string Value)> Split(
        string option, string form, string text, int at) =>
        at > 0 && at < text.Length - 1
            ? (text[..at], text[(at + 1)..])
            : new IrError("cli.C5", $"{option} takes {form}, given '{text}'");

    private static Either<IrError, Dims> Shape(string text)
    {
        var dims = Dims.Of(text.Split(',').Select(s =>
            int.TryParse(s, NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : -1));
        return dims.All(n => n >= 0) ? dims : new IrError("cli.C5", $"--shape takes sizes as 1,3,224,224, given '{text}'");
    }
}
