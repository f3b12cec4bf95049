using System.Globalization;
using System.Text;
using MiniTorch.Ir;

namespace MiniTorch.Examples.Course;

/// <summary>A value as the lecture prints it: two decimals, a line a row, brackets for axes.</summary>
public static class TensorText
{
    /// <summary>The text; numbers of one width, so that columns stand under each other.</summary>
    public static string Print(Tensor value)
    {
        var numbers = Enumerable.Range(0, (int)value.Type.Count).Select(i => Number(value, i)).ToArray();
        var width = value.Type.Rank > 1 ? numbers.Select(n => n.Length).DefaultIfEmpty(0).Max() : 0;
        return value.Type.Rank == 0 ? numbers[0] : Axis(value.Type.Shape, [.. numbers.Select(n => n.PadLeft(width))]);
    }

    private static string Number(Tensor value, int i) => value.Type.Element.IsFloat
        ? Rounded(value.At(i)).ToString("0.00", CultureInfo.InvariantCulture)
        : value.LongAt(i).ToString(CultureInfo.InvariantCulture);

    /// <summary>What is printed as zero has no sign.</summary>
    private static double Rounded(double x) => Math.Abs(x) < 0.005 ? 0 : x;

    private static string Axis(Dims shape, string[] numbers)
    {
        var text = new StringBuilder();
        for (var i = 0; i < numbers.Length; i++)
        {
            var opened = Edges(shape, i);
            if (i > 0) text.Append(opened == 0 ? " " : "\n");
            for (var axis = shape.Count - opened; axis < shape.Count; axis++)
                text.Append(axis == 0 || axis == shape.Count - opened ? "" : "\n").Append(Indent(axis)).Append('[');
            text.Append(numbers[i]).Append(']', Edges(shape, i + 1));
        }
        return numbers.Length == 0 ? "[]" : text.ToString();
    }

    private static string Indent(int axis) => new(' ', 2 * axis);

    /// <summary>How many axes begin at a place, which is how many end before it.</summary>
    private static int Edges(Dims shape, int at)
    {
        var (edges, size) = (0, 1L);
        for (var axis = shape.Count - 1; axis >= 0; axis--)
            if (at % (size *= shape[axis]) == 0) edges++;
            else break;
        return edges;
    }
}
