using System.Xml.Linq;
using MiniTorch.Ir;
using static MiniTorch.Report.Html;

namespace MiniTorch.Report;

/// <summary>
/// Numbers of a layer as small images beside each other, all on one scale, so that a map that is never large looks so. Grey
/// where no number is below 0: black is 0, white the greatest. Else blue is below 0, orange above.
/// </summary>
internal static class Walls
{
    /// <summary>The longest side of an image; of larger ones neighbours are averaged.</summary>
    internal const int Side = 64;

    /// <summary>Dots that fit beside each other on a phone.</summary>
    private const int Phone = 340;

    /// <summary>An image for each place of the first axis of [maps, cells…].</summary>
    internal static XElement Maps(string name, Tensor maps, int shown = 56)
    {
        var scale = Tone.Of(maps.ToDoubles());
        var (count, cells) = (maps.Type.Shape.FirstOrDefault(1), Dims.Of(maps.Type.Shape.Skip(1)));
        var images = Planes.Split(maps.ToDoubles(), count).Select((m, i) =>
            El("li", Image(Planes.Of(m, cells, scale), $"{name} {i}{Range(m)}", shown)));
        return El("div", Scale(scale), El("ul", At("class", "wall numbered"), images));
    }

    /// <summary>One row of numbers, as [features], wrapped like words.</summary>
    internal static XElement Strip(string name, Tensor features)
    {
        var values = features.ToDoubles();
        var scale = Tone.Of(values);
        var image = Planes.Wrapped(values, scale, 32);
        return El("div", Scale(scale), Image(image, $"{name}, {values.Length} numbers{Range(values)}", image.Columns * 14));
    }

    /// <summary>An input as people see it: colours where it has three channels, else each channel in grey.</summary>
    internal static XElement Photo(string name, Tensor image, int shown = 224) =>
        El("ul", At("class", "wall"), Planes.Photo(image).Select(p => El("li", Image(p, name, shown))));

    /// <summary>An image about so many dots wide, its cells square.</summary>
    internal static XElement Image(Pixels image, string words, int shown)
    {
        var zoom = Math.Clamp(Math.Max(shown / Math.Max(1, Math.Max(image.Rows, image.Columns)), Row(image, shown)), 1, 16);
        // a signal is one cell high: it is drawn higher
        var height = image.Rows == 1 && image.Columns > 16 ? At("style", "height:12px") : null;
        return El("img", At("src", image.Uri), At("alt", words), At("width", image.Columns * zoom),
            At("height", image.Rows * zoom), height);
    }

    /// <summary>Frames side by side are each as large as an image alone, as long as their row fits a phone.</summary>
    private static int Row(Pixels image, int shown) =>
        image.Rows < 2 || image.Columns <= 2 * image.Rows ? 0 : Math.Min(shown / image.Rows, Phone / image.Columns);

    internal static XElement Scale(Tone tone) => El("span", At("class", "scale"), Ticks.Text(tone.Lo),
        El("img", At("src", tone.Legend().Uri), At("alt", "")), Ticks.Text(tone.Hi));

    internal static string Range(IReadOnlyCollection<double> values) =>
        values.Count == 0 ? "" : $": {Ticks.Text(values.Min())} to {Ticks.Text(values.Max())}";
}
