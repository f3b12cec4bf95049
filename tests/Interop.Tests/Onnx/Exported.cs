using System.Collections.Immutable;
using LanguageExt;
using MiniTorch.Generators;
using MiniTorch.Interop.Onnx;
using MiniTorch.Interop.Onnx.Proto;
using MiniTorch.Ir;
using MiniTorch.Passes.Evaluation;

namespace MiniTorch.Interop.Tests.Onnx;

/// <summary>What the tests of writing ask about a graph.</summary>
internal static class Exported
{
    /// <summary>The bytes of a graph without values.</summary>
    public static byte[] Bytes(Graph graph) => Get(OnnxFile.Write(StoredModel.Of(graph)));

    /// <summary>The message of a graph without values.</summary>
    public static ModelProto Model(Graph graph) => ModelProto.Parser.ParseFrom(Bytes(graph));

    /// <summary>The model that bytes spell.</summary>
    public static StoredModel Read(byte[] bytes) => Get(OnnxFile.Parse(bytes, "written.onnx", Binding.None));

    /// <summary>What the graph gives.</summary>
    public static ImmutableArray<Tensor> Run(Graph graph, IReadOnlyDictionary<string, Tensor> inputs) =>
        Get(Evaluator.Run(graph, graph.Inputs.Select(i => ((Input)i.Op).Name).ToDictionary(n => n, n => inputs[n])));

    /// <summary>The value, or the mistake thrown.</summary>
    public static T Get<T>(Either<IrError, T> value) =>
        value.Match(v => v, e => throw new InvalidOperationException($"{e}"));

    /// <summary>Whether what is read back gives the same under the same names, up to a share of the largest.</summary>
    public static bool SameAfterwards(Graph graph, double tolerance)
    {
        var (inputs, back) = (Inputs.For(graph, 5), Read(Bytes(graph)).Graph);
        return back.Outputs.Select(o => o.Name).SequenceEqual(graph.Outputs.Select(o => o.Name))
            && Run(graph, inputs).Zip(Run(back, inputs), (x, y) => Near(x, y, tolerance)).All(near => near);
    }

    /// <summary>A model as lines: name, operator, operands, attributes, results.</summary>
    public static string Shown(ModelProto model) => string.Join('\n', model.Graph.Node.Select(Shown));

    private static string Shown(NodeProto n)
    {
        var attributes = n.Attribute.Count == 0 ? "" : $" {{{string.Join(' ', n.Attribute.Select(Shown))}}}";
        return $"{n.Name} = {n.OpType} {string.Join(' ', n.Input)}{attributes} : {string.Join(' ', n.Output)}";
    }

    private static string Shown(AttributeProto a) =>
        $"{a.Name}={(a.Ints.Count > 0 ? $"[{string.Join(' ', a.Ints)}]" : $"{a.I}")}";

    private static bool Near(Tensor x, Tensor y, double tolerance)
    {
        if (x.Type != y.Type) return false;
        if (!x.Type.Element.IsFloat) return x.Equals(y);
        var (want, got) = (x.ToDoubles(), y.ToDoubles());
        var scale = want.Where(double.IsFinite).Select(Math.Abs).DefaultIfEmpty(0).Max();
        var most = tolerance * scale * Unit(x.Type.Element);
        return want.Zip(got, (a, b) => a.Equals(b) || a == b || Math.Abs(a - b) <= most).All(near => near);
    }

    /// <summary>How much coarser than f32 a type is.</summary>
    private static double Unit(ElementType type) => type == ElementType.BF16 ? 200 : type == ElementType.F16 ? 20 : 1;
}
