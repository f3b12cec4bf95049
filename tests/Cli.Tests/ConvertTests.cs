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

    [Fact]
    public void Weights_come_back_from_the_other_format_bit_for_bit()
    {
        using var scratch = new Scratch();
        var weights = TensorFile.Of(
            ("w", Tensor.Of([2], 1.5f, -0f)), ("layer.b", Tensor.FromDoubles(ElementType.I64[1], [7])));
        Assert.True(TensorFiles.Save(scratch["a.safetensors"], weights).IsRight);
        Assert.Equal(0, Ran.Of("convert", scratch["a.safetensors"], scratch["b.npz"]).Code);
        Assert.Equal(0, Ran.Of("convert", scratch["b.npz"], scratch["c.safetensors"]).Code);
        Assert.Equal(File.ReadAllBytes(scratch["a.safetensors"]), File.ReadAllBytes(scratch["c.safetensors"]));
    }

    [Fact]
    public void The_weights_of_a_text_go_where_it_goes_and_are_what_it_runs_with()
    {
        using var scratch = new Scratch();
        Assert.True(TensorFiles.Save(scratch["m.safetensors"], TensorFile.Of(("x", Tensor.Of([2], 1, 2)))).IsRight);
        Assert.Equal(0, Ran.Of("convert", scratch.Text("m.ir", Model), scratch["n.ir"]).Code);
        Assert.Equal(["m.ir", "m.safetensors", "n.ir", "n.safetensors"], scratch.Everything);
        Assert.Equal("y\tf32[2]\t-2\t-1.5\t-1\t-1 -2", Ran.Of("run", scratch["n.ir"]).Lines[1]);
    }
}
