using System.Globalization;
using System.Xml.Linq;
using LanguageExt;
using MiniTorch.Ir;
using MiniTorch.Passes.Analysis;

namespace MiniTorch.Report;

/// <summary>A layer on the explainer's page: what it computes, its kernels, and its maps for the example.</summary>
internal static class StagePart
{
    internal static Section Of(Stage stage, Explanation node, Explanation anchor, string input,
        IReadOnlyDictionary<Expr, Tensor> values, Seq<string> classes)
    {
        var (name, value) = (stage.Name, First(stage.Node, values[stage.Node]));
        var blocks = new List<Block> { Block.Text(Words(stage, node, input)) };
        if (stage.Kernels is { } kernels)
            blocks.AddRange([.. KernelWall.Of(name, values[kernels]), Block.Heading("Feature maps")]);
        if (stage.IsResult && Scores.Are(stage.Node)) blocks.AddRange(Scores.Of(name, value, classes));
        else blocks.Add(new Block(Shown(name, value)));
        blocks.Add(Block.Details("Formula and cost", Cost(anchor)));
        return Section.Of(stage.Title, blocks);
    }

    /// <summary>Whether the first axis counts examples.</summary>
    internal static bool IsBatch(Expr node) => node.Type.Rank >= 2;

    /// <summary>The first example of a value.</summary>
    internal static Tensor First(Expr node, Tensor value)
    {
        if (!IsBatch(node) || value.Type[0] == 0) return value;
        var rest = value.Type.With(Dims.Of(value.Type.Shape.Skip(1)));
        return Tensor.Adopt(rest, value.Bytes[..(int)rest.Bytes].ToArray());
    }

    /// <summary>Maps where there are cells, else a strip of numbers.</summary>
    internal static XElement Shown(string name, Tensor one) =>
        one.Type.Rank < 2 ? Walls.Strip(name, one) : Walls.Maps($"{name}, map", one);

    private static string Words(Stage stage, Explanation e, string input)
    {
        var shape = stage.Node.Shape;
        var what = shape.Count > 2 ? $"{Whole(shape[1])} feature maps of {string.Join('×', shape.Skip(2))}"
            : shape.Count > 0 ? $"{Whole(shape[^1])} numbers" : "one number";
        var field = e.Fields.FirstOrDefault(f => f.Input == input).Field;
        return $"{what}. {(field is null ? "" : Field(field, input, shape.Count > 2 ? "a cell" : "each"))}";
    }

    private static string Field(ReceptiveField field, string input, string of)
    {
        var (sizes, steps) = (field.Sizes.Skip(2).ToList(), field.Steps.Skip(2).ToList());
        if (sizes.Count == 0) return $"The receptive field of {of} is {field.Brief} of {input}.";
        var seen = $"The receptive field of {of} is {string.Join('×', sizes)} of {input}";
        return steps.Any(s => s > 0) ? $"{seen}; from one to the next it moves by {string.Join('×', steps.Select(Step))}."
            : $"{seen}, wherever it is.";
    }

    private static string Step(double step) => step.ToString("0.##", CultureInfo.InvariantCulture);

    private static Block Cost(Explanation e) => Block.Facts(
    [
        new("formula", e.Formula), new("sizes", e.Sizing),
        new("parameters", Whole(e.Parameters)), new("flops", Whole(e.Flops)),
    ]);

    private static string Whole(long value) => value.ToString("#,0", CultureInfo.InvariantCulture);
}
