using MiniTorch.Generators;
using MiniTorch.Ir;
using Xunit;

namespace MiniTorch.Tests;

/// <content>Products of sizes at which they are cut, packed or read in place differently.</content>
public sealed partial class CpuTests
{
    // Odd and whole panels of columns, one and more slices of K, odd tiles of rows, rows that lie a page apart.
    [Theory, InlineData(29, 45, 1040), InlineData(16, 96, 530), InlineData(263, 540, 17), InlineData(300, 1024, 9)]
    [InlineData(13, 2048, 66), InlineData(30, 160, 1536), InlineData(40, 1024, 70), InlineData(50, 141, 600)]
    [InlineData(267, 420, 1024), InlineData(27, 272, 64), InlineData(2100, 20, 31), InlineData(270, 1, 70)]
    [InlineData(1, 300, 40), InlineData(1, 1031, 75), InlineData(1, 16, 3), InlineData(1, 512, 800), InlineData(1, 15, 9)]
    public void Products_of_operands_in_any_order_are_what_they_mean(int m, int n, int k)
    {
        Expr[] left = [F32("a", m, k), Prim.Transpose(F32("c", k, m), [1, 0])];
        Expr[] right = [F32("b", k, n), Prim.Transpose(F32("d", n, k), [1, 0])];
        Agree(Graph.Of(left.SelectMany(x => right.Select(y => Prim.MatMul(x, y)))));
        var y = Prim.MatMul(left[1], right[0]);
        Agree(Finished(y, Prim.Broadcast(F32("e", n), y.Shape, [1])));
    }

    [Theory, InlineData(1), InlineData(2), InlineData(3), InlineData(4)]
    public void Batches_of_products_are_what_they_mean(int seed)
    {
        var draw = new Draw(seed);
        for (var i = 0; i < 10; i++)
        {
            var (batch, m, n, k) = (draw.Int(1, 70), draw.Int(1, 40), draw.Int(1, 140), draw.Int(1, 20));
            var reversed = Prim.Reverse(F32("b", batch, n, k), [draw.Int(0, 2)]);
            var shared = Prim.Broadcast(F32("c", k, n), [batch, k, n], [1, 2]);
            var x = F32("a", batch, m, k);
            Agree(Graph.Of([Prim.Dot(x, reversed, [2], [2], [0], [0]), Prim.Dot(x, shared, [2], [1], [0], [0])]));
        }
    }
}
