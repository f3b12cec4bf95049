using System.Text.Json;
using MiniTorch.Backends.Cpu;
using Xunit;

namespace MiniTorch.Cli.Tests;

public class BenchTests
{
    private const string Model = "graph m(x: f32[64,64], w: f32[64,64])\n"
        + "  %dot.0 = dot x w {contract=[1:0]} : f32[64,64]\n  return %dot.0\n";

    private static readonly string[] Keys =
        ["median_ms", "min_ms", "p90_ms", "runs", "gflops", "percent_of_peak", "peak_bytes", "compile_ms"];

    [Theory]
    [InlineData("cpu")]
    [InlineData("reference")]
    [InlineData("cpu", "--grad")]
    [InlineData("cpu", "--wrt", "w", "--threads", "1")]
    public void Its_json_has_exactly_the_agreed_keys(string device, params string[] more)
    {
        using var scratch = new Scratch();
        var ran = Ran.Of(["bench", scratch.Text("m.ir", Model), "--seconds", "0.01", "--json", "--device", device, .. more]);
        Assert.Equal((0, ""), (ran.Code, ran.Error));
        using var json = JsonDocument.Parse(ran.Out);
        Assert.Equal(Keys, json.RootElement.EnumerateObject().Select(p => p.Name));
        double Of(string key) => json.RootElement.GetProperty(key).GetDouble();
        Assert.True(Of("runs") >= 5);
        Assert.True(0 < Of("min_ms") && Of("min_ms") <= Of("median_ms") && Of("median_ms") <= Of("p90_ms"));
        Assert.True(Of("gflops") > 0 && Of("percent_of_peak") > 0 && Of("compile_ms") >= 0);
        Assert.True(Of("peak_bytes") >= 3 * 64 * 64 * 4);
    }

    [Fact]
    public void Each_step_stands_with_its_algorithm_estimate_and_time()
    {
        using var scratch = new Scratch();
        var ran = Ran.Of("bench", scratch.Text("m.ir", Model), "--seconds", "0.01", "--grad", "--steps", "--json");
        Assert.Equal((0, ""), (ran.Code, ran.Error));
        using var json = JsonDocument.Parse(ran.Out);
        var steps = json.RootElement.GetProperty("steps").EnumerateArray().ToList();
        Assert.Contains(steps, s => s.GetProperty("algorithm").GetString() == "gemm");
        Assert.All(steps, s => Assert.True(s.GetProperty("estimate_us").GetDouble() > 0 && s.GetProperty("median_us").GetDouble() >= 0));
        Assert.Equal(
            json.RootElement.GetProperty("estimate_ms").GetDouble(), steps.Sum(s => s.GetProperty("estimate_us").GetDouble()) / 1000, 9);
    }

    [Fact]
    public void The_rate_is_the_operations_over_the_median()
    {
        using var scratch = new Scratch();
        var ran = Ran.Of("bench", scratch.Text("m.ir", Model), "--seconds", "0.01", "--json");
        using var json = JsonDocument.Parse(ran.Out);
        double Of(string key) => json.RootElement.GetProperty(key).GetDouble();
        Assert.Equal(2.0 * 64 * 64 * 64, Of("gflops") * Of("median_ms") * 1e6, 1.0);
    }

    [Fact]
    public void The_peak_is_a_positive_rate() => Assert.True(Peak.Measure(1, 0.01) is > 1e6 and < 1e15);
}
