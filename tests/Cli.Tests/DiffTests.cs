using System.Text.Json.Nodes;
using Xunit;

namespace MiniTorch.Cli.Tests;

public sealed class DiffTests : IDisposable
{
    private const string Text = """
        graph f(x: f32[3])
          %exp.0 = exp x : f32[3]
          %add.0 = add %exp.0 1.0 : f32[3]
          return %add.0

        """;

    private readonly string folder = Directory.CreateTempSubdirectory("minitorch-diff-").FullName;

    private string Model(string name, string text)
    {
        var path = Path.Combine(folder, name);
        File.WriteAllText(path, text);
        return path;
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private Ran Diff(string other, params string[] options) =>
        Ran.Of(["diff", Model("a.ir", Text), Model("b.ir", other), .. options]);

    [Fact]
    public void Equal_graphs_do_not_differ_whatever_their_nodes_are_called()
    {
        var ran = Diff(Text.Replace("%exp.0", "%e"));
        Assert.Equal((0, "no difference\n"), (ran.Code, ran.Out));
    }

    [Fact]
    public void A_difference_is_a_line_a_node_and_no_mistake()
    {
        var ran = Diff(Text.Replace("= exp", "= tanh"));
        Assert.Equal((0, """
            ~ %tanh.0 = tanh x : f32[3]
                op: exp → tanh
            2 kept (1 above a difference), 1 changed, 0 added, 0 removed

            """), (ran.Code, ran.Out));
    }

    [Fact]
    public void Json_has_the_counts_and_the_differences()
    {
        var json = JsonNode.Parse(Diff(Text.Replace("1.0", "2.0"), "--json").Out)!;
        Assert.Equal((false, 2, 1), ((bool)json["equal"]!, (int)json["kept"]!, (int)json["changed"]!));
        Assert.Equal("operand 1: 1.0 → 2.0", (string?)json["nodes"]![0]!["what"]![0]);
    }

    [Fact]
    public void A_file_that_is_not_there_is_one_sentence()
    {
        var ran = Ran.Of("diff", Model("a.ir", Text), Path.Combine(folder, "none.ir"));
        Assert.Equal((1, ""), (ran.Code, ran.Out));
        Assert.Single(ran.Error.TrimEnd('\n').Split('\n'));
    }
}
