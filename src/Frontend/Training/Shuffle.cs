using MiniTorch.Ir;

namespace MiniTorch.Frontend;

/// <summary>The order of examples in an epoch: a function of seed and epoch, so a resumed training goes on as it would have.</summary>
public static class Shuffle
{
    /// <summary>A permutation of 0 … count − 1 by Fisher and Yates over Philox words.</summary>
    public static int[] Order(int count, long seed, long epoch)
    {
        var order = Enumerable.Range(0, count).ToArray();
        for (var i = count - 1; i > 0; i--)
        {
            var (a, b, _, _) = Philox.Block((ulong)i, unchecked((ulong)seed), unchecked((ulong)epoch + 1));
            var j = (int)(((UInt128)(((ulong)a << 32) | b) * (ulong)(i + 1)) >> 64);
            (order[i], order[j]) = (order[j], order[i]);
        }
        return order;
    }
}
