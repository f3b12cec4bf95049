using MiniTorch.Ir.Text;
using Xunit;

namespace MiniTorch.Ir.Tests;

public class ParserTests
{
    private static IrError Error(string text) =>
        Parser.Parse(text).Match(g => throw new InvalidOperationException($"{g}"), e => e.Single());

    private static Graph Parsed(string text) => Parser.Parse(text).Match(g => g, e => throw new IrException(e));

    [Theory]
    [InlineData("", 1, 1, "'graph'")]
    [InlineData("grph f()", 1, 1, "'graph'")]
    [InlineData("graph (x: f32[])", 1, 7, "the graph's name")]
    [InlineData("graph f x", 1, 9, "'('")]
    [InlineData("graph f(1: f32[])", 1, 9, "an input's name")]
    [InlineData("graph f(x f32[])", 1, 11, "':'")]
    [InlineData("graph f(x: f31[])", 1, 12, "an element type, one of pred u8 i32 i64 f16 bf16 f32 f64")]
    [InlineData("graph f(x: f32)", 1, 15, "'['")]
    [InlineData("graph f(x: f32[2,])", 1, 18, "a size")]
    [InlineData("graph f(x: f32[-2])", 1, 16, "a size")]
    [InlineData("graph f(x: f32[65536,65536])", 1, 27, "at most 2147483647 elements")]
    [InlineData("graph f(x: f32[] y: f32[])", 1, 18, "')'")]
    [InlineData("graph f(x: f32[], x: f32[])", 1, 19, "a new input name")]
    [InlineData("graph f(x: f32[]) return x", 1, 19, "the end of the line")]
    [InlineData("graph f(x: f32[])\n", 2, 1, "a node or 'return'")]
    [InlineData("graph f(x: f32[])\n  return", 2, 9, "a result")]
    [InlineData("graph f(x: f32[])\n  return y", 2, 10, "an input or a node above")]
    [InlineData("graph f(x: f32[])\n  return x\n  x", 3, 3, "the end of the text")]
    [InlineData("graph f(x: f32[])\n  %a exp x : f32[]\n  return %a", 2, 6, "'='")]
    [InlineData("graph f(x: f32[])\n  %a = exq x : f32[]\n  return %a", 2, 8, "an operator")]
    [InlineData("graph f(x: f32[])\n  %a = exp y : f32[]\n  return %a", 2, 12, "an input or a node above")]
    [InlineData("graph f(x: f32[])\n  %a = exp x x : f32[]\n  return %a", 2, 8, "1 operands for exp")]
    [InlineData("graph f(x: f32[])\n  %a = concat {axis=0} : f32[]\n  return %a", 2, 8, "some operands for concat")]
    [InlineData("graph f(x: f32[])\n  %a = exp x\n  return %a", 2, 13, "':'")]
    [InlineData("graph f(x: f32[])\n  %a = exp x : f64[]\n  return %a", 2, 16, "the type f32[], which exp has here")]
    [InlineData("graph f(x: f32[])\n  %a = exp x : f32[]\n  %a = exp x : f32[]\n  return %a", 3, 3, "a new name")]
    [InlineData("graph f(x: f32[])\n  %a = add x 1.0.0 : f32[]\n  return %a", 2, 14, "a number of f32")]
    [InlineData("graph f(x: i32[])\n  %a = add x 1.5:i32 : i32[]\n  return %a", 2, 14, "a number of i32")]
    [InlineData("graph f(x: f32[2])\n  %a = reduce_sum x : f32[]\n  return %a", 2, 8, "the attribute 'axes' of reduce_sum")]
    [InlineData("graph f(x: f32[2])\n  %a = reduce_sum x {axes=0} : f32[]\n  return %a", 2, 27, "attribute 'axes' with a list in brackets")]
    [InlineData("graph f(x: f32[2])\n  %a = reduce_sum x {axes=[z]} : f32[]\n  return %a", 2, 28, "a whole number")]
    [InlineData("graph f(x: f32[2])\n  %a = reduce_sum x {axes=[0] axes=[0]} : f32[]\n  return %a", 2, 31, "each attribute once")]
    [InlineData("graph f(x: f32[2])\n  %a = reduce_sum x {axes=[0] axis=0} : f32[]\n  return %a", 2, 36, "no attribute 'axis' here")]
    [InlineData("graph f(x: f32[2])\n  %a = reduce_sum x {axes=[0 : f32[]\n  return %a", 2, 35, "a value or ']'")]
    [InlineData("graph f(x: f32[2])\n  %a = reduce_sum x {axes=} : f32[]\n  return %a", 2, 27, "a value")]
    [InlineData("graph f(x: f32[2])\n  %a = reduce_sum x {=[0]} : f32[]\n  return %a", 2, 22, "an attribute or '}'")]
    [InlineData("graph f(x: f32[2])\n  %a = argmax x {axis=[0]} : i32[]\n  return %a", 2, 23, "attribute 'axis' with a whole number")]
    [InlineData("graph f(x: f32[2])\n  %a = reduce_max x {axes=[0] ties=any} : f32[]\n  return %a", 2, 36, "first, split or all")]
    [InlineData("graph f(x: f32[2])\n  %a = reduce_max x {axes=[0] ties=[all]} : f32[]\n  return %a",
        2, 36, "attribute 'ties' with first, split or all")]
    [InlineData("graph f(x: f32[2])\n  %a = cast x {to=f31} : f64[2]\n  return %a", 2, 19, "an element type")]
    [InlineData("graph f()\n  %a = constant {value=[1 2]} : f32[3]\n  return %a", 2, 24, "attribute 'value' with 3 numbers for f32[3]")]
    [InlineData("graph f()\n  %a = constant {value=[1 2.5]} : i32[2]\n  return %a", 2, 27, "a number of i32")]
    [InlineData("graph f(x: f32[3])\n  %a = dot x x {contract=[0 0]} : f32[]\n  return %a",
        2, 26, "attribute 'contract' with pairs as 1:0")]
    [InlineData("graph f(x: f32[3])\n  %a = window_sum x {size=[2] window=[q2]} : f32[2]\n  return %a",
        2, 39, "a window as s2p1:1b1d1 or _")]
    [InlineData("graph f(x: f32[3])\n  %a = window_sum x {size=[2] window=[s99999999999]} : f32[2]\n  return %a",
        2, 39, "a smaller number in the window")]
    public void Malformed_text_gives_line_column_and_what_was_expected(string text, int line, int column, string expected)
    {
        var error = Error(text);
        Assert.Equal(("text.T1", $"line {line}, column {column}"), (error.Rule, error.Where));
        Assert.StartsWith($"expected {expected}, found ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_message_says_what_was_found_and_where() => Assert.Equal(
        "text.T1: expected an operator, found 'exq' (at line 2, column 8)",
        $"{Error("graph f(x: f32[])\n  %a = exq x : f32[]\n  return %a")}");

    [Fact]
    public void All_broken_shape_rules_of_a_text_are_reported_each_at_its_line()
    {
        var errors = Parser.Parse("""
            graph f(x: f32[2,3], i: i32[4])
              %a = reshape x {to=[7]} : f32[7]
              %b = gather x x : f32[2,3,3]
              %c = exp %a : f32[7]
              return %c %b
            """).Match(_ => [], e => e.ToList());
        Assert.Equal([("reshape.R1", "line 2, %a"), ("gather.G1", "line 3, %b")], errors.Select(e => (e.Rule, e.Where)));
    }

    [Fact]
    public void A_scalar_before_the_types_colon_keeps_its_own_type()
    {
        var graph = Parsed("graph f(x: f32[3], y: f64[3])\n"
            + " %a = max x 0.0 : f32[3]\n %b = max y 0.0:f64 : f64[3]\n return %a %b 1:i64");
        Assert.Equal([ElementType.F32, ElementType.F64, ElementType.I64],
            graph.Nodes.Where(n => n.Op is Constant).Select(n => n.Type.Element));
    }

    [Fact]
    public void Comments_blank_lines_carriage_returns_defaults_and_names_of_any_kind_are_read()
    {
        var graph = Parsed("# a graph\r\n\r\ngraph g.1'/_(return: f32[2,2]) # head\r\n\n"
            + " %any = slice return {start=[0 0] limit=[1 2] stride=[1 1]} : f32[1,2]\n"
            + " %other = pad %any 0.0 {lo=[0 0] hi=[1 0] interior=[0 0]} : f32[2,2]\n return return=%other return\n\n");
        Assert.Equal("""
            graph g.1'/_(return: f32[2,2])
              %slice.0 = slice return {start=[0 0] limit=[1 2]} : f32[1,2]
              %pad.0 = pad %slice.0 0.0 {lo=[0 0] hi=[1 0]} : f32[2,2]
              return return=%pad.0 return

            """, graph.ToString());
    }

    [Fact]
    public void Counters_run_per_mnemonic_and_dead_lines_go()
    {
        var graph = Parsed("graph f(x: f32[])\n %a = exp x : f32[]\n"
            + " %dead = log x : f32[]\n %b = exp %a : f32[]\n %c = add %a %b : f32[]\n return %c");
        Assert.Equal(["%exp.0", "%exp.1", "%add.0"], Printer.Names(graph).Skip(1));
    }
}
