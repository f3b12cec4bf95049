using FsCheck;
using FsCheck.Fluent;
using LanguageExt;
using MiniTorch.Backends.Cpu;
using MiniTorch.Ir;
using MiniTorch.Passes;
using Xunit;
using static MiniTorch.Frontend.Layers;
using static MiniTorch.Frontend.Tests.Given;
using Check = MiniTorch.Generators.Check;
using Gen = FsCheck.Fluent.Gen;

namespace MiniTorch.Frontend.Tests;

/// <summary>Layers over sentences that are padded to one length.</summary>
public sealed class WordLayerTests
{
    private const int Vocabulary = 12, Width = 4;

    /// <summary>Kim's network, small: it has every layer that a sentence meets.</summary>
    private static readonly Model Kim =
        Words(Vocabulary, Width) >>> Branches(1, Ngrams(2), Ngrams(3), Ngrams(5)) >>> Linear(1) >>> Layers.Sigmoid;

    private static Model Ngrams(int n) => Masked(Conv(3, n, Layers.Same) >>> Relu) >>> MaxOverTime;

    /// <summary>Two sentences of up to six words, the second the shorter, and how much is padded beyond.</summary>
    private static Arbitrary<(int[] A, int[] B, int More)> Sentences => (
        from n in Gen.Choose(1, 6)
        from m in Gen.Choose(1, n)
        from more in Gen.Choose(1, 7)
        from a in Gen.ArrayOf(Gen.Choose(1, Vocabulary - 1), n)
        from b in Gen.ArrayOf(Gen.Choose(1, Vocabulary - 1), m)
        select (a, b, more)).ToArbitrary();

    private static Tensor Padded(int length, params int[][] sentences) => Tensor.Of<int>(ElementType.I32[sentences.Length, length],
        [.. sentences.SelectMany(s => s.Concat(new int[length - s.Length]))]);

    private static Dictionary<string, Tensor> With(Tensor x, params (string, Tensor)[] more)
    {
        var all = new Dictionary<string, Tensor>(Initial(Kim, x.Type, 3)) { ["x"] = x };
        foreach (var (name, value) in more) all[name] = value;
        return all;
    }

    private static double[] Scores(Tensor x) => Evaluated(Ok(Kim.Forward(x.Type)), With(x))["y"].ToDoubles();

    [Fact]
    public void Padding_changes_no_score() => Check.Holds(Sentences, s =>
    {
        var alone = Scores(Padded(s.B.Length, s.B))[0];
        var together = Scores(Padded(s.A.Length, s.A, s.B));
        return together.SequenceEqual(Scores(Padded(s.A.Length + s.More, s.A, s.B))) && together[1] == alone;
    });

    [Fact]
    public void Padding_changes_no_gradient() => Check.Holds(Sentences, s =>
    {
        var (tight, wide) = (Gradients(Padded(s.A.Length, s.A, s.B)), Gradients(Padded(s.A.Length + s.More, s.A, s.B)));
        return tight.Count > 6 && tight.Zip(wide).All(p => p.Item1.Zip(p.Item2).All(v => Near(v.Item1, v.Item2, 1e-5)));
    }, 30);

    private static List<double[]> Gradients(Tensor x)
    {
        var flow = Kim.Apply(Prim.Input("x", x.Type), Mode.Evaluation);
        var target = Tensor.Of<float>(ElementType.F32[2, 1], [1, 0]);
        var loss = Loss.BinaryCrossEntropy.Of(flow.Value, Prim.Input("target", target.Type));
        var parameters = flow.Parameters.Map(p => p.Input).ToArray();
        var outputs = Functional.Grad(loss, [.. parameters]).Select((g, i) => new Output($"g{i}", g)).ToArray();
        var inputs = new[] { Prim.Input("x", x.Type), Prim.Input("target", target.Type) }.Concat(parameters).ToArray();
        var values = Evaluated(Ok(Graph.Check([.. outputs], [.. inputs], "g")), With(x, ("target", target)));
        return [.. values.Values.Select(t => t.ToDoubles())];
    }

