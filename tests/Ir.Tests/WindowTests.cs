using FsCheck.Fluent;
using MiniTorch.Generators;
using Xunit;

namespace MiniTorch.Ir.Tests;

public class WindowTests
{
    private readonly record struct Axis(int N, int K, Window Window)
    {
        public int O => (int)Window.Output(N, K);
    }

    private static readonly FsCheck.Arbitrary<Axis> Axes = Gen.Choose(0, int.MaxValue - 1).Select(seed =>
    {
        var draw = new Draw(seed);
        var (n, k) = (draw.Int(1, 9), draw.Int(1, 4));
        return new Axis(n, k, draw.Window(n, k));
    }).ToArbitrary();

    [Fact]
    public void The_window_of_the_input_gradient_gives_back_the_inputs_length() =>
        Check.Holds(Axes, a => a.Window.ForInput(a.N, a.K, a.O).Output(a.O, a.K) == a.N, count: 3000);

    [Fact]
    public void The_window_of_the_kernel_gradient_gives_back_the_kernels_length() =>
        Check.Holds(Axes, a => a.Window.ForKernel(a.N, a.K, a.O).Output(a.N, a.O) == a.K, count: 3000);

    [Fact]
    public void The_flipped_kernel_over_the_result_is_the_adjoint() => Check.Holds(Axes, a =>
    {
        var draw = new Draw(a.N * 31 + a.K);
        var (x, w, dy) = (Values(draw, a.N), Values(draw, a.K), Values(draw, a.O));
        var y = Slide(x, w, a.Window, a.O);
        var dx = Slide(dy, [.. w.Reverse()], a.Window.ForInput(a.N, a.K, a.O), a.N);
        var dw = Slide(x, dy, a.Window.ForKernel(a.N, a.K, a.O), a.K);
        return Inner(dy, y) == Inner(dx, x) && Inner(dy, y) == Inner(dw, w);
    }, count: 1000);

    [Fact]
    public void A_windows_text_is_read_back() => Check.Holds(Axes, a =>
    {
        var graph = Graph.Of([Prim.WindowSum(Prim.Input("x", ElementType.F32[a.N]), [a.K], [a.Window])]);
        return Text.Parser.Parse(graph.ToString()).Match(g => g.Equals(graph), _ => false);
    });

    private static long[] Values(Draw draw, int n) => [.. draw.Ints(n, -5, 5).Select(v => (long)v)];

    private static long Inner(long[] a, long[] b) => a.Zip(b, (x, y) => x * y).Sum();

    // the definition: output o reads spread input cell o·Stride + k·Dilation − Lo
    private static long[] Slide(long[] x, long[] w, Window v, int outputs) => [.. Enumerable.Range(0, outputs)
        .Select(o => w.Select((weight, k) => weight * Cell(x, o * v.Stride + k * v.Dilation - v.Lo, v.Base)).Sum())];

    private static long Cell(long[] x, int at, int spread) =>
        at >= 0 && at % spread == 0 && at / spread < x.Length ? x[at / spread] : 0;
}
