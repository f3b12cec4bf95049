using System.Xml.Linq;
using LanguageExt;
using static MiniTorch.Report.Html;

namespace MiniTorch.Report;

/// <summary>Points in the plane, of up to four kinds that differ by shape and colour.</summary>
/// <param name="Title">What it shows.</param>
/// <param name="About">What there is to see, for those who do not see it.</param>
/// <param name="X">The axis from left to right.</param>
/// <param name="Y">The axis upward.</param>
/// <param name="Kinds">A name for the legend, and points.</param>
/// <param name="Diagonal">Draws the line y = x.</param>
public sealed record ScatterChart(
    string Title, string About, Axis X, Axis Y, Seq<(string Name, Seq<(double X, double Y)> Points)> Kinds,
    bool Diagonal = false)
{
    // more points than this hide each other unless they are thin
    private const int Many = 200;

    /// <summary>The picture.</summary>
    public Picture Draw()
    {
        var all = Kinds.AsEnumerable().SelectMany(Held).ToList();
        var both = Diagonal ? all.SelectMany(p => new[] { p.X, p.Y }).ToList() : [];
        var (x, y) = (all.Select(p => p.X).Concat(both), all.Select(p => p.Y).Concat(both));
        var frame = new Frame(Scale.Of(X, x), Scale.Of(Y, y), 300);
        var points = Kinds.AsEnumerable().SelectMany((k, i) =>
            Held(k).Select(p => Markers.Point(i, frame.AtX(p.X), frame.AtY(p.Y), all.Count > Many ? $"many s{i}" : null)));
        return new(Title, About, El("div", frame.Draw(Title, About, Diagonal ? Line(frame) : null, points),
            Kinds.Count < 2 ? null : Markers.Legend(Kinds.AsEnumerable().Select(k => k.Name))));
    }

    private IEnumerable<(double X, double Y)> Held((string Name, Seq<(double X, double Y)> Points) kind) =>
        kind.Points.AsEnumerable().Where(p => X.Holds(p.X) && Y.Holds(p.Y));

    private static XElement Line(Frame frame)
    {
        var (lo, hi) = (Math.Max(frame.X.Lo, frame.Y.Lo), Math.Min(frame.X.Hi, frame.Y.Hi));
        return Svg("path", At("class", "axis"), At("stroke-dasharray", "4 3"),
            At("d", $"M{Number(frame.AtX(lo))} {Number(frame.AtY(lo))}L{Number(frame.AtX(hi))} {Number(frame.AtY(hi))}"));
    }
}
