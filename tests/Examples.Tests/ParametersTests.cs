using MiniTorch.Examples.Course;
using MiniTorch.Generators;
using MiniTorch.Ir.Text;
using Xunit;

namespace MiniTorch.Examples.Tests;

/// <summary>What the lecture says of the number of parameters. MINITORCH_GOLDEN=write writes the models anew.</summary>
public class ParametersTests
{
    private static readonly string Text = Words.Of(Parameters.Lecture);

    public static TheoryData<string> Files => [.. Parameters.Models.Select(m => m.File)];

    [Theory]
    [InlineData("dense dense M·N 25·9 225")]
    [InlineData("dense_bias dense (M+1)·N (25+1)·9 234")]
    [InlineData("receptive_fields receptive fields (K1·K2+1)·N (3·3+1)·9 90")]
    [InlineData("shared shared weights K1·K2+1 3·3+1 10")]
    [InlineData("features shared weights (K1·K2+1)·M (3·3+1)·4 40")]
    [InlineData("rgb shared weights N·(K1·K2·C+1) 4·(3·3·3+1) 112")]
    [InlineData("N·(K1·K2·C+1) = 4·(3·3·3+1) = 112")]
    [InlineData("128 × 128 260,128,260 158,760 10")]
    public void Counts_are_the_lectures(string row) => Assert.Contains(row, Text);

    [Theory, MemberData(nameof(Files))]
    public void A_file_is_the_model_of_the_page(string name)
    {
        var path = Path.Combine(Repository.Root, "examples", "Parameters", $"{name}.ir");
        var text = Printer.Print(Parameters.Models.First(m => m.File == name).Graph, labels: false);
        if (Environment.GetEnvironmentVariable("MINITORCH_GOLDEN") == "write") File.WriteAllText(path, text);
        Assert.Equal(text, File.ReadAllText(path));
    }
}
