using MiniTorch.Ir;
using MiniTorch.Passes.Autodiff;
using Xunit;
using static MiniTorch.Frontend.Layers;
using static MiniTorch.Frontend.Tests.Given;
using Check = MiniTorch.Generators.Check;

namespace MiniTorch.Frontend.Tests;

public sealed class LocallyConnectedTests
{
    private static Tensor Run(Model model, Tensor x, IEnumerable<(string Name, Tensor Value)> parameters) =>
        Evaluated(Ok(model.Forward(x.Type)), parameters.Append(("x", x)).ToDictionary(p => p.Item1, p => p.Item2))["y"];

    [Fact]
    public void Every_place_has_a_kernel_and_a_bias_of_its_own() => Check.Holds(Seeds, seed =>
    {
        var random = new Random(seed);
        int Of(int least, int most) => random.Next(least, most + 1);
        var (c, m, k1, k2) = (Of(1, 3), Of(1, 3), Of(1, 3), Of(1, 3));
        var (s1, s2, p1, p2) = (Of(1, 2), Of(1, 2), Of(0, 2), Of(0, 2));
        var x = Random(ElementType.F64[2, c, Of(3, 5), Of(3, 5)], seed);
        var model = LocallyConnected(m, (k1, k2), (p1, p2), (s1, s2));
        var parameters = model.Parameters(x.Type).Map(p => (p.Name, Random(p.Type, seed + p.Name.Length))).ToList();
        var (y, w, b) = (Run(model, x, parameters), parameters[0].Item2, parameters[1].Item2);
        var (oh, ow) = (y.Type[2], y.Type[3]);
        double Cell(int n, int i, int r, int q) => r < 0 || q < 0 || r >= x.Type[2] || q >= x.Type[3] ? 0
            : x.At(((n * c + i) * x.Type[2] + r) * x.Type[3] + q);
        double Weight(int r, int q, int o, int i, int k, int l) =>
            w.At(((((r * ow + q) * m + o) * c + i) * k1 + k) * k2 + l);
        double At(int n, int o, int r, int q) => b.At((o * oh + r) * ow + q)
            + (from i in Enumerable.Range(0, c)
               from k in Enumerable.Range(0, k1)
               from l in Enumerable.Range(0, k2)
               select Weight(r, q, o, i, k, l) * Cell(n, i, r * s1 + k - p1, q * s2 + l - p2)).Sum();
        var expected = from n in Enumerable.Range(0, 2)
                       from o in Enumerable.Range(0, m)
                       from r in Enumerable.Range(0, oh)
                       from q in Enumerable.Range(0, ow)
                       select At(n, o, r, q);
        Dims sizes = [2, m, (x.Type[2] + 2 * p1 - k1) / s1 + 1, (x.Type[3] + 2 * p2 - k2) / s2 + 1];
        return y.Type.Shape == sizes && expected.Zip(y.ToDoubles()).All(p => Near(p.Item1, p.Item2, 1e-12));
    }, 60);

    [Theory]
    [InlineData(PaddingMode.Zeros), InlineData(PaddingMode.Circular)]
    public void With_the_same_kernel_at_every_place_it_is_the_convolution(PaddingMode mode)
    {
        var x = Random(ElementType.F64[2, 3, 6], 1);
        var (w, b) = (Random(ElementType.F64[4, 3, 3], 2), Random(ElementType.F64[4], 3));
        var shared = Run(Conv(4, 3, Centred, paddingMode: mode), x, [("conv1.weight", w), ("conv1.bias", b)]);
        var everywhere = Value(Prim.Broadcast(Prim.Constant(w), [6, 4, 3, 3], [1, 2, 3]));
        var biases = Value(Prim.Broadcast(Prim.Constant(b), [4, 6], [0]));
        var local = Run(LocallyConnected(4, 3, Centred, paddingMode: mode), x,
            [("local1.weight", everywhere), ("local1.bias", biases)]);
        Assert.Equal(shared.Type, local.Type);
        Assert.All(shared.ToDoubles().Zip(local.ToDoubles()), p => Assert.True(Near(p.Item1, p.Item2, 1e-12)));
    }

    [Fact]
    public void Its_gradients_are_those_of_finite_differences()
    {
        var x = Random(ElementType.F64[2, 2, 4, 4], 1);
        var model = LocallyConnected(2, 3, 1, 2) >>> Layers.Tanh;
        var step = model.TrainStep(x.Type, Loss.MeanSquaredError, Optimiser.Sgd(1));
        var point = new Dictionary<string, Tensor> { ["x"] = x, ["seed"] = Count(1), ["step"] = Count(0) };
        point["target"] = Random(step.Inputs.Single(i => i.Op is Input { Name: "target" }).Type, 2);
        foreach (var p in model.Parameters(x.Type)) point[p.Name] = Random(p.Type, 5);
        var after = Evaluated(step, point);
        var loss = Graph.Of([(Expr)step.Result("loss")], step.Inputs);
        foreach (var name in new[] { "local1.weight", "local1.bias" })
            for (var i = 0; i < (int)point[name].Type.Count; i++)
                Assert.Equal(Ok(CentralDifference.Of(loss, point, name, i)), point[name].At(i) - after[name].At(i), 1e-8);
    }

    private static Tensor Count(long value) => Tensor.Scalar(ElementType.I64, value);

    [Fact]
    public void It_prints_as_composed_and_its_mistakes_are_reported_at_it()
    {
        Assert.Equal("LocallyConnected(4, (3, 5), centred, stride: 2)", LocallyConnected(4, (3, 5), Centred, 2).ToString());
        string Mistake(Model model, TensorType x) => Assert.Single(Errors(model.Forward(x))).ToString();
        Assert.Equal("local.L1: takes [batch, channels, cells…], input is f32[5,7]; reshape it (at local1)",
            Mistake(LocallyConnected(1, 3), ElementType.F32[5, 7]));
        Assert.EndsWith("(at local1)", Mistake(LocallyConnected(1, 9), ElementType.F32[1, 1, 5, 5]));
        Assert.StartsWith("extent.E1: ", Mistake(LocallyConnected(1, (3, 3)), ElementType.F32[1, 1, 5]));
    }
}
