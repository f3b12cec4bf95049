using MiniTorch.Interop;
using MiniTorch.Ir;
using Xunit;

namespace MiniTorch.Cli.Tests;

public class ConvertTests
{
    private const string Model = "graph m(x: f32[2])\n  %neg.0 = neg x : f32[2]\n  return y=%neg.0\n";

    [Fact]
    public void A_model_converted_to_its_own_format_is_the_same_text()
    {
        using var scratch = new Scratch();
        Assert.Equal(0, Ran.Of("convert", scratch.Text("m.ir", Model), scratch["n.ir"]).Code);
        Assert.Equal(Model, File.ReadAllText(scratch["n.ir"]));
    }
}
