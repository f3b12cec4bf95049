using FsCheck.Fluent;
using MiniTorch.Generators;
using MiniTorch.Ir.Text;
using Xunit;

namespace MiniTorch.Ir.Tests;

public class NameTests
{
    private static readonly TensorType Type = ElementType.F32[2];

    private static Graph Parsed(string text) => Parser.Parse(text).Match(g => g, e => throw new IrException(e));

    [Theory]
    [InlineData("x", "x")]
    [InlineData("conv.0/w'", "conv.0/w'")]
    [InlineData("return", "return")]
    [InlineData("onnx::Conv_57", "\"onnx::Conv_57\"")]
    [InlineData("/layer1/Conv_output_0", "\"/layer1/Conv_output_0\"")]
    [InlineData("123", "\"123\"")]
    [InlineData("x:0", "\"x:0\"")]
    [InlineData("%add.0", "\"%add.0\"")]
    [InlineData(" ", "\" \"")]
    [InlineData("été 1", "\"été 1\"")]
    [InlineData("say \"hi\" \\ # bye", "\"say \\\"hi\\\" \\\\ # bye\"")]
    public void A_name_that_is_no_plain_word_stands_in_quotes(string name, string printed)
    {
        Assert.Equal(printed, Names.Print(name));
        var graph = Graph.Of([new Output(name + "'", Prim.Exp(Prim.Input(name, Type)))], name: name);
        Assert.Contains($"graph {printed}({printed}: f32[2])\n", graph.ToString());
        Assert.Equal(graph, Parsed(graph.ToString()));
    }

    [Fact]
    public void Parse_inverts_print_under_any_names() => Check.Holds(Lists(), names =>
    {
        var inputs = names.Distinct().Select(n => Prim.Input(n, Type)).ToList();
        var outputs = inputs.Select((x, i) => new Output(names[^(i + 1)], Prim.Exp(x))).DistinctBy(o => o.Name);
        var graph = Graph.Of([.. outputs, inputs[0]], inputs, names[0]);
        return Parsed(graph.ToString()).Equals(graph);
    });

    private static FsCheck.Arbitrary<string[]> Lists()
    {
        var drawn = Gen.Choose(0, int.MaxValue - 1).Select(seed => new Draw(seed).Name());
        var any = ArbMap.Default.GeneratorFor<string>().Select(s => s is not null && Names.IsName(s) ? s : "n");
        return Arb.From(Gen.NonEmptyListOf(Gen.OneOf(drawn, any)).Select(l => l.ToArray()));
    }

    [Fact]
    public void Text_that_no_line_of_a_file_can_hold_is_no_name() =>
        Assert.All(["", "two\nlines", "tab\there", "half \ud800 pair", "\udc00"], Refused);

    private static void Refused(string name)
    {
        Assert.False(Names.IsName(name));
        var error = Graph.Check([Prim.Input(name, Type)]).Match(_ => throw new InvalidOperationException(), e => e.Single());
        Assert.Equal("graph.G2", error.Rule);
    }

    [Fact]
    public void A_bare_name_and_the_same_in_quotes_are_one_name() => Assert.Equal(
        Parsed("graph f(x: f32[2])\n %a = exp x : f32[2]\n return y=%a"),
        Parsed("graph \"f\"(\"x\": f32[2])\n %a = exp \"x\" : f32[2]\n return \"y\"=%a"));

    [Fact]
    public void An_input_may_be_called_as_a_node_is()
    {
        var graph = Parsed("graph f(\"%exp.0\": f32[2])\n %exp.0 = exp \"%exp.0\" : f32[2]\n return %exp.0 \"%exp.0\"");
        Assert.Equal(["exp", "input"], graph.Outputs.Select(o => o.Value.Op.Mnemonic));
    }

    [Theory]
    [InlineData("graph f(\"x: f32[])", 9, "an input's name")]
    [InlineData("graph f(\"a\\n\": f32[])", 9, "an input's name")]
    [InlineData("graph f(\"\": f32[])", 9, "an input's name")]
    [InlineData("graph \"f(x: f32[])", 7, "the graph's name")]
    [InlineData("graph f(\"x\\\": f32[])", 9, "an input's name")]
    [InlineData("graph f(x: f32[]) \"(\" return x", 19, "the end of the line")]
    public void A_quote_without_end_or_an_unknown_escape_is_refused(string text, int column, string expected)
    {
        var error = Parser.Parse(text).Match(_ => throw new InvalidOperationException(), e => e.Single());
        Assert.Equal(("text.T1", $"line 1, column {column}"), (error.Rule, error.Where));
        Assert.StartsWith($"expected {expected}, found ", error.Message, StringComparison.Ordinal);
    }
}
