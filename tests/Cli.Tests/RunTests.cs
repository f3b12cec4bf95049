using System.Text.Json;
using LanguageExt;
using MiniTorch.Cli.Models;
using MiniTorch.Generators;
using MiniTorch.Ir;
using MiniTorch.Passes.Evaluation;
using Xunit;
using FsCheck.Fluent;

namespace MiniTorch.Cli.Tests;

public class RunTests
{
    private const string Affine = """
        graph affine(x: f32[2,3], w: f32[3])
          %broadcast.0 = broadcast w {to=[2 3] axes=[1]} : f32[2,3]
          %mul.0 = mul x %broadcast.0 : f32[2,3]
          return y=%mul.0 %broadcast.0

        """;

    private static readonly Tensor X = Tensor.Of([2, 3], 1, 2, 3, 4, 5, 6), W = Tensor.Of([3], 10, 100, 1000);

    [Theory, InlineData("cpu"), InlineData("reference")]
    public void Results_are_written_by_name_or_by_place(string device)
    {
        using var scratch = new Scratch();
        var ran = Ran.Of("run", scratch.Text("m.ir", Affine), "--input", $"x={scratch.Array("x.npy", X)}",
            "--input", $"w={scratch.Array("w.npy", W)}", "--out", scratch["out"], "--device", device);
        Assert.Equal((0, ""), (ran.Code, ran.Error));
        Assert.Equal(Tensor.Of([2, 3], 10, 200, 3000, 40, 500, 6000), scratch.Read("out/y.npy"));
        Assert.Equal(Tensor.Of([2, 3], 10, 100, 1000, 10, 100, 1000), scratch.Read("out/out_1.npy"));
        Assert.Equal(["m.ir", "out", "out/out_1.npy", "out/y.npy", "w.npy", "x.npy"], scratch.Everything);
    }

    [Fact]
    public void One_option_takes_several_inputs()
    {
        using var scratch = new Scratch();
        var ran = Ran.Of("run", scratch.Text("m.ir", Affine), "--input", $"x={scratch.Array("x.npy", X)}",
            $"w={scratch.Array("w.npy", W)}");
        Assert.Equal(0, ran.Code);
        Assert.Equal(["name\ttype\tmin\tmean\tmax\tfirst values", "y\tf32[2,3]\t10\t1625\t6000\t10 200 3000 40 500 6000",
            "out_1\tf32[2,3]\t10\t370\t1000\t10 100 1000 10 100 1000"], ran.Lines);
    }

    [Fact]
    public void The_reference_gives_the_evaluators_bits() => Check.Holds(Graphs.Any(10), graph =>
    {
        using var scratch = new Scratch();
        var inputs = Inputs.For(graph, 1);
        var expected = Evaluator.Run(graph, inputs).IfLeft(e => throw new IrException(Prelude.Seq1(e)));
        var ran = Run(scratch, graph, inputs, "--device", "reference");
        var files = Names.Files(graph.Outputs.Select(Names.Of));
        return ran.Code == 0 && files.Select((f, i) => scratch.Read($"out/{f}").Equals(expected[i])).All(same => same);
    }, 30);

    [Fact]
    public void The_cpu_gives_nearly_what_the_evaluator_gives() => Check.Holds(Graphs.Differentiable(10), graph =>
    {
        using var scratch = new Scratch();
        var inputs = Inputs.For(graph, 1);
        var expected = Evaluator.Run(graph, inputs).IfLeft(e => throw new IrException(Prelude.Seq1(e)));
        var ran = Run(scratch, graph, inputs);
        var files = Names.Files(graph.Outputs.Select(Names.Of));
        return ran.Code == 0 && files.Select((f, i) => Near.Are(scratch.Read($"out/{f}"), expected[i])).All(near => near);
    }, 30);

