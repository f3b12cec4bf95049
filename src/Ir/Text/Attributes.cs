using System.Globalization;
using LanguageExt;

namespace MiniTorch.Ir.Text;

/// <summary>The tokens of one attribute's value.</summary>
internal sealed record Value(Token At, List<Token> Items, bool IsList);

/// <summary>A mistake in the text, thrown inside the parser alone and turned into an error value at its door.</summary>
internal sealed class SyntaxError(Token at, string expected, string found) : Exception
{
    internal IrError Error { get; } =
        new("text.T1", $"expected {expected}, found {found}", $"line {at.LineNumber}, column {at.Column}");
}

/// <summary>The attributes of a node while it is read: each must be taken, none may be left.</summary>
internal sealed class Attributes(Token node, Dictionary<string, Value> values, TensorType type)
{
    internal TensorType Type => type;

    internal Token At => node;

    internal int Int(string key, int otherwise) => values.ContainsKey(key) ? Int(key) : otherwise;

    internal int Int(string key) => Take(key) is { IsList: false, Items: [var item] } ? ToInt(item) : throw Wrong(key, "a whole number");

    internal Dims Ints(string key) => Dims.Of(List(key).Select(ToInt));

    internal Dims Ints(string key, Func<Dims> otherwise) => values.ContainsKey(key) ? Ints(key) : otherwise();

    internal ElementType Element(string key) => Take(key) is { IsList: false, Items: [var item] }
        ? ElementType.All.FirstOrDefault(e => e.Name == item.Text) ?? throw new SyntaxError(item, "an element type", $"{item}")
        : throw Wrong(key, "an element type");

    internal Ties Ties(string key) => !values.ContainsKey(key) ? Ir.Ties.First
        : Take(key) is not { IsList: false, Items: [var item] } ? throw Wrong(key, "first, split or all")
        : item.Text switch
        {
            "first" => Ir.Ties.First,
            "split" => Ir.Ties.Split,
            "all" => Ir.Ties.All,
            var _ => throw new SyntaxError(item, "first, split or all", $"{item}"),
        };

    internal Arr<Window> Windows(string key)
    {
        var items = new Stack<Token>();
        foreach (var t in List(key))
            items.Push(items.TryPeek(out var last) && (t.Text == ":" || last.Text.EndsWith(':'))
                ? items.Pop() with { Text = last.Text + t.Text } : t);
        return new(items.Reverse().Select(WindowText.Read));
    }

    internal (Dims Left, Dims Right) Pairs(string key, bool required)
    {
        if (!required && !values.ContainsKey(key)) return ([], []);
        var items = List(key);
        if (items.Count % 3 != 0 || items.Where((t, i) => i % 3 == 1).Any(t => t.Text != ":")) throw Wrong(key, "pairs as 1:0");
        return (Dims.Of(items.Where((_, i) => i % 3 == 0).Select(ToInt)), Dims.Of(items.Where((_, i) => i % 3 == 2).Select(ToInt)));
    }

    internal Tensor Tensor(string key)
    {
        var items = List(key);
        if (items.Count != type.Count) throw Wrong(key, $"{type.Count} numbers for {type}");
        var data = new byte[type.Bytes];
        for (var i = 0; i < items.Count; i++)
            if (!Literals.TryRead(type.Element, items[i].Text, data, i))
                throw new SyntaxError(items[i], $"a number of {type.Element}", $"{items[i]}");
        return Ir.Tensor.Adopt(type, data);
    }

    internal void Done()
    {
        foreach (var (key, value) in values)
            throw new SyntaxError(value.At, $"no attribute '{key}' here", $"'{key}'");
    }

    private List<Token> List(string key) => Take(key) is { IsList: true } list ? list.Items : throw Wrong(key, "a list in brackets");

    private Value Take(string key) => values.Remove(key, out var value) ? last = value
        : throw new SyntaxError(node, $"the attribute '{key}' of {node.Text}", "none");

    private Value? last;

    private SyntaxError Wrong(string key, string what) =>
        new(last?.At ?? node, $"attribute '{key}' with {what}", "something else");

    private static int ToInt(Token t) => int.TryParse(t.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var i)
        ? i : throw new SyntaxError(t, "a whole number", $"{t}");
}
