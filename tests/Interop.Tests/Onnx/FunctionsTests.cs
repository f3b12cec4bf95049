using MiniTorch.Interop.Onnx.Proto;
using MiniTorch.Ir;
using Xunit;
using static MiniTorch.Interop.Tests.Onnx.OneNode;

namespace MiniTorch.Interop.Tests.Onnx;

public class FunctionsTests
{
    private static readonly TensorType Type = ElementType.F32[3];

    private static FunctionProto Function(string name, string[] inputs, string[] outputs, params NodeProto[] nodes)
    {
        var function = new FunctionProto { Name = name, Domain = "local" };
        function.Input.AddRange(inputs);
        function.Output.AddRange(outputs);
        function.Node.AddRange(nodes);
        return function;
    }

    private static NodeProto Call(string function, string[] inputs, string[] outputs, params AttributeProto[] attributes)
    {
        var node = Node(function, inputs, outputs, attributes);
        node.Domain = "local";
        return node;
    }

    /// <summary>y = x · slope + shift, both attributes of the call; shift is 1 unless given.</summary>
    private static FunctionProto Line()
    {
        var function = Function("Line", ["x"], ["y"],
            Node("Constant", [], ["a"], Caller("value_float", "slope", AttributeProto.Types.AttributeType.Float)),
            Node("Constant", [], ["b"], Caller("value_float", "shift", AttributeProto.Types.AttributeType.Float)),
            Node("Mul", ["x", "a"], ["ax"]), Node("Add", ["ax", "b"], ["y"]));
        function.Attribute.Add("slope");
        function.AttributeProto.Add(Float("shift", 1));
        return function;
    }

    private static ModelProto Calling(NodeProto[] nodes, params FunctionProto[] functions) =>
        Model(Body(nodes, [("x0", Type)], ["y"]), 17, functions);

    [Fact]
    public void A_function_of_the_model_is_its_body_with_the_attributes_of_the_call()
    {
        var x = Tensor.Of([3], 1, 2, 3);
        Assert.Equal([3.0, 5, 7], Run(Calling([Call("Line", ["x0"], ["y"], Float("slope", 2))], Line()), x)[0].ToDoubles());
        Assert.Equal([7.0, 9, 11], Run(Calling([Call("Line", ["x0"], ["y"], Float("slope", 2), Float("shift", 5))],
            Line()), x)[0].ToDoubles());
    }

    [Fact]
    public void A_function_may_call_another_and_hand_its_attributes_on_under_another_name()
    {
        var twice = Function("Twice", ["v"], ["w"],
            Call("Line", ["v"], ["once"], Caller("slope", "by", AttributeProto.Types.AttributeType.Float)),
            Call("Line", ["once"], ["w"], Caller("slope", "by", AttributeProto.Types.AttributeType.Float),
            Float("shift", 0)));
        Assert.Equal([6.0, 10, 14], Run(Calling([Call("Twice", ["x0"], ["y"], Float("by", 2))], Line(), twice),
            Tensor.Of([3], 1, 2, 3))[0].ToDoubles());
    }

    [Fact]
    public void The_names_inside_a_function_are_its_own()
    {
        var inner = Function("Inner", ["x0"], ["y"], Node("Neg", ["x0"], ["hidden"]), Node("Abs", ["hidden"], ["y"]));
        var model = Calling([Node("Neg", ["x0"], ["hidden"]), Call("Inner", ["hidden"], ["y"])], inner);
        Assert.Equal([1.0, 2, 3], Run(model, Tensor.Of([3], 1, -2, 3))[0].ToDoubles());
        Assert.Equal("onnx.G1", Refusal(Calling([Node("Neg", ["x0"], ["outside"]), Call("Inner", ["x0"], ["y"])],
            Function("Inner", ["x"], ["y"], Node("Neg", ["outside"], ["y"])))));
    }

    [Fact]
    public void A_function_without_the_attribute_it_needs_is_refused() =>
        Assert.Equal("onnx.N1", Refusal(Calling([Call("Line", ["x0"], ["y"])], Line())));

    [Fact]
    public void A_function_that_calls_itself_is_refused()
    {
        Assert.Equal("onnx.G5", Refusal(Calling([Call("F", ["x0"], ["y"])],
            Function("F", ["x"], ["y"], Call("F", ["x"], ["y"])))));
        Assert.Equal("onnx.G5", Refusal(Calling([Call("F", ["x0"], ["y"])],
            Function("F", ["x"], ["y"], Call("G", ["x"], ["a"]), Call("G", ["a"], ["y"])),
            Function("G", ["x"], ["y"], Call("F", ["x"], ["a"]), Call("F", ["a"], ["y"])))));
    }

    [Fact]
    public void Functions_that_double_and_double_are_refused()
    {
        var functions = Enumerable.Range(0, 40).Select(i => i == 0
            ? Function("F0", ["x"], ["y"], Node("Neg", ["x"], ["y"]))
            : Function($"F{i}", ["x"], ["y"], Call($"F{i - 1}", ["x"], ["a"]), Call($"F{i - 1}", ["a"], ["y"]))).ToArray();
        Assert.Equal("onnx.G4", Refusal(Calling([Call("F39", ["x0"], ["y"])], functions)));
    }

    [Fact]
    public void A_cycle_and_a_name_made_twice_are_refused()
    {
        Assert.Equal("onnx.G1", Refusal(Calling([Node("Neg", ["b"], ["a"]), Node("Neg", ["a"], ["b"]),
            Node("Add", ["a", "x0"], ["y"])])));
        Assert.Equal("onnx.G2", Refusal(Calling([Node("Neg", ["x0"], ["y"]), Node("Abs", ["x0"], ["y"])])));
    }

    [Fact]
    public void Loops_in_loops_in_loops_are_refused()
    {
        // 10,000³ trips of nothing
        GraphProto Inner(int deep) => Body(deep == 0 ? [Node("Identity", ["c0"], ["g0"])]
            : [Node("Identity", [$"c{deep}"], [$"g{deep}"]), Node("Loop", ["m", ""], [], Body("body", Inner(deep - 1)))],
            [($"t{deep}", ElementType.I64[[]]), ($"c{deep}", ElementType.Pred[[]])], [$"g{deep}"]);
        Assert.Equal("onnx.G4", Refusal(Calling([Node("Constant", [], ["m"],
            Value("value", Tensor.Scalar(ElementType.I64, 10_000L))),
            Node("Loop", ["m", ""], [], Body("body", Inner(2))), Node("Neg", ["x0"], ["y"])])));
    }
}
