using System.Text;
using System.Xml.Linq;
using LanguageExt;
using static MiniTorch.Report.Html;

namespace MiniTorch.Report;

/// <summary>Curves over one axis, with a legend that has the last value of each.</summary>
/// <param name="Title">What it shows.</param>
/// <param name="About">What there is to see, for those who do not see it.</param>
/// <param name="X">The axis from left to right.</param>
/// <param name="Y">The axis upward.</param>
/// <param name="Curves">In the order of the legend; more than seven begin again with the colours and other dashes.</param>
public sealed record LineChart(string Title, string About, Axis X, Axis Y, Seq<Curve> Curves)
{
    // a page has a few hundred dots across: of more points than that, those that stand out are kept
    private const int Most = 400, Few = 40;

    private static readonly string[] Dashes = ["", "7 3", "2 3", "9 3 2 3", "12 4", "1 4"];

    /// <summary>The picture.</summary>
    public Picture Draw()
    {
        var held = Curves.AsEnumerable().Select(c => c.Points.AsEnumerable().Where(Holds).ToList()).ToList();
        var all = held.SelectMany(p => p).ToList();
        var frame = new Frame(Scale.Of(X, all.Select(p => p.X), tight: true), Scale.Of(Y, all.Select(p => p.Y)));
        var drawn = Curves.AsEnumerable().Select((c, i) => Draw(frame, c, i)).ToList();
        // what is behind the others is drawn first
        return new(Title, About, El("div", frame.Draw(Title, About, drawn.Where((_, i) => Curves[i].Faint),
            drawn.Where((_, i) => !Curves[i].Faint), all.Count == 0 ? Nothing() : null), Legend(held)));
    }

    private bool Holds((double X, double Y) point) => X.Holds(point.X) && Y.Holds(point.Y);

    private static XElement Nothing() => Svg("text", At("x", Frame.Width / 2), At("y", Frame.Usual / 2),
        At("text-anchor", "middle"), "no values");

    private object[] Draw(Frame frame, Curve curve, int i)
    {
        var points = curve.Points.AsEnumerable().ToList();
        var path = Path(frame, Thin(points));
        return
        [
            path.Length == 0 ? "" : Line(path, i, curve.Faint),
            points.Count <= Few ? points.Where(Holds).Select(p => Marker(i, frame.AtX(p.X), frame.AtY(p.Y))).ToList() : [],
        ];
    }

    private static XElement Line(string path, int i, bool faint) => Svg("path",
        At("class", $"curve s{i % Palette.Count}{(faint ? " faint" : "")}"), At("d", path),
        Dash(i) is { Length: > 0 } dash ? At("stroke-dasharray", dash) : null);

    private static string Dash(int i) => Dashes[(i + i / Palette.Count) % Dashes.Length];

    // curves meet and cross: each has a shape of its own where it has few points
    private static XElement Marker(int i, double x, double y) => Svg("path",
        At("class", $"f{i % Palette.Count}"), At("d", $"M{Number(x)} {Number(y)}{Shapes[i % Shapes.Length]}"));

    private static readonly string[] Shapes =
        ["m-3 0a3 3 0 1 0 6 0a3 3 0 1 0-6 0", "m-2.8-2.8h5.6v5.6h-5.6z", "m0-3.8l3.6 6.4h-7.2z", "m0-4l4 4l-4 4l-4-4z"];

    private string Path(Frame frame, IEnumerable<(double X, double Y)> points)
    {
        var (path, gap) = (new StringBuilder(), true);
        foreach (var p in points)
        {
            if (Holds(p))
                path.Append(gap ? 'M' : 'L').Append(Tenth(frame.AtX(p.X))).Append(' ').Append(Tenth(frame.AtY(p.Y)));
            gap = !Holds(p);
        }
        return path.ToString();
    }

    private static string Tenth(double value) => Number(Math.Round(value, 1));

    /// <summary>Of each bundle of neighbours the least and the greatest: peaks stay.</summary>
    private static IEnumerable<(double X, double Y)> Thin(List<(double X, double Y)> points)
    {
        if (points.Count <= 2 * Most) return points;
        var size = (points.Count + Most - 1) / Most;
        return points.Chunk(size).SelectMany(c => new[] { c.MinBy(p => p.Y), c.MaxBy(p => p.Y) }.OrderBy(p => p.X));
    }

    private XElement Legend(List<List<(double X, double Y)>> held) => El("ul", At("class", "legend"),
        Curves.AsEnumerable().Select((c, i) => El("li", Sample(i, c.Faint), El("span", c.Name, held[i].Count == 0 ? null
            : new object[] { " ", El("b", Y.Write(Rounded(held[i][^1].Y))) }))));

    private double Rounded(double value) => Y.Percent ? Math.Round(value, 4) : value;

    private static XElement Sample(int i, bool faint) => Svg("svg", At("viewBox", "0 0 30 12"), At("aria-hidden", "true"),
        Line("M1 6H29", i, faint), Marker(i, 15, 6));
}