    [Fact]
    public void Padding_changes_no_score_on_the_processor()
    {
        using var run = Ok(new CpuBackend(1).Compile(Ok(Pipelines.Default.TryRun(Ok(Kim.Forward(ElementType.I32[2, 12])))).Graph));
        Check.Holds(Sentences, s =>
        {
            var x = Padded(12, s.A, s.B);
            foreach (var (name, value) in With(x)) run.Write(name, value.Bytes);
            run.Run();
            return run.Result(0).ToDoubles().Zip(Scores(Padded(s.A.Length, s.A, s.B))).All(p => Near(p.Item2, p.Item1, 1e-5));
        }, 30);
    }

    [Fact]
    public void Words_are_rows_of_the_table_and_padding_is_zeros()
    {
        var (x, model) = (Padded(3, [4, 7, 4], [9]), Words(Vocabulary, Width));
        var table = Initial(model, x.Type, 5)["words1.weight"];
        var y = Evaluated(Ok(model.Forward(x.Type)), new Dictionary<string, Tensor> { ["x"] = x, ["words1.weight"] = table })["y"];
        Assert.Equal(ElementType.F32[2, Width, 3], y.Type);
        var (rows, values) = (table.ToDoubles(), y.ToDoubles());
        for (var c = 0; c < Width; c++)
        {
            Assert.Equal([rows[4 * Width + c], rows[7 * Width + c], rows[4 * Width + c]], values[(c * 3)..(c * 3 + 3)]);
            Assert.Equal([rows[9 * Width + c], 0, 0], values[((Width + c) * 3)..((Width + c) * 3 + 3)]);
        }
    }

    [Fact]
    public void Given_rows_begin_as_they_are_given_and_the_others_at_random()
    {
        var given = new Dictionary<int, ReadOnlyMemory<float>> { [3] = new float[] { 1, 2, 3, 4 }, [5] = new float[] { 5, 6, 7, 8 } };
        var x = ElementType.I32[1, 3];
        var free = Initial(Words(Vocabulary, Width, 0.5), x, 7)["words1.weight"].ToDoubles();
        var mixed = Initial(Words(Vocabulary, Width, 0.5, given), x, 7)["words1.weight"].ToDoubles();
        Assert.Equal([1, 2, 3, 4], mixed[12..16]);
        Assert.Equal([5, 6, 7, 8], mixed[20..24]);
        Assert.Equal(free[..12], mixed[..12]);
        Assert.Equal(free[24..], mixed[24..]);
        Assert.InRange(Math.Sqrt(free.Average(v => v * v)), 0.3, 0.7);
    }

    [Fact]
    public void The_layers_print_as_they_are_written() => Assert.Equal(
        "Words(12, 4, deviation: 0.02, given: 1) >>> Masked(Conv(3, 2, same) >>> Relu) >>> MaxOverTime",
        $"{Words(12, 4, 0.02, new Dictionary<int, ReadOnlyMemory<float>> { [2] = new float[4] }) >>> Ngrams(2)}");

    [Theory]
    [InlineData("words.W1", "takes numbers of words i32[batch,length], input is f32[2,3]; give sentences as numbers")]
    [InlineData("words.W2", "is 4 wide, a given row has 5 numbers; give rows of 4")]
    [InlineData("masked.M1",
        "takes [batch, channels, length] and keeps the length, f32[2,4,3] became f32[2,3,2]; pad within, as Same does")]
    public void A_wrong_use_is_told(string rule, string message)
    {
        var given = new Dictionary<int, ReadOnlyMemory<float>> { [2] = new float[5] };
        var (model, x) = rule switch
        {
            "words.W1" => (Words(Vocabulary, Width), ElementType.F32[2, 3]),
            "words.W2" => (Words(Vocabulary, Width, 1, given), ElementType.I32[2, 3]),
            _ => (Words(Vocabulary, Width) >>> Masked(Conv(3, 2)), ElementType.I32[2, 3]),
        };
        var error = Errors(model.Forward(x)).Head;
        Assert.Equal((rule, message), (error.Rule, error.Message));
    }
}
