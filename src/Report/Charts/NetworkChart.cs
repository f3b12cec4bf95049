using System.Xml.Linq;
using LanguageExt;
using static MiniTorch.Report.Html;

namespace MiniTorch.Report;

/// <summary>Nodes that are joined, what each is and what it was taken for.</summary>
/// <param name="Classes">Their names.</param>
/// <param name="Nodes">In order.</param>
/// <param name="Joined">Pairs of nodes by number.</param>
public sealed record Network(Seq<string> Classes, Seq<NetworkNode> Nodes, Seq<(int One, int Other)> Joined);

/// <summary>A node of a <see cref="Network"/>.</summary>
/// <param name="Name">Short.</param>
/// <param name="Truth">Its class.</param>
/// <param name="Taken">The class that it was taken for.</param>
/// <param name="IsTold">Whether its class was told.</param>
public sealed record NetworkNode(string Name, int Truth, int Taken, bool IsTold);

/// <summary>
/// A graph of nodes as circles, squares, triangles … for the classes that they were taken for, joined ones near each other;
/// a thick line is around those whose class was told, a broken one around those taken for another class than theirs.
/// </summary>
/// <param name="Title">What it shows.</param>
/// <param name="Network">The graph.</param>
public sealed record NetworkChart(string Title, Network Network)
{
    private const double Width = 440, Height = 400, Edge = 16, Size = 10;

    private static readonly string[] Shapes =
    [
        "m-10 0a10 10 0 1 0 20 0a10 10 0 1 0-20 0", "m-9-9h18v18h-18z", "m0-13l12.5 21h-25z", "m0-13l13 13l-13 13l-13-13z",
    ];

    /// <summary>The picture.</summary>
    public Picture Draw()
    {
        var places = ForceLayout.Of(Network.Nodes.Count, Network.Joined.AsEnumerable().ToArray())
            .Select(p => (X: Edge + p.X * (Width - 2 * Edge), Y: Edge + p.Y * (Height - 2 * Edge))).ToArray();
        var wrong = Network.Nodes.Count(n => n.Truth != n.Taken);
        var about = $"{Network.Nodes.Count} nodes, {Network.Joined.Count} edges; "
            + $"{wrong} taken for another class than theirs.";
        return new(Title, about, El("div", Svg("svg", At("class", "chart"), At("viewBox", $"0 0 {Width} {Height}"),
            At("role", "img"), At("aria-label", $"{Title}. {about}"), Svg("title", Title), Svg("desc", about),
            Network.Joined.AsEnumerable().Select(e => Line(places[e.One], places[e.Other])),
            Network.Nodes.AsEnumerable().SelectMany((n, i) => Node(n, places[i].X, places[i].Y))), Legend()));
    }

    private static XElement Line((double X, double Y) one, (double X, double Y) other) => Svg("path", At("class", "edge"),
        At("d", $"M{Number(one.X)} {Number(one.Y)}L{Number(other.X)} {Number(other.Y)}"));

    private static IEnumerable<XElement> Node(NetworkNode node, double x, double y) =>
    [
        Shape(node.Taken, x, y, node.IsTold ? " told" : node.Truth != node.Taken ? " missed" : ""),
        Svg("text", At("class", "strong"), At("x", x), At("y", y + 4), At("text-anchor", "middle"), node.Name),
    ];

    private static XElement Shape(int kind, double x, double y, string more = "") => Svg("path",
        At("class", $"node s{kind % Palette.Count}{more}"),
        At("d", $"M{Number(x)} {Number(y)}{Shapes[kind % Shapes.Length]}"));

    private XElement Legend() => El("ul", At("class", "legend"),
        Network.Classes.AsEnumerable().Select((name, i) => Entry(name, i, ""))
            .Append(Entry("class told", 0, " told")).Append(Entry("taken for another class than its own", 0, " missed")));

    private static XElement Entry(string name, int kind, string more) => El("li",
        Svg("svg", At("viewBox", "-30 -15 60 30"), At("aria-hidden", "true"), Shape(kind, 0, 0, more)), El("span", name));
}
