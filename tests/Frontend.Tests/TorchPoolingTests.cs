using System.Globalization;
using MiniTorch.Generators;
using MiniTorch.Ir;
using MiniTorch.Passes.Rewrite;
using Xunit;
using static MiniTorch.Frontend.Functional;
using static MiniTorch.Frontend.Tests.Given;

namespace MiniTorch.Frontend.Tests;

/// <summary>
/// Values and gradients of poolings, and of convolutions in vector form, as tests/peer/torch_pooling.py has them.
/// </summary>
public sealed class TorchPoolingTests
{
    private static readonly ElementType F = ElementType.F64;

    public static TheoryData<string> Kinds => [.. Lines().Select(l => l.Split('|')[0]).Distinct()];

    [Theory, MemberData(nameof(Kinds))]
    public void PyTorch_gives_the_same_values_and_gradients(string kind)
    {
        foreach (var line in Lines().Where(l => l.StartsWith(kind + "|", StringComparison.Ordinal)))
        {
            var parts = line.Split('|');
            var x = Numbers(F[Whole(parts[1])], i => i * 37 % 101 / 10.0 - 5 is var v && parts[2] == "1" ? Math.Floor(v / 3) : v);
            var y = Result(kind, Input("x", x.Type), [.. parts[3].Split(';').Select(Whole)]);
            var dx = Grad(Sum(y * Prim.Constant(Numbers(y.Type, i => Math.Cos(i)))), Input("x", x.Type))[0];
            Assert.Equal(Whole(parts[4]), y.Shape);
            Agree(parts[5], Value(y, ("x", x)), line);
            Agree(parts[6], Value(dx, ("x", x)), line);
        }
    }

    private static string[] Lines() => File.ReadAllLines(Path.Combine(Repository.Root, "tests", "Frontend.Tests", "TorchPooling.txt"));

    private static Expr Result(string kind, Expr x, int[][] a)
    {
        Extent At(int i) => Dims.Create(a[i]);
        bool Is(int i) => a[i][0] == 1;
        return kind switch
        {
            "max" => Pooling.Max(x, At(0), At(1), At(2), At(3), ceil: Is(4)),
            "average" => Pooling.Average(x, At(0), At(1), At(2), ceil: Is(3), countPadding: Is(4)),
            "lp" => Pooling.Of(x, PoolRegions.Windows(At(0), At(1)), Reducer.Lp(4)),
            "adaptive_average" => Pooling.Of(x, PoolRegions.Adaptive(At(0)), Reducer.Average()),
            "adaptive_max" => Pooling.Of(x, PoolRegions.Adaptive(At(0)), Reducer.Max()),
            "log_sum_exp" => Pooling.Of(x, PoolRegions.Windows(At(0), At(1)), Reducer.LogSumExp(2)),
            "softmax_weighted" => Pooling.Of(x, PoolRegions.Windows(At(0), At(1)), Reducer.SoftmaxWeighted(2)),
            "amax" => Pooling.Max(x, At(0), At(1), ties: Ties.Split),
            "unfold" => Rows(Unfold(x, Dims.Create(a[0]), Windows(a)), a[0].Length),
            _ => Im2col.Rules.Single().At(Prim.Conv(x, Kernel(a), Windows(a), a[4][0]))!,
        };
    }

    /// <summary>[N, C, o…, k…] as PyTorch's [N, C·k, o].</summary>
    private static Expr Rows(Expr u, int rank)
    {
        var turned = Prim.Transpose(u, Dims.Create([0, 1]).Then(Dims.Range(2 + rank, rank)).Then(Dims.Range(2, rank)));
        return Prim.Reshape(turned, [u.Shape[0], (int)turned.Shape.Slice(1, 1 + rank).Product, (int)u.Shape.Slice(2, rank).Product]);
    }

    private static IEnumerable<Window> Windows(int[][] a) => a[0].Select((_, i) => new Window(a[1][i], a[2][i], a[2][i], 1, a[3][i]));

    private static Expr Kernel(int[][] a) => Prim.Constant(Numbers(F[[6, 3 / a[4][0], .. a[0]]], i => i * 31 % 17 / 4.0 - 2));

    private static Tensor Numbers(TensorType type, Func<int, double> at) =>
        Tensor.FromDoubles(type, [.. Enumerable.Range(1, (int)type.Count).Select(at)]);

    private static int[] Whole(string text) => [.. text.Split(' ').Select(t => int.Parse(t, CultureInfo.InvariantCulture))];

    private static void Agree(string expected, Tensor actual, string line)
    {
        var values = actual.ToDoubles();
        double[] sums = [values.Sum(), values.Select((v, i) => v * Math.Sin(i + 1)).Sum()];
        Assert.All(expected.Split(' ').Zip(sums), p =>
            Assert.True(Near(double.Parse(p.Item1, CultureInfo.InvariantCulture), p.Item2, 1e-8), $"{line}: {p.Item2}"));
    }
}
