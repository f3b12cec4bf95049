using LanguageExt;
using MiniTorch.Ir;
using static LanguageExt.Prelude;

namespace MiniTorch.Cli.Models;

/// <summary>Files are written to a folder all or none: each beside its place first, then all are moved.</summary>
/// <remarks>Errors: cli.C10 the folder cannot be made or written to; those of the file's writer.</remarks>
internal static class OutFolder
{
    /// <summary>Writes the files and gives their paths; after a mistake the folder is as it was, or is not.</summary>
    internal static Either<IrError, Seq<string>> Write(
        string folder, IEnumerable<(string File, Func<string, Either<IrError, Unit>> Save)> files)
    {
        var existed = Directory.Exists(folder);
        var staging = Path.Combine(folder, $".minitorch-{Path.GetRandomFileName()}");
        var done = Guarded(folder, () =>
        {
            Directory.CreateDirectory(staging);
            return from names in Save(staging, files)
                   from _ in Vacant(folder, names)
                   select Move(staging, folder, names);
        });
        Guarded(folder, () => Clear(staging, existed || done.IsRight ? null : folder));
        return done;
    }

    private static Either<IrError, Seq<string>> Save(
        string staging, IEnumerable<(string File, Func<string, Either<IrError, Unit>> Save)> files) =>
        files.Aggregate(Right<IrError, Seq<string>>(Empty), (all, file) =>
            from names in all
            from _ in file.Save(Path.Combine(staging, file.File))
            select names.Add(file.File));

    private static Either<IrError, Unit> Vacant(string folder, Seq<string> names) =>
        names.Select(n => Path.Combine(folder, n)).FirstOrDefault(Directory.Exists) is { } path
            ? new IrError("cli.C10", $"{path} is a folder, a file of this name is to be written; give another --out")
            : unit;

    private static Seq<string> Move(string staging, string folder, Seq<string> names)
    {
        foreach (var name in names) File.Move(Path.Combine(staging, name), Path.Combine(folder, name), overwrite: true);
        return names.Map(n => Path.Combine(folder, n)).Strict();
    }

    private static Either<IrError, Unit> Clear(string staging, string? made)
    {
        if (Directory.Exists(staging)) Directory.Delete(staging, recursive: true);
        if (made is not null && Directory.Exists(made)) Directory.Delete(made);
        return unit;
    }

    private static Either<IrError, T> Guarded<T>(string folder, Func<Either<IrError, T>> work)
    {
        try
        {
            return work();
        }
        catch (Exception e)
            when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return new IrError("cli.C10",
                $"the folder {folder} cannot be written to: {e.Message.TrimEnd('.')}; give another --out");
        }
    }
}
