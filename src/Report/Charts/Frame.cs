using System.Xml.Linq;
using static MiniTorch.Report.Html;

namespace MiniTorch.Report;

/// <summary>
/// Two axes with their ticks, and where a place of the plane lies on the page. Sizes are those of a phone's screen, so that
/// letters stay readable there; a wider screen shows it larger.
/// </summary>
internal sealed record Frame(Scale X, Scale Y, double Height = Frame.Usual)
{
    internal const double Usual = 250, Width = 440;

    private const double Left = 54, Right = 14, Top = 24, Bottom = 38;

    internal double AtX(double x) => Left + X.At(x) * (Width - Left - Right);

    internal double AtY(double y) => Height - Bottom - Y.At(y) * (Height - Top - Bottom);

    /// <summary>The whole picture: axes beneath, then what is drawn into them.</summary>
    internal XElement Draw(string title, string about, params object?[] drawn)
    {
        // a picture's label is its title and description; what it is made of is not read aloud
        return Svg("svg", At("class", "chart"), At("viewBox", $"0 0 {Number(Width)} {Number(Height)}"), At("role", "img"),
            At("aria-label", about.Length == 0 ? title : $"{title}. {about}"),
            Svg("title", title), about.Length == 0 ? null : Svg("desc", about),
            XMarks(), YMarks(), drawn);
    }

    private IEnumerable<XElement> XMarks()
    {
        var floor = Height - Bottom;
        foreach (var value in X.Marks(6))
        {
            var x = AtX(value);
            yield return Svg("path", At("class", "axis"), At("d", $"M{Number(x)} {Number(floor)}v4"));
            yield return Words(X.Axis.Write(value), x, floor + 16, "middle");
        }
        yield return Svg("path", At("class", "axis"), At("d", $"M{Number(Left)} {Number(floor)}H{Number(Width - Right)}"));
        yield return Words(X.Axis.Name, (Left + Width - Right) / 2, floor + 32, "middle", strong: true);
    }

    private IEnumerable<XElement> YMarks()
    {
        foreach (var value in Y.Marks(5))
        {
            var y = AtY(value);
            yield return Svg("path", At("class", "grid"), At("d", $"M{Number(Left)} {Number(y)}H{Number(Width - Right)}"));
            yield return Words(Y.Axis.Write(value), Left - 6, y + 4, "end");
        }
        yield return Words(Y.Axis.Name, 0, 12, "start", strong: true);
    }

    private static XElement Words(string text, double x, double y, string anchor, bool strong = false) => Svg("text",
        strong ? At("class", "strong") : null, At("x", x), At("y", y), At("text-anchor", anchor), text);
}
