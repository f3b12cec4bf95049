using System.Text;
using static MiniTorch.Report.Html;

namespace MiniTorch.Report;

/// <summary>
/// Where a grid of numbers crosses a level: in each square between four neighbours a straight piece from edge to edge, its
/// ends where the level lies between the corners. Marching squares; a saddle is parted by the mean of its corners.
/// </summary>
/// <remarks>Source: Lorensen and Cline, "Marching Cubes", SIGGRAPH 1987, in two dimensions.</remarks>
internal static class Contour
{
    // edges of a square: 0 top, 1 right, 2 bottom, 3 left; corners are bits: 1 top left, 2 top right, 4 bottom right, 8
    // bottom left
    private static readonly int[][] Edges =
    [
        [], [3, 0], [0, 1], [3, 1], [1, 2], [3, 0, 1, 2], [0, 2], [3, 2],
        [2, 3], [2, 0], [0, 1, 2, 3], [2, 1], [1, 3], [1, 0], [0, 3], [],
    ];

    /// <summary>The pieces, each from one (row, column) to another, between the centres of cells.</summary>
    internal static IEnumerable<((double Row, double Column) From, (double Row, double Column) To)> Of(
        double[] values, int rows, int columns, double level)
    {
        for (var r = 0; r + 1 < rows; r++)
            for (var c = 0; c + 1 < columns; c++)
            {
                var at = r * columns + c;
                double[] corners = [values[at], values[at + 1], values[at + columns + 1], values[at + columns]];
                var edges = Edges[Case(corners, level)];
                for (var i = 0; i < edges.Length; i += 2)
                    yield return (Crossing(corners, edges[i], level, r, c), Crossing(corners, edges[i + 1], level, r, c));
            }
    }

    private static int Case(double[] corners, double level)
    {
        var above = Enumerable.Range(0, 4).Where(i => corners[i] >= level).Sum(i => 1 << i);
        return above is 5 or 10 && corners.Average() >= level ? 15 - above : above;
    }

    private static (double, double) Crossing(double[] corners, int edge, double level, int row, int column)
    {
        var (from, to) = (corners[edge], corners[(edge + 1) % 4]);
        var share = from == to ? 0.5 : Math.Clamp((level - from) / (to - from), 0, 1);
        return edge switch
        {
            0 => (row, column + share),
            1 => (row + share, column + 1),
            2 => (row + 1, column + 1 - share),
            _ => (row + 1 - share, column),
        };
    }

    /// <summary>The pieces as a path.</summary>
    internal static string Path(IEnumerable<((double Row, double Column) From, (double Row, double Column) To)> pieces,
        Func<double, double> x, Func<double, double> y) =>
        pieces.Aggregate(new StringBuilder(), (path, p) => path
            .Append('M').Append(Number(x(p.From.Column))).Append(' ').Append(Number(y(p.From.Row)))
            .Append('L').Append(Number(x(p.To.Column))).Append(' ').Append(Number(y(p.To.Row)))).ToString();
}