    [Fact]
    public void A_random_input_depends_on_its_seed_and_name_and_on_nothing_else()
    {
        using var scratch = new Scratch();
        var model = scratch.Text("m.ir", "graph m(x: f32[4], n: i32[50], p: pred[50])\n  return x n p\n");
        var other = scratch.Text("o.ir", "graph m(a: f32[4], x: f32[4])\n  return a x\n");
        Assert.Equal(0, Ran.Of("run", model, "--random", "7", "--out", scratch["a"]).Code);
        Assert.Equal(0, Ran.Of("run", other, "--random", "7", "--out", scratch["b"]).Code);
        Assert.Equal(0, Ran.Of("run", model, "--random", "8", "--out", scratch["c"]).Code);
        Assert.Equal(scratch.Read("a/out_0.npy"), scratch.Read("b/out_1.npy"));
        Assert.NotEqual(scratch.Read("b/out_0.npy"), scratch.Read("b/out_1.npy"));
        Assert.NotEqual(scratch.Read("a/out_0.npy"), scratch.Read("c/out_0.npy"));
        Assert.Equal([0.0, 1, 2, 3], scratch.Read("a/out_1.npy").ToDoubles().Distinct().Order());
        Assert.Equal([0.0, 1], scratch.Read("a/out_2.npy").ToDoubles().Distinct().Order());
    }

    [Fact]
    public void Json_tells_of_every_result()
    {
        using var scratch = new Scratch();
        var ran = Ran.Of("run", scratch.Text("m.ir", Affine), "--random", "1", "--out", scratch["out"], "--json");
        using var json = JsonDocument.Parse(ran.Out);
        var results = json.RootElement.GetProperty("results").EnumerateArray().ToList();
        Assert.Equal(["y", "out_1"], results.Select(r => r.GetProperty("name").GetString()));
        Assert.Equal(["name", "element", "shape", "min", "mean", "max", "first", "file"],
            results[0].EnumerateObject().Select(p => p.Name));
        Assert.Equal(scratch["out/y.npy"], results[0].GetProperty("file").GetString());
    }

    [Fact]
    public void What_is_not_finite_is_null_in_json()
    {
        using var scratch = new Scratch();
        var x = scratch.Array("x.npy", Tensor.Of([2], float.NaN, float.PositiveInfinity));
        var model = scratch.Text("m.ir", "graph m(x: f32[2], y: f32[0])\n  return x y\n");
        var ran = Ran.Of("run", model, "--input", $"x={x}", "--random", "1", "--json");
        Assert.Contains("\"min\":null,\"mean\":null,\"max\":null,\"first\":[null,null]", ran.Out, StringComparison.Ordinal);
        Assert.Contains("\"min\":null,\"mean\":null,\"max\":null,\"first\":[]", ran.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void No_result_is_written_outside_the_folder()
    {
        using var scratch = new Scratch();
        var model = scratch.Text("m.ir",
            "graph m(x: f32[1])\n  %neg.0 = neg x : f32[1]\n  return \"../up\"=x \"/tmp/a/b\"=%neg.0\n");
        Assert.Equal(0, Ran.Of("run", model, "--random", "1", "--out", scratch["out"]).Code);
        Assert.Equal(["m.ir", "out", "out/_.._up.npy", "out/_tmp_a_b.npy"], scratch.Everything);
    }

    [Fact]
    public void File_names_are_plain_and_all_different() => Check.Holds(ArbMap.Default.ArbFor<string[]>(), names =>
    {
        var files = Names.Files(names.Select(n => n ?? "").Concat(["a", "A", "a", "a_2"]));
        return files.Distinct(StringComparer.OrdinalIgnoreCase).Count() == names.Length + 4 && files.All(f =>
            f == Path.GetFileName(f) && f[0] is not ('.' or '-') && f.EndsWith(".npy", StringComparison.Ordinal)
            && f.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '-'));
    }, 200);

    private static Ran Run(Scratch scratch, Graph graph, IReadOnlyDictionary<string, Tensor> inputs, params string[] more) =>
        Ran.Of([
            "run", scratch.Text("m.ir", graph.ToString()), .. scratch.InputsOf(inputs), "--out", scratch["out"], .. more]);
}
