using System.Text.RegularExpressions;
using LanguageExt;
using MiniTorch.Ir;
using static MiniTorch.Interop.Npy.NpyFile;

namespace MiniTorch.Interop.Npy;

/// <summary>A header's text is either a Python dictionary that describes an array of ours, or one broken rule.</summary>
internal sealed partial class HeaderText(string file)
{
    private const string Fields = "descr, fortran_order and shape";

    /// <summary>What the text says.</summary>
    public Either<IrError, NpyHeader> Read(string text) =>
        from members in Members(text.Trim(' ', '\n', '\r', '\t', '\0'))
        from descr in DescrOf(members["descr"])
        from shape in ShapeOf(members["shape"])
        from type in Size.Of(descr.Element, shape).ToEither(TooLarge(members["shape"]))
        select new NpyHeader(type, members["fortran_order"].Groups["truth"].Value == "True", descr.Big);

    /// <summary>The three members, each with a value of its kind.</summary>
    private Either<IrError, Dictionary<string, Match>> Members(string text)
    {
        var members = new Dictionary<string, Match>();
        if (text is not ['{', .., '}']) return NoArray("is not a dictionary in braces");
        var at = 1;
        for (var m = Member().Match(text, at); m.Success; m = Member().Match(text, at = m.Index + m.Length))
            if (!members.TryAdd(m.Groups["key"].Value, m)) return NoArray($"has {Quote.Of(m.Groups["key"].Value)} twice");
        if (text[at..].Trim() != "}") return NoArray($"cannot be understood at {Quote.Of(text[at..])}");
        return Kinds(members).All(k => k) && members.Count == 3 ? members
            : NoArray("names other things or other kinds of things");
    }

    private static IEnumerable<bool> Kinds(Dictionary<string, Match> members) =>
        from field in new[] { ("descr", "descr"), ("fortran_order", "truth"), ("shape", "shape") }
        select members.TryGetValue(field.Item1, out var m) && m.Groups[field.Item2].Success;

    private Either<IrError, (ElementType Element, bool Big)> DescrOf(Match member) =>
        Descr.Parse(member.Groups["descr"].Value) is { } known
            ? known
            : Fail("N6", $"{file} has elements of type {Quote.Of(member.Groups["descr"].Value)}, only {Descr.All} " +
                "are read, in either byte order; NumPy's astype converts to one of them");

    private Either<IrError, Dims> ShapeOf(Match member)
    {
        var lengths = member.Groups["length"].Captures;
        if (lengths.Count > AxisLimit)
            return Fail("N7", $"{file} has {lengths.Count} axes, NumPy's arrays have at most {AxisLimit}");
        return Each.Of(lengths, n => Length(n.Value.TrimEnd('L'))).Map(Dims.Of);
    }

    private Either<IrError, int> Length(string text) =>
        int.TryParse(text, out var n) && n >= 0
            ? n
            : Fail("N7", $"{file} has an axis of length {Quote.Of(text)}, a length is a whole number " +
                $"from 0 to {int.MaxValue}");

    private IrError TooLarge(Match shape) =>
        Fail("N7", $"{file} has the shape {Quote.Of(shape.Groups["shape"].Value)}, which takes more than the " +
            $"{Size.Limit:N0} bytes that a tensor may have");

    private IrError NoArray(string why) =>
        Fail("N5", $"{file} has a header that {why}, it must be a Python dictionary of {Fields}");

    /// <summary>
    /// A key, a colon, a value, a comma: a text or a list for descr, a truth value, a tuple of whole numbers.
    /// </summary>
    [GeneratedRegex($@"\G{S}(?:'(?<key>\w*)'|""(?<key>\w*)""){S}:{S}(?:" +
        @"'(?<descr>[^'\\]*)'|""(?<descr>[^""\\]*)""|(?<descr>\[[^\]]*\])|(?<truth>True|False)|" +
        $@"(?<shape>\({S}(?:{N},{S}(?:{N}(?:,{S}{N})*,?{S})?)?\))" +
        $@"){S}(?:,|(?=\}}$))", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Member();

    // atomic, so that no header makes the matching take quadratic time
    private const string S = @"(?>\s*)";
    private const string N = @"(?<length>(?>-?\d+L?))" + S;
}
