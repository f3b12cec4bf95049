namespace MiniTorch.Examples.Course;

/// <summary>What a clip shows: a digit, which way and how many cells a frame it goes, and where it starts.</summary>
/// <param name="Digit">Number of the image.</param>
/// <param name="Direction">Class 0 to 7, see <see cref="Directions"/>.</param>
/// <param name="Speed">Cells a frame, along rows and along columns alike.</param>
/// <param name="Row">Of the digit's corner in frame 0.</param>
/// <param name="Column">Of the digit's corner in frame 0.</param>
public readonly record struct Clip(int Digit, int Direction, int Speed, int Row, int Column)
{
    /// <summary>Where the digit's corner lies in frame t, on a canvas without an edge.</summary>
    public (int Row, int Column) At(int t)
    {
        var (down, right) = Directions.Step(Direction);
        return (Around(Row + t * Speed * down), Around(Column + t * Speed * right));
    }

    /// <summary>The same frames from the last to the first: a clip of the opposite direction.</summary>
    public Clip Backward
    {
        get
        {
            var (row, column) = At(Clips.Frames - 1);
            return this with { Direction = Directions.Opposite(Direction), Row = row, Column = column };
        }
    }

    /// <summary>A row or column of the canvas: what leaves on one side enters on the other.</summary>
    internal static int Around(int at) => (at % Clips.Side + Clips.Side) % Clips.Side;
}
