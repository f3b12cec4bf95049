using LanguageExt;
using MiniTorch.Ir;
using static LanguageExt.Prelude;

namespace MiniTorch.Examples.Trainings;

/// <summary>Where data lies.</summary>
public static class DataFolder
{
    /// <summary>The folder that was given, else <c>data/NAME</c>, upward from here or from the program.</summary>
    /// <param name="given">By the user; null where nothing was.</param>
    /// <param name="name">Of the repository's own folder.</param>
    /// <param name="files">What a folder holds, for the message.</param>
    /// <remarks>Errors: train.T4.</remarks>
    public static Either<IrError, string> Of(string? given, string name, string files) =>
        given is not null ? Right<IrError, string>(given)
        : new[] { Environment.CurrentDirectory, AppContext.BaseDirectory }.SelectMany(Upward)
            .Select(d => Path.Combine(d, "data", name)).Where(Directory.Exists).HeadOrNone()
            .ToEither(new IrError("train.T4", $"data/{name} is not above this folder; run inside a clone of the repository; "
                + $"a training also takes --data, a folder of {files}"));

    private static IEnumerable<string> Upward(string folder)
    {
        for (var d = new DirectoryInfo(folder); d is not null; d = d.Parent) yield return d.FullName;
    }
}
