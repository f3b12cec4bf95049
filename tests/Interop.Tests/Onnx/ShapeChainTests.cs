using MiniTorch.Interop.Onnx.Proto;
using MiniTorch.Ir;
using Xunit;
using static MiniTorch.Interop.Tests.Onnx.OneNode;
using static MiniTorch.Interop.Tests.Onnx.Some;

namespace MiniTorch.Interop.Tests.Onnx;

/// <summary>What a model computes of shapes is known when it is read, and leaves nothing in its graph.</summary>
public class ShapeChainTests
{
    private static readonly TensorType X = ElementType.F32[2, 3, 4];

    private static NodeProto Known(string name, Tensor value) => Node("Constant", [], [name], Value("value", value));

    private static StoredModel Read(params NodeProto[] nodes) =>
        Import(Model(Body(nodes, [("x0", X)], ["y"]))).Match(m => m, e => throw new InvalidOperationException($"{e}"));

    private static void IsOnly(StoredModel model, string mnemonic, string shape)
    {
        Assert.Equal([mnemonic], model.Graph.Nodes.Where(n => n.Op is not Leaf).Select(n => n.Op.Mnemonic));
        Assert.Equal(shape, $"{model.Graph.Outputs[0].Value.Type.Shape}");
        Assert.Empty(model.Fixed);
    }

    /// <remarks>As PyTorch writes x.view(x.size(0), x.size(1) * x.size(2)).</remarks>
    [Fact]
    public void A_view_by_sizes_is_one_reshape() => IsOnly(Read(
        Known("0", I64([], 0)), Known("1", I64([], 1)), Known("2", I64([], 2)), Known("axis", List(0)),
        Node("Shape", ["x0"], ["s"]),
        Node("Gather", ["s", "0"], ["a"], Int("axis", 0)),
        Node("Gather", ["s", "1"], ["b"], Int("axis", 0)),
        Node("Gather", ["s", "2"], ["c"], Int("axis", 0)),
        Node("Mul", ["b", "c"], ["d"]),
        Node("Unsqueeze", ["a", "axis"], ["e"]),
        Node("Unsqueeze", ["d", "axis"], ["f"]),
        Node("Concat", ["e", "f"], ["to"], Int("axis", 0)),
        Node("Reshape", ["x0", "to"], ["y"])), "reshape", "[2 12]");

    /// <remarks>As PyTorch writes x.expand(5, -1, -1, -1): sizes of −1 are replaced by ones.</remarks>
    [Fact]
    public void An_expansion_by_sizes_is_one_broadcast() => IsOnly(Read(
        Known("sizes", List(5, -1, -1, -1)), Known("minus", I64([], -1)), Known("rank", List(4)),
        Node("ConstantOfShape", ["rank"], ["ones"], Value("value", List(1))),
        Node("Mul", ["ones", "minus"], ["negative"]),
        Node("Equal", ["sizes", "negative"], ["is"]),
        Node("Where", ["is", "ones", "sizes"], ["to"]),
        Node("Expand", ["x0", "to"], ["y"])), "broadcast", "[5 2 3 4]");

    /// <remarks>As PyTorch writes F.pad: pads back to front, in pairs, turned into ONNX's order.</remarks>
    [Fact]
    public void Pads_in_the_order_of_PyTorch_are_one_pad() => IsOnly(Read(
        Known("pads", List(1, 2)), Known("rest", List(4)), Known("two", List(-1, 2)), Known("flat", List(-1)),
        Known("from", List(-1)), Known("to", List(long.MinValue)), Known("axis", List(0)), Known("step", List(-1)),
        Node("ConstantOfShape", ["rest"], ["zeros"], Value("value", List(0))),
        Node("Concat", ["pads", "zeros"], ["all"], Int("axis", 0)),
        Node("Reshape", ["all", "two"], ["pairs"]),
        Node("Slice", ["pairs", "from", "to", "axis", "step"], ["turned"]),
        Node("Transpose", ["turned"], ["order"], Ints("perm", 1, 0)),
        Node("Reshape", ["order", "flat"], ["counts"]),
        Node("Pad", ["x0", "counts"], ["y"])), "pad", "[2 3 7]");

    /// <remarks>As PyTorch writes x[:, :, :x.size(1)] and indices made by arange.</remarks>
    [Fact]
    public void A_range_up_to_a_size_is_a_known_index() => IsOnly(Read(
        Known("0", I64([], 0)), Known("1", I64([], 1)),
        Node("Shape", ["x0"], ["s"]),
        Node("Gather", ["s", "1"], ["n"], Int("axis", 0)),
        Node("Range", ["0", "n", "1"], ["index"]),
        Node("Gather", ["x0", "index"], ["y"], Int("axis", 2))), "slice", "[2 3 3]");

    [Fact]
    public void The_positions_of_known_ones_gather_what_they_name()
    {
        var model = Read(
            Known("n", List(2, 2)), Known("1", I64([], 1)),
            Node("ConstantOfShape", ["n"], ["ones"], Value("value", List(1))),
            Node("NonZero", ["ones"], ["columns"]),
            Node("Transpose", ["columns"], ["places"]),
            Node("GatherND", ["x0", "places"], ["y"]));
        var y = Run(model, Count(ElementType.F32, 2, 3, 4))[0];
        Assert.Equal([0, 1, 2, 3, 4, 5, 6, 7, 12, 13, 14, 15, 16, 17, 18, 19], y.ToDoubles());
    }

    [Fact]
    public void A_shape_that_depends_on_an_input_without_a_value_is_refused() => Assert.Equal(
        "onnx.S1",
        Refusal(Model(Body([Node("Reshape", ["x0", "x1"], ["y"])], [("x0", X), ("x1", ElementType.I64[2])], ["y"]))));
}
