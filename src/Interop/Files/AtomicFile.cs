using LanguageExt;
using MiniTorch.Ir;

namespace MiniTorch.Interop.Files;

/// <summary>A file is written whole or not at all, and read whole or not at all.</summary>
/// <remarks>
/// Errors: file.F1 cannot be written; file.F2 cannot be read; file.F3 larger than the reader allows.
/// Source: rename(2), "if newpath already exists, it will be atomically replaced".
/// </remarks>
public static class AtomicFile
{
    /// <summary>
    /// What <paramref name="write"/> writes is the file's content, or the file is as it was and nothing is left beside
    /// it. An exception of <paramref name="write"/> that is not about files passes through, after the same clean-up.
    /// </summary>
    /// <remarks>
    /// The bytes are on the disk before the new file takes the old one's name and its permissions. A symbolic link at
    /// the path is replaced, not followed.
    /// </remarks>
    public static Either<IrError, Unit> Write(string path, Action<Stream> write) => WriteBoth(path, write, () => Unit.Default);

    /// <summary>
    /// Two files or none: <paramref name="beside"/> writes the other one while this one lies ready to take its name, so that
    /// whoever finds this one finds both.
    /// </summary>
    internal static Either<IrError, Unit> WriteBoth(
        string path, Action<Stream> write, Func<Either<IrError, Unit>> beside)
    {
        if (Unnameable(path) is { } reason) return Fail("file.F1", reason);
        var temporary = Path.Combine(Path.GetDirectoryName(path) ?? "", $".{Path.GetRandomFileName()}.tmp");
        try
        {
            WriteThrough(temporary, ModeOf(path), write);
            var other = beside();
            if (other.IsRight) File.Move(temporary, path, overwrite: true);
            return other;
        }
        catch (Exception e) when (IsAboutFiles(e))
        {
            return Fail("file.F1", Unwritable(path, temporary, e));
        }
        finally
        {
            Remove(temporary);
        }
    }

    /// <summary>All bytes of the file, which are at most <paramref name="maxBytes"/> and at most 2 GiB.</summary>
    public static Either<IrError, byte[]> ReadAllBytes(string path, long maxBytes) =>
        Read(path, file => ReadAll(file, path, Math.Min(maxBytes, Array.MaxLength)));

    /// <summary>What <paramref name="read"/> makes of the file, which is closed after it.</summary>
    internal static Either<IrError, T> Read<T>(string path, Func<FileStream, Either<IrError, T>> read) => Named(path, () =>
    {
        using var file = File.OpenRead(path);
        return read(file);
    });

    /// <summary>What <paramref name="keep"/> makes of the file, which stays open unless a rule is broken.</summary>
    internal static Either<IrError, T> Open<T>(string path, Func<FileStream, Either<IrError, T>> keep) => Named(path, () =>
    {
        var (file, kept) = (File.OpenRead(path), false);
        try
        {
            var result = keep(file);
            kept = result.IsRight;
            return result;
        }
        finally
        {
            if (!kept) file.Dispose();
        }
    });

    /// <summary>
    /// What <paramref name="read"/> gives, where the system's complaints about the file are the rule file.F2.
    /// </summary>
    internal static Either<IrError, T> Try<T>(string path, Func<Either<IrError, T>> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (IsAboutFiles(e))
        {
            return Fail("file.F2", Unreadable(path, e));
        }
    }

    private static Either<IrError, T> Named<T>(string path, Func<Either<IrError, T>> read) =>
        Unnameable(path) is { } reason ? Fail("file.F2", reason) : Try(path, read);

    private static Either<IrError, byte[]> ReadAll(FileStream file, string path, long most)
    {
        if (file.Length > most)
            return Fail("file.F3", $"{path} has {file.Length:N0} bytes, more than the {most:N0} that are read");
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        if (file.ReadByte() >= 0)
            return Fail("file.F2", $"{path} cannot be read: it has more bytes than its size tells");
        return bytes;
    }

    private static void WriteThrough(string temporary, UnixFileMode? mode, Action<Stream> write)
    {
        using var file = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None);
        if (mode is { } known && !OperatingSystem.IsWindows()) File.SetUnixFileMode(file.SafeFileHandle, known);
        write(file);
        file.Flush(flushToDisk: true);
    }

    private static UnixFileMode? ModeOf(string path) =>
        !OperatingSystem.IsWindows() && File.Exists(path) ? File.GetUnixFileMode(path) : null;

    private static void Remove(string temporary)
    {
        try
        {
            File.Delete(temporary);
        }
        catch (Exception e) when (IsAboutFiles(e))
        {
            // the folder is gone or closed to us: nothing of ours is in it, or nothing can be done about it
        }
    }

    private static bool IsAboutFiles(Exception e) =>
        e is IOException or UnauthorizedAccessException or NotSupportedException;

    private static string? Unnameable(string? path) => path switch
    {
        null or "" => "the path is empty, it must name a file",
        _ when path.Contains('\0') => "the path has a zero character in it, no file's name has one",
        _ when Directory.Exists(path) => $"{path} is a folder, not a file",
        _ when Path.EndsInDirectorySeparator(path) => $"{path} names a folder, not a file",
        _ => null,
    };

    private static string Unwritable(string path, string temporary, Exception e) => e switch
    {
        DirectoryNotFoundException => $"{path} cannot be written, there is no folder {Path.GetDirectoryName(path)}",
        UnauthorizedAccessException => $"{path} cannot be written, permission is denied",
        _ => $"{path} cannot be written: {OneLine(e.Message.Replace(temporary, path))}",
    };

    private static string Unreadable(string path, Exception e) => e switch
    {
        FileNotFoundException or DirectoryNotFoundException => $"there is no file {path}",
        UnauthorizedAccessException => $"{path} cannot be read, permission is denied",
        _ => $"{path} cannot be read: {OneLine(e.Message)}",
    };

    private static string OneLine(string text) => text.ReplaceLineEndings(" ").TrimEnd('.');

    private static IrError Fail(string rule, string message) => new(rule, message);
}
