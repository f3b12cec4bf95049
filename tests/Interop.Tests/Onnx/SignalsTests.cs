using MiniTorch.Ir;
using Xunit;
using static MiniTorch.Interop.Tests.Onnx.Some;

namespace MiniTorch.Interop.Tests.Onnx;

/// <summary>Transforms are their sums; windows their formulas.</summary>
public class SignalsTests
{
    private static void Near(double expected, double actual) => Assert.InRange(actual, expected - 1e-9, expected + 1e-9);

    [Theory]
    [InlineData(4, 0)]
    [InlineData(6, 0)]
    [InlineData(9, 1)]
    public void Dft_sums_turns_of_the_signal(int length, int onesided)
    {
        var x = Waves(2, 6, 1);
        var y = NodeUnderTest.Of("DFT", 17, ("onesided", onesided)).Run(x, I64([], length));
        var bins = onesided == 1 ? length / 2 + 1 : length;
        Assert.Equal(Dims.Create([2, bins, 2]), y.Type.Shape);
        for (var i = 0; i < 2 * bins; i++)
        {
            var used = Enumerable.Range(0, Math.Min(length, 6));
            var turn = -2 * Math.PI * (i % bins) / length;
            Near(used.Sum(t => x.At(i / bins * 6 + t) * Math.Cos(turn * t)), y.At(2 * i));
            Near(used.Sum(t => x.At(i / bins * 6 + t) * Math.Sin(turn * t)), y.At(2 * i + 1));
        }
    }

    [Fact]
    public void The_inverse_gives_back_what_was_transformed()
    {
        var x = Waves(2, 3, 5, 2);
        var there = NodeUnderTest.Of("DFT", 20).Run(x, null, I64([], -2));
        var back = NodeUnderTest.Of("DFT", 17, ("inverse", 1), ("axis", 2)).Run(there);
        for (var i = 0; i < x.Type.Count; i++) Near(x.At(i), back.At(i));
    }

    [Fact]
    public void A_frame_of_the_stft_is_the_dft_of_its_part_under_the_window()
    {
        var (x, window) = (Waves(1, 11, 1), F64([4], 0.5, 1, 2, 0.25));
        var y = NodeUnderTest.Of("STFT", 17).Run(x, I64([], 3), window);
        Assert.Equal(Dims.Create([1, 3, 3, 2]), y.Type.Shape);
        var part = F64([1, 4, 1], [.. Enumerable.Range(0, 4).Select(t => x.At(3 + t) * window.At(t))]);
        var frame = NodeUnderTest.Of("DFT", 17, ("onesided", 1)).Run(part);
        for (var i = 0; i < 6; i++) Near(frame.At(i), y.At(6 + i));
        Assert.InRange(NodeUnderTest.Of("STFT", 17).GradientError(x, I64([], 3), window), 0, 1e-8);
    }

    [Theory]
    [InlineData("HannWindow", 0.5, 0.5, 0)]
    [InlineData("HammingWindow", 25 / 46.0, 21 / 46.0, 0)]
    [InlineData("BlackmanWindow", 0.42, 0.5, 0.08)]
    public void A_window_is_a_sum_of_cosines(string name, double a, double b, double c)
    {
        var y = NodeUnderTest.Of(name, 17, ("periodic", 0), ("output_datatype", 11)).Run(I64([], 8));
        for (var i = 0; i < 8; i++)
            Near(a - b * Math.Cos(2 * Math.PI * i / 7) + c * Math.Cos(4 * Math.PI * i / 7), y.At(i));
    }

    [Fact]
    public void Signals_that_do_not_fit_are_refused()
    {
        Assert.Equal("onnx.N1", NodeUnderTest.Of("DFT", 17).Refusal(Waves(2, 5, 3)));
        Assert.Equal("onnx.N1", NodeUnderTest.Of("DFT", 17, ("axis", 2)).Refusal(Waves(2, 5, 1)));
        Assert.Equal("onnx.N1", NodeUnderTest.Of("STFT", 17).Refusal(Waves(1, 3, 1), I64([], 1), Waves(4)));
        Assert.Equal("onnx.N1", NodeUnderTest.Of("STFT", 17).Refusal(Waves(1, 3, 1), I64([], 0), Waves(2)));
        Assert.Equal("onnx.O2", NodeUnderTest.Of("DFT", 17).Refusal(Waves(1, 4, 1), I64([], 1L << 30)));
    }
}
