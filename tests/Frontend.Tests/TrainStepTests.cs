using LanguageExt;
using MiniTorch.Ir;
using MiniTorch.Ir.Text;
using MiniTorch.Passes;
using MiniTorch.Passes.Autodiff;
using MiniTorch.Passes.Evaluation;
using Xunit;
using static MiniTorch.Frontend.Layers;
using static MiniTorch.Frontend.Tests.Given;

namespace MiniTorch.Frontend.Tests;

public sealed class TrainStepTests
{
    private static readonly TensorType X = ElementType.F64[2, 1, 5, 4];

    private static readonly Model Net = Conv(3, 3, Same) >>> Layers.Tanh >>> MaxPool(2) >>> Conv(2, 2, Centred) >>> Relu
        >>> Flatten >>> Linear(4) >>> Sigmoid >>> Linear(2);

    private static Dictionary<string, Tensor> Point(int seed)
    {
        var point = Initial(Net, X, seed);
        point["x"] = Random(X, seed);
        point["target"] = Random(ElementType.F64[2, 2], seed + 1);
        return point;
    }

    /// <summary>A step of rate 1 subtracts the gradient; it must be the central difference of the evaluation's loss.</summary>
    [Theory]
    [InlineData("none", 3)]
    [InlineData("default", 3)]
    [InlineData("default", 4)]
    public void Gradients_of_every_parameter_are_central_differences(string pipeline, int seed)
    {
        var step = Ok(Pipelines.Named(pipeline).Bind(p => p.TryRun(Net.TrainStep(X, Loss.MeanSquaredError, Optimiser.Sgd(1))))).Graph;
        var evaluation = Ok(Net.Evaluation(X, Loss.MeanSquaredError));
        var loss = Graph.Of([(Expr)evaluation.Result("loss")], evaluation.Inputs);
        var point = Point(seed);
        var result = Evaluated(step, new Dictionary<string, Tensor>(point)
        {
            ["seed"] = Tensor.Scalar(ElementType.I64, 0L),
            ["step"] = Tensor.Scalar(ElementType.I64, 0L),
        });
        var names = Net.Parameters(X).Map(p => p.Name);
        Assert.Equal(8, names.Count);
        foreach (var name in names)
            for (var i = 0; i < point[name].Type.Count; i++)
            {
                var gradient = point[name].At(i) - result[name].At(i);
                var difference = Ok(CentralDifference.Of(loss, point, name, i));
                Assert.True(Math.Abs(gradient - difference) < 1e-8, $"{name}[{i}]: gradient {gradient}, difference {difference}");
            }
        Assert.Contains(names, n => result[n].ToDoubles().Zip(point[n].ToDoubles()).Any(p => Math.Abs(p.Item1 - p.Item2) > 1e-3));
    }

    [Fact]
    public void The_text_of_a_step_parses_back_to_an_equal_graph()
    {
        var model = Conv(3, 3) >>> Relu >>> MaxPool(2) >>> Dropout(0.5) >>> Flatten >>> Linear(4);
        var x = ElementType.F32[2, 1, 8, 8];
        Graph[] steps =
        [
            model.TrainStep(x, Loss.CrossEntropy, Optimiser.Adam(Schedule.Cosine(0.01, 10))),
            (model >>> Sigmoid).TrainStep(x, Loss.BinaryCrossEntropy, Optimiser.Sgd(0.1, 0.9, true, 0.01)),
            Net.TrainStep(X, Loss.MeanSquaredError, Optimiser.AdamW(0.01)),
        ];
        foreach (var step in steps)
        {
            var again = Ok(Parser.Parse(step.ToString()));
            Assert.Equal(step, again);
            Assert.Equal(Printer.Print(step, labels: false), Printer.Print(again, labels: false));
        }
    }

    [Fact]
    public void Every_input_but_the_batch_and_the_seed_has_its_next_value_among_the_results()
    {
        var step = Net.TrainStep(X, Loss.MeanSquaredError, Optimiser.Adam(0.01));
        var inputs = step.Inputs.Select(i => ((Input)i.Op).Name).Except(["x", "target", "seed"]);
        Assert.Equal(inputs.Order(), step.Outputs.Select(o => o.Name).Except(["loss", "correct"]).Order());
        Assert.All(inputs, n => Assert.Equal(step.Input(n).Map(i => i.Type), step.Result(n).Map(i => i.Type)));
    }
}
