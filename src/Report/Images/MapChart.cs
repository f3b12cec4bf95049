using System.Xml.Linq;
using LanguageExt;
using MiniTorch.Ir;
using static MiniTorch.Report.Html;

namespace MiniTorch.Report;

/// <summary>
/// Arrays beside each other as images, each beneath its name, all on one scale: equal colours are equal numbers.
/// </summary>
/// <param name="Title">What they show.</param>
/// <param name="About">What there is to see, for those who do not see it.</param>
/// <param name="Maps">Each a signal [T], an image [H, W] or slices [D, H, W], with its name.</param>
public sealed record MapChart(string Title, string About, Seq<(string Name, Tensor Map)> Maps)
{
    /// <summary>The picture.</summary>
    public Picture Draw()
    {
        var tone = Tone.Of(Maps.AsEnumerable().SelectMany(m => m.Map.ToDoubles()));
        return new(Title, About, El("div", Walls.Scale(tone), El("ul", At("class", "wall"), Maps.AsEnumerable().Select(m =>
            El("li", El("span", m.Name), Walls.Image(Planes.Of(m.Map.ToDoubles(), m.Map.Type.Shape, tone),
                $"{m.Name}{Walls.Range(m.Map.ToDoubles())}", 140))))));
    }
}
