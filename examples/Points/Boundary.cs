using LanguageExt;
using MiniTorch.Frontend;
using MiniTorch.Ir;
using MiniTorch.Report;

namespace MiniTorch.Examples.Course;

/// <summary>Where a model draws the line: its probability of label 1 over the unit square.</summary>
public static class Boundary
{
    /// <summary>The middles of rows × columns cells that cover the square, from the top left.</summary>
    public static IExamples Grid(int rows, int columns) => PointModels.Examples([.. Enumerable.Range(0, rows * columns)
        .Select(i => new Labelled((i % columns + 0.5) / columns, 1 - (i / columns + 0.5) / rows, 0))]);

    /// <summary>The square for a report: the probabilities of a grid, and points over them.</summary>
    public static Regions Regions(Tensor probabilities, int rows, int columns, IEnumerable<Labelled> points) =>
        new(Tensor.Adopt(ElementType.F32[rows, columns], probabilities.Bytes.ToArray()), 0, 1, 0, 1,
            points.Select(p => (p.X1, p.X2, p.Label)).ToSeq().Strict());

    /// <summary>The square in letters: dots where the model says 1, points as x (label 1) and o (label 0).</summary>
    /// <param name="probabilities">Of <see cref="Grid"/> with these rows and columns.</param>
    /// <param name="rows">Lines.</param>
    /// <param name="columns">Letters in a line; twice the rows look square.</param>
    /// <param name="points">Later ones cover earlier ones.</param>
    public static string Draw(Tensor probabilities, int rows, int columns, IEnumerable<Labelled> points)
    {
        var letters = Enumerable.Range(0, rows * columns).Select(i => probabilities.At(i) > 0.5 ? '·' : ' ').ToArray();
        foreach (var p in points) letters[Cell(1 - p.X2, rows) * columns + Cell(p.X1, columns)] = p.Label == 1 ? 'x' : 'o';
        var edge = new string('─', columns);
        var lines = letters.Chunk(columns).Select(line => $"│{new string(line)}│");
        return string.Join('\n', [$"┌{edge}┐", .. lines, $"└{edge}┘"]);
    }

    private static int Cell(double at, int cells) => Math.Clamp((int)(at * cells), 0, cells - 1);
}
