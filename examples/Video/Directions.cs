namespace MiniTorch.Examples.Course;

/// <summary>The eight ways a digit may go: class d is the angle 45°·d, counted from rightward against the clock.</summary>
public static class Directions
{
    /// <summary>Their names, in the order of the classes.</summary>
    public static readonly IReadOnlyList<string> Names =
        ["right", "up-right", "up", "up-left", "left", "down-left", "down", "down-right"];

    /// <summary>The same as arrows.</summary>
    public static readonly IReadOnlyList<string> Arrows = ["→", "↗", "↑", "↖", "←", "↙", "↓", "↘"];

    /// <summary>How many.</summary>
    public static int Count => Names.Count;

    /// <summary>Rows and columns of a step of length 1; rows count downward.</summary>
    public static (int Rows, int Columns) Step(int direction) => direction switch
    {
        0 => (0, 1),
        1 => (-1, 1),
        2 => (-1, 0),
        3 => (-1, -1),
        4 => (0, -1),
        5 => (1, -1),
        6 => (1, 0),
        _ => (1, 1),
    };

    /// <summary>The direction of the clip played backward.</summary>
    public static int Opposite(int direction) => (direction + 4) % 8;
}
