using MiniTorch.Ir;
using Xunit;

namespace MiniTorch.Cli.Tests;

public class MistakeTests
{
    private const string Model = "graph m(x: f32[2], n: i32[2])\n  %neg.0 = neg x : f32[2]\n  return y=%neg.0 k=n\n";

    /// <summary>What is typed after the tool's name, with {files} put in, and how the sentence begins.</summary>
    public static TheoryData<string, string> Mistakes => new()
    {
        { "run {none.ir}", "file.F2: there is no file" },
        { "run {bad.ir}", "text.T1: " },
        { "run {wrong.ir}", "elementwise" },
        { "run {m.txt}", "model.M1: " },
        { "run {m.ir}", "cli.C8: input x has no value; give --input x=FILE of f32[2], or --random SEED" },
        { "run {m.ir} --random 1 --input x={x3.npy}",
            "cli.C7: input x takes f32[2], its file holds f32[3]; save it in that shape" },
        { "run {m.ir} --random 1 --input x={x64.npy}",
            "cli.C7: input x takes f32[2], its file holds f64[2]; save it as float32" },
        { "run {m.ir} --random 1 --input q={x.npy}", "cli.C6: the model has no input 'q'; it takes x: f32[2], n: i32[2]" },
        { "run {m.ir} --random 1 --input x={none.npy}", "file.F2: there is no file" },
        { "run {m.ir} --random 1 --input x={m.ir}", "cli.C4: " },
        { "run {m.ir} --random 1 --input {x.npy}", "cli.C5: --input takes NAME=FILE, given '" },
        { "run {m.ir} --random 1 --input x={x.npy} --input x={x.npy}", "cli.C5: --input gives x twice; give it once" },
        { "run {m.ir} --random 1 --shape x=2,b", "cli.C5: --shape takes sizes as 1,3,224,224, given '2,b'" },
        { "run {m.ir} --random 1 --device tpu", "cli.C2: there is no device 'tpu'; take cpu, reference or cuda" },
        { "run {m.ir} --random 1 --device cuda", "cli.C2: cuda cannot be used: the driver's library" },
        { "run {m.ir} --random 1 --threads -1", "cli.C3: --threads is -1; give 0 to 256" },
        { "run {m.ir} --random 1 --out {x.npy}", "cli.C10: the folder " },
        { "run {m.ir} --random 1 --out {x.npy}/below", "cli.C10: the folder " },
        { "run {m.ir} --random 1 --out {full}", "cli.C10: " },
        { "grad {m.ir} --random 1 --wrt q", "cli.C6: the model has no input 'q'; --wrt takes some of x" },
        { "grad {m.ir} --random 1 --wrt n", "cli.C12: input n is i32[2], which has no gradient; leave it out of --wrt" },
        { "grad {m.ir} --random 1 --cotangent q={x.npy}", "cli.C11: the model has no result 'q'; it gives y, k" },
        { "grad {m.ir} --random 1 --cotangent k={x.npy}",
            "cli.C11: result k is i32[2], which takes no cotangent; leave it out" },
        { "grad {m.ir} --random 1 --cotangent y={x3.npy}",
            "cli.C11: the cotangent of y takes f32[2], its file holds f32[3]" },
        { "grad {int.ir} --random 1", "cli.C12: no result of the model is a float, so there is nothing to differentiate" },
        { "bench {m.ir} --steps --device reference", "cli.C20: there is no plan on reference, whose steps --steps would time" },
        { "bench {m.ir} --seconds 0", "cli.C3: --seconds is 0; give a number above 0" },
        { "train chess", "cli.C13: there is no training 'chess'; take mnist" },
        { "train mnist --device reference", "cli.C2: a training does not run on reference; take cpu" },
        { "train mnist --data {full} --out {out}", "mnist.M2: " },
        { "convert {m.ir} {m.npz}", "cli.C14: " },
        { "run {huge.ir} --random 1", "cli.C17: input x: f64[2000000000] takes 16,000,000,000 bytes, a value has at most " },
        { "run {vast.ir} --random 1", "cpu.C1: the values take " },
        { "run {vast.ir} --random 1 --device reference", "cli.C9: the evaluator keeps " },
        { "run {wide.ir} --random 1", "cpu.C2: f32[2000000000] takes 8,000,000,000 bytes, an input or result has at most " },
        { "run {open.onnx} --random 1", "onnx.D1: input 'x' has the shape [N], whose size 'N' is open; " },
        { "verify {full} --rtol -1", "cli.C3: --rtol and --atol are allowed errors" },
        { "verify {full} --atol NaN", "cli.C3: --rtol and --atol are allowed errors" },
        { "verify {none}", "cli.C4: there is no folder" },
    };

