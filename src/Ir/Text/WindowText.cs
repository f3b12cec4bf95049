using System.Globalization;
using System.Text.RegularExpressions;

namespace MiniTorch.Ir.Text;

/// <summary>Reads a window: <c>_</c>, or stride, padding, base and dilation, each once, in that order: <c>s2p0:-1b2d3</c>.</summary>
internal static partial class WindowText
{
    internal static Window Read(Token token)
    {
        var match = Form().Match(token.Text);
        if (!match.Success || token.Text.Length == 0) throw new SyntaxError(token, "a window as s2p1:1b1d1 or _", $"{token}");
        int Part(string name, int otherwise) => !match.Groups[name].Success ? otherwise
            : int.TryParse(match.Groups[name].ValueSpan, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var v) ? v
            : throw new SyntaxError(token, "a smaller number in the window", $"{token}");
        return new(Part("s", 1), Part("lo", 0), Part("hi", 0), Part("b", 1), Part("d", 1));
    }

    [GeneratedRegex(@"^(?:_|(?:s(?<s>\d+))?(?:p(?<lo>-?\d+)[:](?<hi>-?\d+))?(?:b(?<b>\d+))?(?:d(?<d>\d+))?)$",
        RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
