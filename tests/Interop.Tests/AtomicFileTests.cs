using LanguageExt;
using MiniTorch.Interop.Files;
using MiniTorch.Interop.Safetensors;
using MiniTorch.Ir;
using Xunit;

namespace MiniTorch.Interop.Tests;

public sealed class AtomicFileTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("atomic").FullName;

    private string Old => Path.Combine(folder, "old");

    public AtomicFileTests() => File.WriteAllText(Old, "old");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void What_is_written_is_the_content_and_nothing_is_left_beside_it()
    {
        Assert.True(AtomicFile.Write(Old, s => s.Write("new"u8)).IsRight);
        Holds("new");
    }

    [Fact]
    public void A_new_file_is_made()
    {
        Assert.True(AtomicFile.Write(Path.Combine(folder, "new"), s => s.Write("new"u8)).IsRight);
        Assert.Equal("new", File.ReadAllText(Path.Combine(folder, "new")));
        Assert.Equal(2, Directory.GetFileSystemEntries(folder).Length);
    }

    [Fact]
    public void A_write_on_a_full_disk_breaks_F1_and_leaves_the_old_file_whole()
    {
        var result = AtomicFile.Write(Old, s => Half(s, new IOException("No space left on device")));
        Assert.Equal($"file.F1: {Old} cannot be written: No space left on device", Message(result));
        Holds("old");
    }

    [Fact]
    public void A_write_that_throws_midway_throws_on_and_leaves_the_old_file_whole()
    {
        Assert.Throws<InvalidOperationException>(() => AtomicFile.Write(Old, s => Half(s, new InvalidOperationException())));
        Holds("old");
    }

    [Fact]
    public void The_old_file_is_whole_while_the_new_one_is_written()
    {
        var written = AtomicFile.Write(Old, s =>
        {
            s.Write("new"u8);
            s.Flush();
            Assert.Equal("old", File.ReadAllText(Old));
        });
        Assert.True(written.IsRight);
        Holds("new");
    }

    [Fact]
    public void A_folder_that_is_missing_breaks_F1()
    {
        var missing = Path.Combine(folder, "no", "file");
        Assert.Equal($"file.F1: {missing} cannot be written, there is no folder {Path.Combine(folder, "no")}",
            Message(AtomicFile.Write(missing, s => s.Write("new"u8))));
        Holds("old");
    }

    [Fact]
    public void A_folder_breaks_F1_and_F2()
    {
        Assert.Equal($"file.F1: {folder} is a folder, not a file", Message(AtomicFile.Write(folder, _ => { })));
        Assert.Equal($"file.F2: {folder} is a folder, not a file", Message(AtomicFile.ReadAllBytes(folder, 9)));
    }

    [Theory]
    [InlineData(null, "the path is empty, it must name a file")]
    [InlineData("", "the path is empty, it must name a file")]
    [InlineData("a\0b", "the path has a zero character in it, no file's name has one")]
    [InlineData("no/", "no/ names a folder, not a file")]
    public void A_path_that_names_no_file_breaks_F1_and_F2(string? path, string message)
    {
        Assert.Equal($"file.F1: {message}", Message(AtomicFile.Write(path!, _ => { })));
        Assert.Equal($"file.F2: {message}", Message(AtomicFile.ReadAllBytes(path!, 9)));
    }

    [Fact]
    public void The_new_file_has_the_permissions_of_the_old_one()
    {
        if (OperatingSystem.IsWindows()) return; // there a file takes the permissions of its folder
        File.SetUnixFileMode(Old, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Assert.True(AtomicFile.Write(Old, s => s.Write("new"u8)).IsRight);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Old));
    }

    [Fact]
    public void A_file_is_read_up_to_the_limit_and_breaks_F3_above_it()
    {
        Assert.Equal("old"u8.ToArray(), AtomicFile.ReadAllBytes(Old, 3).IfLeft([]));
        Assert.Equal($"file.F3: {Old} has 3 bytes, more than the 2 that are read", Message(AtomicFile.ReadAllBytes(Old, 2)));
    }

    [Fact]
    public void A_missing_file_breaks_F2() =>
        Assert.Equal($"file.F2: there is no file {Old}x", Message(AtomicFile.ReadAllBytes(Old + "x", 9)));

    [Fact]
    public void Reading_what_is_saved_gives_the_file()
    {
        var file = TensorFile.Of(("w", Tensor.Of([2], 1, 2)));
        Assert.True(SafetensorsFile.Save(Old, file).IsRight);
        Assert.Equal(Prelude.Right<IrError, TensorFile>(file), SafetensorsFile.Read(Old));
    }

    [Fact]
    public void A_file_that_cannot_be_saved_leaves_the_old_one_whole()
    {
        var twice = TensorFile.Of(("w", Tensor.Of([1], 1)), ("w", Tensor.Of([1], 2)));
        Assert.StartsWith("safetensors.S5", Message(SafetensorsFile.Save(Old, twice)));
        Holds("old");
    }

    private void Holds(string text)
    {
        Assert.Equal(text, File.ReadAllText(Old));
        Assert.Equal([Old], Directory.GetFileSystemEntries(folder));
    }

    private static void Half(Stream stream, Exception thrown)
    {
        stream.Write("half"u8);
        stream.Flush();
        throw thrown;
    }

    private static string Message<T>(Either<IrError, T> result) =>
        result.Match(Right: _ => "done", Left: e => e.ToString());
}
