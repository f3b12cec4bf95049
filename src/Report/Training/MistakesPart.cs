using System.Xml.Linq;
using LanguageExt;
using static MiniTorch.Report.Html;

namespace MiniTorch.Report;

/// <summary>Examples that were taken for another class: what they are, what for, and how surely.</summary>
internal static class MistakesPart
{
    internal static IEnumerable<Block> Of(Seq<Mistake> mistakes) =>
    [
        Block.Text("Test examples that were taken for another class, those first that the network was surest of."),
        new Block(El("ul", At("class", "wall mistakes"), mistakes.AsEnumerable().Select(m =>
            El("li", At("class", m.Shown is ShownText ? "tile words" : "tile"), Show(m), El("p", "it is ", El("b", m.Truth),
                ", taken for ", El("b", m.Taken), $", {Number(Math.Round(100 * m.Probability, 1))} %"))))),
    ];

    private static object Show(Mistake m) => m.Shown switch
    {
        ShownText text => El("blockquote", text.Text),
        ShownImage image => Planes.Photo(image.Pixels)
            .Select(p => Walls.Image(p, $"a {m.Truth} taken for a {m.Taken}", 84)),
        var other => throw new InvalidOperationException($"{other.GetType().Name} has no picture"),
    };
}
