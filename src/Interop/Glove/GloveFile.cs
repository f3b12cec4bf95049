using System.Buffers.Text;
using System.Text;
using LanguageExt;
using MiniTorch.Interop.Files;
using MiniTorch.Ir;

namespace MiniTorch.Interop.Glove;

/// <summary>
/// Word vectors in GloVe's text format: in each line a word and its numbers, parted by spaces, as many in every line.
/// </summary>
/// <remarks>
/// A word may have spaces in it: the numbers are the last of the line. A word's first line counts. The file is read line by
/// line, so it may be larger than memory, where the wanted words fit.
/// Errors: glove.G1 a line without numbers; glove.G2 fewer numbers than in the first line; glove.G3 something that is no
/// finite number; glove.G4 a line of more than 1 MiB; glove.G5 no line; and AtomicFile's.
/// Source: Pennington, Socher and Manning, "GloVe: Global Vectors for Word Representation", EMNLP 2014, and its data files.
/// </remarks>
public static class GloveFile
{
    private const int LongestLine = 1 << 20;

    /// <summary>The vectors of the wanted words that the file has.</summary>
    public static Either<IrError, WordVectors> Read(string path, Func<string, bool> wanted) =>
        AtomicFile.Read(path, file => Parse(file, path, wanted));

    /// <summary>The same of bytes, told under the name given.</summary>
    public static Either<IrError, WordVectors> Parse(byte[] bytes, string name, Func<string, bool> wanted) =>
        Parse(new MemoryStream(bytes, writable: false), name, wanted);

    private static Either<IrError, WordVectors> Parse(Stream stream, string name, Func<string, bool> wanted)
    {
        var (lines, rows, width) = (new ByteLines(stream, LongestLine), new Dictionary<string, ReadOnlyMemory<float>>(), 0);
        while (lines.Next())
        {
            var line = lines.Line.Span.TrimEnd(" \r"u8);
            width = lines.Number == 1 ? line.Count((byte)' ') : width;
            var wrong = lines.Cut ? ("G4", "has more than 1 MiB; give a line for each word")
                : width == 0 ? ("G1", "has no numbers after its word; give GloVe's text format")
                : Add(rows, line, width, wanted);
            if (wrong is { } w) return new IrError($"glove.{w.Item1}", $"line {lines.Number} of {name} {w.Item2}");
        }
        return lines.Number > 0 ? new WordVectors(width, rows)
            : new IrError("glove.G5", $"{name} has no line; give a file of word vectors");
    }

    private static (string Rule, string What)? Add(
        Dictionary<string, ReadOnlyMemory<float>> rows, ReadOnlySpan<byte> line, int width, Func<string, bool> wanted)
    {
        var end = EndOfWord(line, width);
        if (end < 0) return ("G2", $"has fewer than the {width} numbers of the first line; give as many in each");
        var word = Encoding.UTF8.GetString(line[..end]);
        if (rows.ContainsKey(word) || !wanted(word)) return null;
        var row = new float[width];
        if (Numbers(line[(end + 1)..], row) is { } wrong)
            return ("G3", $"has {Quote.Of(wrong)} for a number; give finite ones");
        rows.Add(word, row);
        return null;
    }

    /// <summary>Where the last so many fields begin, less the space before them; below 0 where there are fewer.</summary>
    private static int EndOfWord(ReadOnlySpan<byte> line, int width)
    {
        var end = line.Length;
        for (var i = 0; i < width && end >= 0; i++) end = line[..end].LastIndexOf((byte)' ');
        return end;
    }

    /// <summary>Fills the row; what is not a number, where something is not.</summary>
    private static string? Numbers(ReadOnlySpan<byte> fields, float[] row)
    {
        var i = 0;
        foreach (var range in fields.Split((byte)' '))
        {
            var field = fields[range];
            if (!Utf8Parser.TryParse(field, out float value, out var used) || used != field.Length || !float.IsFinite(value))
                return Encoding.UTF8.GetString(field);
            row[i++] = value;
        }
        return null;
    }
}
