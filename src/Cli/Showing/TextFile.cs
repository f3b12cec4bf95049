using System.Text;
using LanguageExt;
using MiniTorch.Interop.Files;
using MiniTorch.Ir;

namespace MiniTorch.Cli.Showing;

/// <summary>Text in a file, whole or not at all.</summary>
internal static class TextFile
{
    /// <summary>Writes it as UTF-8.</summary>
    internal static Either<IrError, Unit> Write(string path, string text) =>
        AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text)));
}
