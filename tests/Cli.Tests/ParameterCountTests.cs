using System.Text.Json.Nodes;
using MiniTorch.Generators;
using Xunit;

namespace MiniTorch.Cli.Tests;

/// <summary>The lecture's counts of parameters, as <c>explain</c> tells them of the models in examples/Parameters.</summary>
public sealed class ParameterCountTests
{
    private static Ran Explain(string model, params string[] options) =>
        Ran.Of(["explain", Path.Combine(Repository.Root, "examples", "Parameters", $"{model}.ir"), .. options]);

    [Theory]
    [InlineData("dense", "%dot.0\tdense\tM·N\t25·9\t225", 225)]
    [InlineData("dense_bias", "%dot.0\tdense\t(M+1)·N\t(25+1)·9\t234", 234)]
    [InlineData("receptive_fields", "%dot.0\treceptive fields\t(K1·K2+1)·N\t(3·3+1)·9\t90", 90)]
    [InlineData("shared", "%conv.0\tshared weights\tK1·K2+1\t3·3+1\t10", 10)]
    [InlineData("features", "%conv.0\tshared weights\t(K1·K2+1)·M\t(3·3+1)·4\t40", 40)]
    [InlineData("rgb", "%conv.0\tshared weights\tN·(K1·K2·C+1)\t4·(3·3·3+1)\t112", 112)]
    public void A_layer_has_the_lectures_formula_and_count(string model, string layer, int count)
    {
        var ran = Explain(model);
        Assert.Equal((0, ""), (ran.Code, ran.Error));
        Assert.Equal(["layer\tweights\tparameters\tof this layer\tcount", layer], ran.Lines[^2..]);
        Assert.Contains($"parameters\t{count}", ran.Lines);
        var json = Assert.Single(JsonNode.Parse(Explain(model, "--json").Out)!["layers"]!.AsArray())!;
        Assert.Equal((count, layer.Split('\t')[2]), ((int)json["parameters"]!, (string?)json["law"]));
    }
}
