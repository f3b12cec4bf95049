using Google.Protobuf;
using LanguageExt;
using MiniTorch.Interop.Onnx;
using MiniTorch.Interop.Onnx.Proto;
using MiniTorch.Ir;
using MiniTorch.Passes.Evaluation;
using Xunit;

namespace MiniTorch.Interop.Tests.Onnx;

/// <summary>Losses and steps of optimisers against their formulas, written out element by element.</summary>
public class TrainingTests
{
    private static readonly Tensor Scores = Of([2, 3, 2], 0.1, -0.4, 1.2, 0.3, -2, 0.7, 0.9, 1.1, -0.2, 0.6, 0.4, -1.3);
    private static readonly long[] Classes = [2, 0, 1, 2];
    private static readonly Tensor Weights = Of([3], 0.5, 2, 3);

    public static IEnumerable<object[]> Kinds() =>
        from reduction in (string[])["none", "sum", "mean"]
        from weighed in (bool[])[false, true]
        from ignored in (int[])[-1, 2, 7]
        select (object[])[reduction, weighed, ignored];

    [Theory, MemberData(nameof(Kinds))]
    public void A_likelihood_takes_the_score_of_the_class(string reduction, bool weighed, int ignored)
    {
        var node = Loss("NegativeLogLikelihoodLoss", reduction, weighed, ignored);
        Near(Formula((n, c, d) => Score(n, c, d), reduction, weighed, ignored), node.Numbers);
        node.GradientIsDifferences(0);
    }

    [Theory, MemberData(nameof(Kinds))]
    public void A_cross_entropy_is_the_likelihood_of_the_logarithms_of_a_softmax(string reduction, bool weighed, int ignored)
    {
        var node = Loss("SoftmaxCrossEntropyLoss", reduction, weighed, ignored);
        double Log(int n, int c, int d) =>
            Score(n, c, d) - Math.Log(Enumerable.Range(0, 3).Sum(k => Math.Exp(Score(n, k, d))));
        Near(Formula(Log, reduction, weighed, ignored), node.Numbers);
        node.GradientIsDifferences(0);
        var both = (node with { Results = 2 }).Run();
        Near([.. Enumerable.Range(0, 12).Select(i => Log(i / 6, i / 2 % 3, i % 2))], both[1].ToDoubles());
    }

    [Fact]
    public void A_loss_of_other_shapes_is_refused()
    {
        var classes = Tensor.Of<long>(ElementType.I64[3], [0, 1, 2]);
        Assert.Equal("onnx.N1", new Applied("NegativeLogLikelihoodLoss", Scores, classes).Refusal);
        Assert.Equal("onnx.N1", new Applied("SoftmaxCrossEntropyLoss", Of([3], 1, 2, 3), classes).Refusal);
        Assert.Equal("onnx.N1", Loss("NegativeLogLikelihoodLoss", "most", false, 7).Refusal);
        Assert.Equal("onnx.N1", (Loss("NegativeLogLikelihoodLoss", "sum", true, 7) with
        {
            Operands = [Scores, Targets(Classes), Of([2], 1, 2)],
        }).Refusal);
    }

    [Theory, InlineData(0), InlineData(3)]
    public void Adam_is_its_formula(int t)
    {
        var node = Step("Adam", 4, t).With("alpha", 0.75).With("beta", 0.875).With("epsilon", 0.5)
            .With("norm_coefficient", 0.25).With("norm_coefficient_post", 0.125);
        var y = (node with { Results = 6 }).Run();
        foreach (var (k, x, g, v, h) in ((int, double, double, double, double)[])[(0, 1, 3, 5, 7), (1, 2, 4, 6, 8)])
        {
            var gr = 0.25 * x + g;
            var (next, square) = (0.75 * v + 0.25 * gr, 0.875 * h + 0.125 * gr * gr);
            var rate = t == 0 ? 0.5 : 0.5 * Math.Sqrt(1 - Math.Pow(0.875, t)) / (1 - Math.Pow(0.75, t));
            Near([0.875 * (x - rate * next / (Math.Sqrt(square) + 0.5)), next, square],
                [y[k].At(0), y[2 + k].At(0), y[4 + k].At(0)]);
        }
    }

    [Fact]
    public void Adam_without_an_epsilon_is_not_guessed() => Assert.Equal("onnx.O2", Step("Adam", 4, 1).Refusal);

    [Fact]
    public void Adagrad_is_its_formula()
    {
        var node = Step("Adagrad", 3, 2).With("decay_factor", 0.5).With("epsilon", 0.25).With("norm_coefficient", 0.125);
        var y = (node with { Results = 4 }).Run();
        var g = 0.125 * 1 + 3;
        Near([1 - 0.5 / (1 + 2 * 0.5) * g / (Math.Sqrt(5 + g * g) + 0.25), 5 + g * g], [y[0].At(0), y[2].At(0)]);
    }

