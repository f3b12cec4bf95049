using System.Globalization;
using MiniTorch.Interop.Onnx.Proto;
using MiniTorch.Ir;

namespace MiniTorch.Interop.Onnx;

/// <summary>Data that a model keeps in files of its own folder, or below it, and nowhere else.</summary>
/// <remarks>Errors: onnx.X1 a place outside the folder; onnx.X2 a file or part of one that is not there.</remarks>
/// <param name="Folder">The folder; null where a model has none.</param>
/// <param name="Model">How a message names the model.</param>
internal sealed record ExternalData(string? Folder, string Model)
{
    /// <summary>As many links as Linux follows in one path.</summary>
    private const int MostLinks = 40;

    /// <summary>The folder of a file, and its name.</summary>
    public static ExternalData Beside(string path) => new(Path.GetDirectoryName(path) ?? "", Path.GetFileName(path));

    /// <summary>The elements that the message points at.</summary>
    public Tensor Read(TensorProto proto, TensorType type)
    {
        var path = Place(Entry(proto, "location") ?? "", proto.Name);
        var offset = Number(proto, "offset") ?? 0;
        var length = Number(proto, "length") ?? type.Bytes;
        if (length != type.Bytes)
            throw new Refusal("onnx.T3",
                $"tensor '{proto.Name}' is {type}, which takes {type.Bytes:N0} bytes, and has {length:N0}");
        return TensorProtos.Adopt(type, Bytes(path, offset, type.Bytes, proto.Name));
    }

    private string Place(string location, string tensor)
    {
        if (Folder is null) throw Outside(tensor, location);
        var root = Path.GetFullPath(Folder.Length == 0 ? "." : Folder);
        var isName = location.Length > 0 && !location.Contains('\0');
        var path = isName ? Path.GetFullPath(Path.Combine(root, location)) : root;
        if (Path.IsPathRooted(location) || !Below(path, root) || !Below(Real(path), Real(root)))
            throw Outside(tensor, location);
        return path;
    }

    private Refusal Outside(string tensor, string location) =>
        new("onnx.X1", $"tensor '{tensor}' wants its data from '{location}', which is not in the folder of {Model}");

    private static bool Below(string path, string root)
    {
        var folder = Path.EndsInDirectorySeparator(root) ? root : root + Path.DirectorySeparatorChar;
        return path.StartsWith(folder, StringComparison.Ordinal);
    }

    /// <summary>The path without symbolic links, as far as it exists; where links lead round and round, the path.</summary>
    private static string Real(string path)
    {
        var (here, rest) = (Path.GetPathRoot(path)!, Parts(path, []));
        for (var links = 0; rest.TryPop(out var part);)
        {
            var next = Path.GetFullPath(Path.Combine(here, part));
            var info = new FileInfo(next);
            if (info.LinkTarget is not { } target)
            {
                if (!info.Exists && !Directory.Exists(next)) return Path.GetFullPath(Path.Combine([next, .. rest]));
                here = next;
            }
            else if (++links > MostLinks) return path;
            else (here, rest) = (Path.IsPathRooted(target) ? Path.GetPathRoot(target)! : here, Parts(target, rest));
        }
        return here;
    }

    /// <summary>The parts of a path, the first on top, over those that come after.</summary>
    private static Stack<string> Parts(string path, Stack<string> after)
    {
        var below = path[Path.GetPathRoot(path)!.Length..];
        foreach (var part in below.Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries).Reverse())
            after.Push(part);
        return after;
    }

    private static byte[] Bytes(string path, long offset, long length, string tensor)
    {
        try
        {
            using var file = File.OpenRead(path);
            if (offset < 0 || offset > file.Length || length > file.Length - offset)
                throw new Refusal("onnx.X2", $"tensor '{tensor}' lies at {offset:N0} to {offset + (decimal)length:N0} "
                    + $"of {path}, which has {file.Length:N0} bytes");
            file.Position = offset;
            var bytes = new byte[length];
            file.ReadExactly(bytes);
            return bytes;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new Refusal("onnx.X2", $"tensor '{tensor}' has its data in {path}, which cannot be read");
        }
    }

    private static string? Entry(TensorProto proto, string key) =>
        proto.ExternalData.FirstOrDefault(e => e.Key == key)?.Value;

    private static long? Number(TensorProto proto, string key) => Entry(proto, key) is not { } text ? null
        : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n
        : throw new Refusal("onnx.X2", $"tensor '{proto.Name}' has the {key} {Quote.Of(text)}, which is no number");
}
