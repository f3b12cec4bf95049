using MiniTorch.Ir;
using Xunit;
using static MiniTorch.Interop.Tests.Onnx.OneNode;

namespace MiniTorch.Interop.Tests.Onnx;

public class ProductsTests
{
    private static Tensor Random(string shape, int seed) =>
        Grid.Random(ElementType.F32[[.. shape.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse)]], seed);

    [Theory]
    [InlineData("2 3", "3 4", "2 4")]
    [InlineData("3", "3", "")]
    [InlineData("3", "3 4", "4")]
    [InlineData("2 3", "3", "2")]
    [InlineData("3", "2 5 3 4", "2 5 4")]
    [InlineData("5 2 3", "3", "5 2")]
    [InlineData("2 1 4 3", "5 3 2", "2 5 4 2")]
    [InlineData("2 3", "5 3 2", "5 2 2")]
    [InlineData("4 1 2 3", "1 5 3 2", "4 5 2 2")]
    [InlineData("1 2 3", "1 3 2", "1 2 2")]
    [InlineData("2 0 3", "3 4", "2 0 4")]
    [InlineData("2 0", "0 4", "2 4")]
    public void MatMul_sums_the_inner_axis_and_repeats_the_batch(string left, string right, string result)
    {
        var (x, y) = (Grid.Of(Random(left, 1)), Grid.Of(Random(right, 2)));
        var (xs, ys) = (Row(x.Shape), Column(y.Shape));
        var batch = Math.Max(xs.Count, ys.Count) - 2;
        var computed = Run("MatMul", 13, [Random(left, 1), Random(right, 2)])[0];
        var to = Dims.Of(result.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse));
        var full = Dims.Of(Enumerable.Range(0, batch).Select(i => Math.Max(Size(xs, i - batch), Size(ys, i - batch))))
            .Then([xs[xs.Count - 2], ys[ys.Count - 1]]);
        var product = Grid.Make(full, at => Enumerable.Range(0, xs[xs.Count - 1]).Sum(k =>
            new Grid(xs, Random(left, 1).ToDoubles())[[.. Within(xs, at, batch), at[batch], k]]
            * new Grid(ys, Random(right, 2).ToDoubles())[[.. Within(ys, at, batch), k, at[batch + 1]]]));
        Assert.Equal(to, computed.Type.Shape);
        product.Is(Tensor.FromDoubles(computed.Type.With(full), computed.ToDoubles()));
    }

    private static Dims Row(Dims s) => s.Count == 1 ? Dims.Create([1, s[0]]) : s;

    private static Dims Column(Dims s) => s.Count == 1 ? Dims.Create([s[0], 1]) : s;

    private static int Size(Dims s, int fromBatchEnd) => s.Count - 2 + fromBatchEnd is var i && i < 0 ? 1 : s[i];

    private static IEnumerable<int> Within(Dims s, int[] at, int batch) =>
        Enumerable.Range(0, s.Count - 2).Select(i => s[i] == 1 ? 0 : at[batch - (s.Count - 2) + i]);

    [Theory]
    [InlineData(0, 0, "4 5", 1, 1)]
    [InlineData(1, 0, "5", 0.5, 2)]
    [InlineData(0, 1, "4 1", 1, 0.25)]
    [InlineData(1, 1, "", 2, 1)]
    public void Gemm_is_alpha_a_b_plus_beta_c(long a, long b, string c, double alpha, double beta)
    {
        var (x, y, z) = (Random(a == 1 ? "3 4" : "4 3", 1), Random(b == 1 ? "5 3" : "3 5", 2), Random(c, 3));
        var (gx, gy) = (Grid.Of(x), Grid.Of(y));
        Grid.Make([4, 5], at => alpha * Enumerable.Range(0, 3).Sum(k =>
                (a == 1 ? gx[k, at[0]] : gx[at[0], k]) * (b == 1 ? gy[at[1], k] : gy[k, at[1]]))
            + beta * z.At(c switch { "4 5" => at[0] * 5 + at[1], "5" => at[1], "4 1" => at[0], _ => 0 }))
            .Is(Run("Gemm", 13, [x, y, z], 1, Int("transA", a), Int("transB", b), Float("alpha", alpha),
            Float("beta", beta))[0]);
    }

    [Fact]
    public void Gemm_takes_whole_numbers()
    {
        var x = Tensor.Of<int>(ElementType.I32[1, 2], [3, 4]);
        var y = Tensor.Of<int>(ElementType.I32[2, 1], [5, 6]);
        Assert.Equal([78.0], Run("Gemm", 13, [x, y], 1, Float("alpha", 2))[0].ToDoubles());
        Assert.Equal("onnx.O2", Refusal("Gemm", 13, [x, y], Float("alpha", 0.5)));
    }

    [Fact]
    public void MatMulInteger_takes_off_zero_points_of_rows_and_columns()
    {
        var x = Tensor.Of<byte>(ElementType.U8[2, 2], [1, 2, 3, 4]);
        var y = Tensor.Of<byte>(ElementType.U8[2, 2], [5, 6, 7, 8]);
        var rows = Tensor.Of<byte>(ElementType.U8[2], [1, 3]);
        var columns = Tensor.Of<byte>(ElementType.U8[2], [5, 6]);
        // [[0 1] [0 1]] · [[0 0] [2 2]]
        var computed = Run("MatMulInteger", 10, [x, y, rows, columns])[0];
        Assert.Equal(ElementType.I32, computed.Type.Element);
        Assert.Equal([2.0, 2, 2, 2], computed.ToDoubles());
    }

    [Theory]
    [InlineData("ij,jk->ik", "2 3", "3 4", "")]
    [InlineData("ij,jk", "2 3", "3 4", "")]
    [InlineData("ba", "2 3", "", "")]
    [InlineData("ii->i", "3 3", "", "")]
    [InlineData("ii", "3 3", "", "")]
    [InlineData("iij->j", "3 3 2", "", "")]
    [InlineData("iijj->ij", "3 3 2 2", "", "")]
    [InlineData("i i i->i", "3 3 3", "", "")]
    [InlineData("i,j->ij", "3", "4", "")]
    [InlineData("ij,ij->i", "3 4", "3 4", "")]
    [InlineData("bij,bjk->bki", "2 3 4", "2 4 5", "")]
    [InlineData("abc,cd,de->abe", "2 3 4", "4 5", "5 2")]
    [InlineData("i,i,i->", "3", "3", "3")]
    [InlineData("ij,k,kl->il", "2 3", "4", "4 2")]
    [InlineData("ij->", "0 3", "", "")]
    public void Einsum_is_the_sum_over_all_indices_that_the_result_does_not_name(string equation, string a, string b,
        string c)
    {
        var sides = equation.Replace(" ", "").Split("->");
        var terms = sides[0].Split(',');
        var operands = new[] { a, b, c }.Take(terms.Length).Select(Random).ToArray();
        var sizes = terms.SelectMany((t, i) => t.Select((l, k) => (l, operands[i].Type.Shape[k]))).DistinctBy(p => p.l)
            .ToDictionary();
        var result = sides.Length > 1 ? sides[1]
            : string.Concat(sizes.Keys.Where(l => sides[0].Count(s => s == l) == 1).Order());
        var summed = sizes.Keys.Except(result).ToArray();
        double At(IEnumerable<(char Label, int Index)> index) => index.ToDictionary(p => p.Label, p => p.Index) is var of
            ? terms.Select((t, i) => Grid.Of(operands[i])[[.. t.Select(l => of[l])]]).Aggregate((x, y) => x * y) : 0;
        Grid.Make(Dims.Of(result.Select(l => sizes[l])), at => Grid.Indices(Dims.Of(summed.Select(l => sizes[l])))
                .Sum(inner => At(result.Zip(at).Concat(summed.Zip(inner)))))
            .Is(Run("Einsum", 12, operands, 1, Text("equation", equation))[0]);
    }

    [Theory]
    [InlineData("...ij,...jk->...ik", "2 1 3 4", "5 4 2")]
    [InlineData("...ij, ...jk", "2 3 4", "4 2")]
    [InlineData("i...,...->...i", "2 3 4", "4")]
    public void Einsum_repeats_the_axes_under_dots(string equation, string a, string b)
    {
        var (x, y) = (Random(a, 1), Random(b, 2));
        var computed = Run("Einsum", 12, [x, y], 1, Text("equation", equation))[0];
        var expected = equation[0] == '.' ? Run("MatMul", 13, [x, y])[0]
            : Run("Transpose", 13, [Run("Mul", 13, [x, y])[0]], 1, Ints("perm", 1, 2, 0))[0];
        Grid.Of(expected).Is(computed);
    }

    [Theory]
    [InlineData("ij,jk->iz")]
    [InlineData("ij,jk->ii")]
    [InlineData("ij->ij")]
    [InlineData("ij,jk->ik->")]
    [InlineData("ijk,jk->ik")]
    [InlineData("i1,jk->ik")]
    [InlineData("ij,kk->ik")]
    [InlineData("....ij,jk->ik")]
    public void An_equation_that_does_not_fit_is_refused(string equation) =>
        Assert.Equal("onnx.N1", Refusal("Einsum", 12, [Random("2 3", 1), Random("3 4", 2)], Text("equation", equation)));

    [Fact]
    public void Sizes_that_do_not_fit_are_refused()
    {
        Assert.Equal("onnx.N1", Refusal("MatMul", 13, [Random("2 3", 1), Random("2 3", 2)]));
        Assert.Equal("onnx.N1", Refusal("MatMul", 13, [Random("", 1), Random("2 3", 2)]));
        Assert.Equal("onnx.B1", Refusal("MatMul", 13, [Random("2 2 3", 1), Random("3 3 4", 2)]));
        Assert.Equal("onnx.N1", Refusal("Gemm", 13, [Random("2 3", 1), Random("2 3", 2)]));
        Assert.Equal("onnx.N1", Refusal("Gemm", 13, [Random("2 3 1", 1), Random("2 3", 2)]));
    }

    [Theory]
    [InlineData("bij,bjk->bki", "2 3 4", "2 4 5")]
    [InlineData("iij,jk->ki", "3 3 2", "2 4")]
    [InlineData("i,j->ij", "3", "4")]
    public void Einsum_has_the_slope_of_its_differences(string equation, string a, string b) =>
        Assert.InRange(Slip("Einsum", 12, [Random(a, 1), Random(b, 2)], 1, Text("equation", equation)), 0, 1e-4);

    [Fact]
    public void A_determinant_is_a_signed_sum_over_permutations_with_a_slope_even_where_it_is_zero()
    {
        var x = Random("3 4 4", 1);
        var g = Grid.Of(x);
        Grid.Make([3], at => Permutations(4)
            .Sum(p => Sign(p) * Enumerable.Range(0, 4).Aggregate(1.0, (v, i) => v * g[at[0], i, p[i]])))
            .Is(Run("Det", 11, [x])[0]);
        Assert.InRange(Slip("Det", 11, [x]), 0, 1e-4);
        Assert.InRange(Slip("Det", 11, [Tensor.Zeros(ElementType.F32[2, 2])]), 0, 1e-4);
        Assert.Equal("onnx.N1", Refusal("Det", 11, [Random("3 4", 1)]));
        Assert.Equal("onnx.O2", Refusal("Det", 11, [Random("9 9", 1)]));
    }

    private static IEnumerable<int[]> Permutations(int n) =>
        Grid.Indices(Dims.Repeat(n, n)).Where(p => p.Distinct().Count() == n);

    private static int Sign(int[] p) => p.SelectMany((v, i) => p.Skip(i + 1).Where(w => w < v)).Count() % 2 == 0 ? 1 : -1;
}
