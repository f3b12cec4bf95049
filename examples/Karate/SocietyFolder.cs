using System.Text;
using LanguageExt;
using MiniTorch.Interop.Files;
using MiniTorch.Interop.Npy;
using MiniTorch.Ir;
using static LanguageExt.Prelude;

namespace MiniTorch.Examples.Course;

/// <summary>
/// A folder that describes a graph. <c>labels.txt</c> has a node and its class in each line and says which nodes there are;
/// <c>edges.txt</c> two nodes that are joined; <c>train.txt</c>, which may be missing, a node whose class is told, else it
/// is the first of each class; <c>features.npy</c>, which may be missing, a row for each node in the order of labels.txt.
/// Names are words without spaces; empty lines and lines that begin with # say nothing.
/// </summary>
public static class SocietyFolder
{
    private const long MostBytes = 1L << 30;

    /// <summary>What the folder describes.</summary>
    /// <remarks>Errors: society.S1 to society.S5, and those of the files.</remarks>
    public static Either<IrError, Society> Read(string folder) =>
        from labels in Lines(folder, "labels.txt", 2)
        from names in Nodes(labels)
        from pairs in Lines(folder, "edges.txt", 2).Bind(edges => Each(edges, line => Pair(line, names)))
        let classes = labels.Map(l => l.Words[1]).Distinct().ToSeq().Strict()
        from _ in classes.Count >= 2 ? Right<IrError, Unit>(unit)
            : new IrError("society.S4", $"{folder}/labels.txt has {classes.Count} classes; give nodes of two or more")
        let places = classes.AsEnumerable().Select((c, i) => (c, i)).ToDictionary(p => p.c, p => p.i)
        let of = labels.Map(l => places[l.Words[1]]).ToSeq().Strict()
        from told in File.Exists(Path.Combine(folder, "train.txt"))
            ? Lines(folder, "train.txt", 1).Bind(lines => Each(lines, line => Node(line, 0, names)))
            : Enumerable.Range(0, classes.Count).Select(c => of.AsEnumerable().ToList().IndexOf(c)).ToSeq().Strict()
        from features in Features(Path.Combine(folder, "features.npy"), names.Count)
        select new Society(labels.Map(l => l.Words[0]).ToSeq().Strict(), classes, of, told, pairs, features);

    /// <summary>A line that says something.</summary>
    private sealed record Line(string File, int Number, string[] Words)
    {
        internal IrError Wrong(string rule, string what) => new($"society.{rule}", $"line {Number} of {File} {what}");
    }

    private static Either<IrError, Seq<Line>> Lines(string folder, string file, int words) =>
        from bytes in AtomicFile.ReadAllBytes(Path.Combine(folder, file), MostBytes)
        let text = Encoding.UTF8.GetString(bytes).TrimStart('\uFEFF').Split('\n')
        let path = Path.Combine(folder, file)
        let lines = text.Select((l, i) => new Line(path, i + 1, Words(l))).Where(IsSaid).ToSeq().Strict()
        from _ in lines.Find(l => l.Words.Length != words).Match(
            l => Left<IrError, Unit>(l.Wrong("S1", $"has {l.Words.Length} words; give {words}: {Form(file)}")),
            () => Right<IrError, Unit>(unit))
        select lines;

    private static string[] Words(string line) =>
        line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static bool IsSaid(Line line) => line.Words.Length > 0 && !line.Words[0].StartsWith('#');

    private static string Form(string file) => file switch
    {
        "labels.txt" => "a node and its class",
        "edges.txt" => "two nodes that are joined",
        var _ => "a node",
    };

    private static Either<IrError, Dictionary<string, int>> Nodes(Seq<Line> labels)
    {
        var names = new Dictionary<string, int>();
        foreach (var line in labels)
            if (!names.TryAdd(line.Words[0], names.Count))
                return line.Wrong("S2", $"labels node {line.Words[0]} again; give each node one line");
        return names;
    }

    private static Either<IrError, (int, int)> Pair(Line line, Dictionary<string, int> names) =>
        from one in Node(line, 0, names)
        from other in Node(line, 1, names)
        select (one, other);

    private static Either<IrError, int> Node(Line line, int word, Dictionary<string, int> names) =>
        names.TryGetValue(line.Words[word], out var node) ? node
            : line.Wrong("S3", $"names node {line.Words[word]}, which labels.txt lacks; add it there or leave the line out");

    private static Either<IrError, Seq<T>> Each<T>(Seq<Line> lines, Func<Line, Either<IrError, T>> read) =>
        lines.Fold(Right<IrError, Seq<T>>(LanguageExt.Seq<T>.Empty), (all, line) =>
            from done in all
            from one in read(line)
            select done.Add(one));

    private static Either<IrError, Option<Tensor>> Features(string path, int nodes) =>
        !File.Exists(path) ? Option<Tensor>.None
        : NpyFile.Read(path).Bind(f => f.Type.Rank == 2 && f.Type[0] == nodes && f.Type.Element.IsNumber
            ? Right<IrError, Option<Tensor>>(Tensor.FromDoubles(ElementType.F32[f.Type[0], f.Type[1]], f.ToDoubles()))
            : new IrError("society.S5", $"{path} is {f.Type}; give a row of numbers for each of the {nodes} nodes"));
}
