using System.Globalization;
using System.Xml;
using System.Xml.Linq;

namespace MiniTorch.Report;

/// <summary>Elements of a page; text becomes text whatever is in it, for <see cref="XElement"/> escapes it.</summary>
internal static class Html
{
    private static readonly XNamespace SvgNamespace = "http://www.w3.org/2000/svg";

    // of all elements used here, those that HTML writes without an end
    private static readonly System.Collections.Generic.HashSet<string> Void = ["br", "col", "img", "link", "meta"];

    /// <summary>An element; attributes, strings, elements and sequences of them go in, null is left out.</summary>
    internal static XElement El(string name, params object?[] content)
    {
        var element = new XElement(name, content.Select(Clean));
        // <td/> is the beginning of a cell to HTML: an empty element gets an end
        if (element.IsEmpty && !Void.Contains(name)) element.Value = "";
        return element;
    }

    /// <summary>An element of a picture.</summary>
    internal static XElement Svg(string name, params object?[] content) =>
        new(SvgNamespace + name, content.Select(Clean));

    /// <summary>An attribute; numbers have at most two digits after their point.</summary>
    internal static XAttribute At(string name, object value) =>
        new(name, value is string text ? Readable(text) : value is double number ? Number(number) : $"{value}");

    /// <summary>A coordinate.</summary>
    internal static string Number(double value) =>
        (Math.Round(value, 2) + 0.0).ToString("0.##", CultureInfo.InvariantCulture);

    /// <summary>The text of an element.</summary>
    internal static string Text(XElement element) => element.ToString(SaveOptions.DisableFormatting);

    /// <summary>An id of these words: letters, digits and hyphens.</summary>
    internal static string Id(string words)
    {
        var letters = words.ToLowerInvariant().Select(c => char.IsAsciiLetterOrDigit(c) ? c : ' ').ToArray();
        return string.Join('-', new string(letters).Split(' ', StringSplitOptions.RemoveEmptyEntries).Prepend("p"));
    }

    private static object? Clean(object? content) => content switch
    {
        string text => Readable(text),
        IEnumerable<object?> many => many.Select(Clean),
        _ => content,
    };

    // characters that no page may hold (a name of a model can have them) become the sign for such
    private static string Readable(string text) => text.All(XmlConvert.IsXmlChar) ? text
        : string.Concat(text.EnumerateRunes().Select(r =>
            r.Value > 0xFFFF || XmlConvert.IsXmlChar((char)r.Value) ? r.ToString() : "\uFFFD"));
}
