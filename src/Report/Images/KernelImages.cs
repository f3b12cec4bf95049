using System.Xml.Linq;
using MiniTorch.Ir;
using static MiniTorch.Report.Html;

namespace MiniTorch.Report;

/// <summary>
/// Kernels [kernels, channels, cells…]: an image for each kernel, its channels side by side; three channels of a picture
/// stay apart too, for a weight has a sign and a colour has none.
/// </summary>
internal static class KernelImages
{
    internal static XElement Of(string name, Tensor weight)
    {
        var (shape, values) = (weight.Type.Shape, weight.ToDoubles());
        // channels become slices of a volume, which stand side by side
        var cells = Dims.Of(shape.Skip(1));
        var flat = cells.Count > 2 ? cells : Dims.Create([cells[0], 1, cells.Count > 1 ? cells[1] : 1]);
        var tone = Signed(values);
        var images = Planes.Split(values, shape[0]).Select((k, i) =>
            El("li", Walls.Image(Planes.Of(k, flat, tone), $"{name}, kernel {i}{Walls.Range(k)}", Shown(flat))));
        return El("div", Walls.Scale(tone), El("ul", At("class", shape[0] > 1 ? "wall numbered" : "wall"), images));
    }

    // one cell is as large whatever the number of channels, as long as the row fits a phone
    private static int Shown(Dims cells)
    {
        var wide = (long)(cells[^1] + 1) * Dims.Of(cells.Take(cells.Count - 2)).Product;
        var longest = Math.Max(wide, cells[^2]);
        return (int)Math.Clamp(longest * 12, 36, Math.Max(320, longest));
    }

    private static Tone Signed(double[] values)
    {
        var tone = Tone.Of(values);
        return tone.Sign ? tone : new(-tone.Hi, tone.Hi, true);
    }
}
