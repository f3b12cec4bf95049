using MiniTorch.Ir;
using MiniTorch.Report;

namespace MiniTorch.Examples.Course;

/// <summary>Frames as pictures; in letters two rows of cells a line, inked above a third of the ink.</summary>
public static class Frames
{
    private const float Inked = 1 / 3f;

    /// <summary>Frame t of a clip [1, 1, frames, rows, columns], in letters and as a chart.</summary>
    public static (string Text, Picture Chart) Draw(Tensor clip, int t)
    {
        const int side = Clips.Side;
        var frame = Tensor.Of<float>(ElementType.F32[side, side], clip.As<float>().Slice(t * side * side, side * side));
        bool Ink(int r, int c) => frame.At(r * side + c) > Inked;
        string Line(int r) => string.Concat(Enumerable.Range(0, side).Select(c => Letter(Ink(2 * r, c), Ink(2 * r + 1, c))));
        string[] lines =
        [
            $"┌{$" t = {t} ".PadRight(side, '─')}┐",
            .. Enumerable.Range(0, side / 2).Select(r => $"│{Line(r)}│"),
            $"└{new string('─', side)}┘",
        ];
        return (string.Join('\n', lines), new CellChart($"t = {t}", frame).Draw());
    }

    private static char Letter(bool above, bool below) => (above, below) switch
    {
        (true, true) => '█',
        (true, false) => '▀',
        (false, true) => '▄',
        (false, false) => ' ',
    };
}
