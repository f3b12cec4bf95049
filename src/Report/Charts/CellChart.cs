using MiniTorch.Ir;

namespace MiniTorch.Report;

/// <summary>A matrix as a picture, a square for each number: grey from 0, or blue below 0 and orange above.</summary>
/// <param name="Title">What is shown.</param>
/// <param name="Cells">[rows, columns], or any numbers a map is made of.</param>
public sealed record CellChart(string Title, Tensor Cells)
{
    /// <summary>About so many dots wide on the page.</summary>
    private const int Wide = 224;

    /// <summary>The picture.</summary>
    public Picture Draw()
    {
        var values = Cells.ToDoubles();
        var words = $"{Title}, {string.Join(" × ", Cells.Type.Shape)} numbers{Walls.Range(values)}";
        return new(Title, words, Walls.Image(Planes.Of(values, Cells.Type.Shape, Tone.Of(values)), words, Wide));
    }
}
