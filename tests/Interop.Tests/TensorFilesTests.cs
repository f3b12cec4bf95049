using FsCheck;
using FsCheck.Fluent;
using LanguageExt;
using MiniTorch.Ir;
using Xunit;

namespace MiniTorch.Interop.Tests;

public sealed class TensorFilesTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("tensors").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Loading_what_is_saved_gives_the_tensors_whatever_the_format() =>
        Prop.ForAll(Samples.Files(), f => Through(f, "a.safetensors") == f && Through(f, "a.NPZ") == Bare(f))
            .QuickCheckThrowOnFailure();

    [Fact]
    public void Converting_there_and_back_gives_the_tensors() =>
        Prop.ForAll(Samples.Files(), f =>
            Through(f, "a.safetensors").Bind(g => Through(g, "b.npz")).Bind(g => Through(g, "c.safetensors")) == Bare(f))
            .QuickCheckThrowOnFailure();

    [Fact]
    public void A_single_tensor_is_named_after_its_npy() =>
        Prop.ForAll(Arb.From(Samples.Tensors()), t =>
            Through(TensorFile.Of(("w", t)), "bias.npy") == TensorFile.Of(("bias", t)))
            .QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("a.pt")]
    [InlineData("weights")]
    [InlineData("")]
    public void An_unknown_extension_breaks_T1(string path)
    {
        var message = $"tensors.T1: \"{path}\" has no extension of a tensor file, those are .safetensors, .npz and .npy";
        Assert.Equal(message, Told(TensorFiles.Load(path)));
        Assert.Equal(message, Told(TensorFiles.Save(path, TensorFile.Of())));
    }

    [Fact]
    public void Several_tensors_in_a_npy_break_T2_and_nothing_is_written()
    {
        var path = Path.Combine(folder, "a.npy");
        Assert.Equal($"tensors.T2: {path} is a .npy, which holds one tensor where 8 are to be saved, " +
            "a .npz holds any number",
            Told(TensorFiles.Save(path, Samples.OneOfEach())));
        Assert.Empty(Directory.GetFileSystemEntries(folder));
    }

    private Either<IrError, TensorFile> Through(TensorFile file, string name) =>
        from saved in TensorFiles.Save(Path.Combine(folder, name), file)
        from loaded in TensorFiles.Load(Path.Combine(folder, name))
        select loaded;

    private static TensorFile Bare(TensorFile file) => TensorFile.Of([.. file.Tensors]);

    private static string Told<T>(Either<IrError, T> result) => result.Match(Right: _ => "done", Left: e => e.ToString());
}
