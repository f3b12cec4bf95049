using System.Xml.Linq;
using LanguageExt;
using MiniTorch.Ir;
using static MiniTorch.Report.Html;

namespace MiniTorch.Report;

/// <summary>
/// What a classifier of points makes of the plane: each place shaded by its score, the line where it is undecided, and the
/// points, whose classes differ by shape and colour.
/// </summary>
/// <param name="Title">What it shows.</param>
/// <param name="Regions">Scores and points.</param>
public sealed record RegionChart(string Title, Regions Regions)
{
    /// <summary>The picture.</summary>
    public Picture Draw()
    {
        var frame = new Frame(new(new("x₁"), Regions.X0, Regions.X1), new(new("x₂"), Regions.Y0, Regions.Y1), 400);
        var about = $"{Regions.Points.Count} points; the line is where the probability of class 1 is one half.";
        return new(Title, about,
            El("div", frame.Draw(Title, about, Cells(frame), Boundary(frame), Points(frame)), Legend()));
    }

    private int Rows => Regions.Scores.Type[0];

    private int Columns => Regions.Scores.Type[1];

    private XElement Cells(Frame frame)
    {
        var (left, top) = (frame.AtX(Regions.X0), frame.AtY(Regions.Y1));
        var image = Images.Signed(Regions.Scores.ToDoubles().Select(s => s - 0.5).ToArray(), Rows, Columns, 0.9);
        return Svg("image", At("x", left), At("y", top), At("width", frame.AtX(Regions.X1) - left),
            At("height", frame.AtY(Regions.Y0) - top), At("preserveAspectRatio", "none"), At("href", image.Uri));
    }

    private XElement Boundary(Frame frame)
    {
        var pieces = Contour.Of(Regions.Scores.ToDoubles(), Rows, Columns, 0.5);
        return Svg("path", At("class", "contour"), At("d", Contour.Path(pieces,
            c => frame.AtX(Regions.X0 + (c + 0.5) / Columns * (Regions.X1 - Regions.X0)),
            r => frame.AtY(Regions.Y1 - (r + 0.5) / Rows * (Regions.Y1 - Regions.Y0)))));
    }

    // dark on the shades of both pages, which are the same
    private IEnumerable<XElement> Points(Frame frame) => Regions.Points.AsEnumerable().Select(p =>
        Markers.Point(p.Class, frame.AtX(p.X), frame.AtY(p.Y), Kinds[p.Class]));

    private static readonly string[] Kinds = ["point zero", "point one"];

    private static XElement Legend() => Markers.Legend(["class 0", "class 1"], Kinds);
}