    [Theory, InlineData("standard", 0), InlineData("standard", 2), InlineData("nesterov", 2)]
    public void Momentum_is_its_formula(string mode, int t)
    {
        var node = Step("Momentum", 3, t).With("alpha", 0.75).With("beta", 0.5).With("norm_coefficient", 0.125);
        var y = (node.With("mode", mode) with { Results = 4 }).Run();
        var g = 0.125 * 2 + 4;
        var v = 0.75 * 6 + (t == 0 ? 1 : 0.5) * g;
        Near([2 - 0.5 * (mode == "standard" ? v : g + 0.75 * v), v], [y[1].At(0), y[3].At(0)]);
    }

    [Fact]
    public void A_step_of_a_wrong_number_of_operands_is_refused() =>
        Assert.Equal("onnx.N1", (Step("Adagrad", 3, 1) with { Operands = [Of([], 1), Of([], 1), Of([], 1)] }).Refusal);

    [Fact]
    public void A_gradient_is_taken_by_the_values_that_it_names() // y = a · b² at a = 3, b = 5: ∂y/∂a = 25, ∂y/∂b = 30
    {
        var model = new ModelProto { IrVersion = 8, Graph = new GraphProto { Name = "gradient" } };
        model.OpsetImport.Add(new OperatorSetIdProto { Version = 17 });
        foreach (var (name, value) in (IEnumerable<(string, float)>)[("a", 3), ("b", 5)])
            model.Graph.Initializer.Add(new TensorProto { Name = name, DataType = 1, Dims = { 1 }, FloatData = { value } });
        model.Graph.Node.Add(new NodeProto { OpType = "Mul", Input = { "b", "b" }, Output = { "bb" } });
        model.Graph.Node.Add(new NodeProto { OpType = "Mul", Input = { "a", "bb" }, Output = { "y" } });
        var gradient = new NodeProto { OpType = "Gradient", Input = { "a", "b" }, Output = { "da", "db" } };
        gradient.Domain = "ai.onnx.preview.training";
        ByteString[] names = [ByteString.CopyFromUtf8("a"), ByteString.CopyFromUtf8("b")];
        gradient.Attribute.Add(new AttributeProto { Name = "xs", Strings = { names } });
        gradient.Attribute.Add(new AttributeProto { Name = "y", S = ByteString.CopyFromUtf8("y") });
        model.Graph.Node.Add(gradient);
        foreach (var name in (string[])["da", "db"]) model.Graph.Output.Add(new ValueInfoProto { Name = name });
        var stored = OnnxFile.Parse(model.ToByteArray(), "model.onnx", Binding.None)
            .IfLeft(e => throw new InvalidOperationException($"{e}"));
        var values = new Dictionary<string, Tensor>(stored.Values.Select(v => KeyValuePair.Create(v.Key, v.Value)));
        var results = Evaluator.Run(stored.Graph, values).IfLeft(e => throw new InvalidOperationException($"{e}"));
        Assert.Equal((25.0, 30.0), (results[0].At(0), results[1].At(0)));
    }

    private static double Score(int n, int c, int d) => Scores.At(n * 6 + c * 2 + d);

    private static double[] Formula(Func<int, int, int, double> score, string reduction, bool weighed, int ignored)
    {
        var at = Enumerable.Range(0, 4).Select(i => (N: i / 2, D: i % 2, Class: (int)ClassesBut(ignored)[i])).ToList();
        var weights = at.Select(p => p.Class == ignored ? 0 : weighed ? Weights.At(p.Class) : 1).ToList();
        var losses = at.Select((p, i) => p.Class == ignored ? 0 : -weights[i] * score(p.N, p.Class, p.D)).ToArray();
        return reduction switch { "none" => losses, "sum" => [losses.Sum()], _ => [losses.Sum() / weights.Sum()] };
    }

    /// <summary>A class that is to be ignored and is none stands in the last place.</summary>
    private static long[] ClassesBut(int ignored) => ignored is >= 0 and < 3 ? Classes : [.. Classes[..3], ignored];

    private static Applied Loss(string name, string reduction, bool weighed, int ignored) =>
        new Applied(name, Scores, Targets(ClassesBut(ignored)), weighed ? Weights : null)
            .With("reduction", reduction).With("ignore_index", ignored);

    private static Tensor Targets(long[] classes) => Tensor.Of<long>(ElementType.I64[2, 2], classes);

    /// <summary>Two parameters of one number each: operands R = ½, T, then 1, 2, 3, ….</summary>
    private static Applied Step(string name, int kinds, int t) =>
        new Applied(name, [Of([], 0.5), Tensor.Scalar(ElementType.I64, (long)t),
            .. Enumerable.Range(1, 2 * kinds).Select(v => Of([1], v))]) { Domain = "ai.onnx.preview.training" };

    private static Tensor Of(Dims shape, params double[] values) => Tensor.FromDoubles(new(ElementType.F64, shape), values);

    private static void Near(double[] expected, double[] computed)
    {
        Assert.Equal(expected.Length, computed.Length);
        foreach (var (e, c) in expected.Zip(computed)) Assert.Equal(e, c, 1e-12 * (1 + Math.Abs(e)));
    }
}