    [Theory, MemberData(nameof(Mistakes))]
    public void A_mistake_is_one_sentence_and_leaves_nothing_behind(string typed, string sentence)
    {
        using var scratch = new Scratch();
        Fill(scratch);
        var before = scratch.Everything;
        var ran = Ran.Of([.. typed.Split(' ').Select(word => Put(scratch, word))]);
        Assert.Equal((Exit.Mistake, ""), (ran.Code, ran.Out));
        Assert.StartsWith(sentence, ran.Error, StringComparison.Ordinal);
        Assert.Single(ran.Error.TrimEnd('\n').Split('\n'));
        Assert.DoesNotContain("   at ", ran.Error, StringComparison.Ordinal);
        Assert.Equal(before, scratch.Everything);
    }

    [Fact]
    public void A_defect_of_ours_says_so_and_is_no_mistake_of_the_user()
    {
        using var error = new StringWriter();
        var screen = new Screen(TextWriter.Null, error, false, false, default);
        Assert.Equal(Exit.Defect, Door.Run(screen, () => throw new InvalidOperationException("two\nlines")));
        Assert.Equal("this is a defect of minitorch: InvalidOperationException: two lines; please report it",
            error.ToString().TrimEnd());
    }

    [Fact]
    public void Too_little_memory_is_one_sentence()
    {
        using var error = new StringWriter();
        var screen = new Screen(TextWriter.Null, error, false, false, default);
        Assert.Equal(Exit.Mistake, Door.Run(screen, () => throw new OutOfMemoryException()));
        Assert.StartsWith("cli.C9: ", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_command_that_is_asked_to_stop_stops_and_writes_nothing()
    {
        using var scratch = new Scratch();
        Fill(scratch);
        var before = scratch.Everything;
        var stop = new CancellationToken(canceled: true);
        var stopped = new Ran(Exit.Stopped, "", $"stopped{Environment.NewLine}");
        Assert.Equal(stopped, Ran.Of(stop, "bench", scratch["m.ir"]));
        Assert.Equal(stopped, Ran.Of(stop, "run", scratch["m.ir"], "--random", "1", "--out", scratch["out"]));
        Assert.Equal(before, scratch.Everything);
    }

    private static void Fill(Scratch scratch)
    {
        scratch.Text("m.ir", Model);
        scratch.Text("m.txt", Model);
        scratch.Text("bad.ir", "graph m(x: f32[2])\n  return x x x %%\n");
        scratch.Text("wrong.ir", "graph m(x: f32[2], y: f32[3])\n  %add.0 = add x y : f32[2]\n  return %add.0\n");
        scratch.Text("int.ir", "graph m(x: f32[2], n: i32[2])\n  return n\n");
        scratch.Array("x.npy", Tensor.Of([2], 1, 2));
        scratch.Array("x3.npy", Tensor.Of([3], 1, 2, 3));
        scratch.Array("x64.npy", Tensor.FromDoubles(ElementType.F64[2], [1, 2]));
        Directory.CreateDirectory(scratch["full/y.npy"]);
        scratch.Text("huge.ir", "graph m(x: f64[2000000000])\n  return x\n");
        scratch.Text("wide.ir", "graph m(x: f32[1])\n"
            + "  %broadcast.0 = broadcast x {to=[2000000000] axes=[0]} : f32[2000000000]\n  return %broadcast.0\n");
        scratch.Text("vast.ir", $"{Vast}");
        File.WriteAllBytes(scratch["open.onnx"], Convert.FromBase64String(Open));
    }

    /// <summary>y = −x over an open size N, as ONNX's own library wrote it.</summary>
    private const string Open = "CAgSADo0CgsKAXgSAXkiA05lZxIBZ1oQCgF4EgsKCQgBEgUKAxIBTmIQCgF5EgsKCQgBEgUKAxIBTkIECgAQEQ==";

    /// <summary>Sixty-four values of 16 GB each, every one of which waits until the last is there.</summary>
    private static Graph Vast
    {
        get
        {
            var values = new List<Expr> { Prim.Iota(ElementType.F64[2_000_000_000], 0) };
            var places = Prim.Iota(ElementType.I32[2_000_000_000], 0);
            while (values.Count < 64) values.Add(Prim.Gather(values[^1], places));
            return Graph.Of(Enumerable.Range(0, 32).Select(i => Prim.Dot(values[63 - i], values[i], [0], [0], [], [])));
        }
    }

    private static string Put(Scratch scratch, string word) =>
        word.IndexOf('{') is >= 0 and var open && word.IndexOf('}') is var close
            ? word[..open] + scratch[word[(open + 1)..close]] + word[(close + 1)..]
            : word;
}
