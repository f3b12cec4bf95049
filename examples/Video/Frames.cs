using MiniTorch.Ir;

namespace MiniTorch.Examples.Course;

/// <summary>Frames in letters: two rows of cells in a line, inked where there is more than a third of the ink.</summary>
public static class Frames
{
    private const float Inked = 1 / 3f;

    /// <summary>Frames of a clip [1, 1, frames, rows, columns] side by side, each in a box.</summary>
    public static string Draw(Tensor clip, params ReadOnlySpan<int> times)
    {
        var boxes = times.ToArray().Select(t => Box(clip, t)).ToArray();
        return string.Join('\n', Enumerable.Range(0, boxes[0].Length).Select(line => string.Join(' ', boxes.Select(b => b[line]))));
    }

    private static string[] Box(Tensor clip, int t)
    {
        const int side = Clips.Side;
        bool Ink(int r, int c) => clip.At((t * side + r) * side + c) > Inked;
        string Line(int r) => string.Concat(Enumerable.Range(0, side).Select(c => Letter(Ink(2 * r, c), Ink(2 * r + 1, c))));
        return [$"┌{$" t = {t} ".PadRight(side, '─')}┐", .. Enumerable.Range(0, side / 2).Select(r => $"│{Line(r)}│"),
            $"└{new string('─', side)}┘"];
    }

    private static char Letter(bool above, bool below) => (above, below) switch
    {
        (true, true) => '█',
        (true, false) => '▀',
        (false, true) => '▄',
        (false, false) => ' ',
    };
}
