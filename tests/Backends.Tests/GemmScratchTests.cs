using System.Runtime.InteropServices;
using MiniTorch.Backends.Cpu.Kernels;
using Xunit;

namespace MiniTorch.Backends.Tests;

/// <summary>A product of matrices writes its result and its scratch, and nothing beyond.</summary>
public sealed unsafe class GemmScratchTests
{
    private const int Guard = 2048;
    private const float Mark = 77;

    [Theory, InlineData(29, 45, 1040), InlineData(50, 141, 600), InlineData(263, 540, 17), InlineData(267, 420, 1024)]
    [InlineData(13, 2048, 66), InlineData(40, 1024, 70), InlineData(1, 300, 40), InlineData(2100, 20, 31)]
    [InlineData(100, 33, 530), InlineData(52, 200, 90), InlineData(117, 96, 40)]
    public void Scratch_is_as_much_as_a_product_writes(int m, int n, int k)
    {
        for (var order = 0; order < 8; order++)
        {
            var (row, column) = ((order & 1) == 0 ? (k, 1) : (1, m), (order & 2) == 0 ? (n, 1) : (1, k));
            GemmSpec spec = new(m, n, k, row.Item1, row.Item2, column.Item1, column.Item2, n);
            Check(spec, 1 + (order / 4));
            if (k > GemmSpec.Depth) continue;
            Check(spec with { Onto = 3 }, 1 + (order / 4));
            Check(spec with { Apart = true }, 1 + (order / 4));
        }
    }

    private static void Check(GemmSpec spec, int threads)
    {
        long results = (long)spec.M * spec.N, spare = Gemm.ScratchFloats(spec, threads);
        float* a = Ones((long)spec.M * spec.K), b = Ones((long)spec.K * spec.N), c = Ones(results), scratch = Ones(spare);
        Gemm.Run(new Workers(threads), spec, a, b, spec.Apart ? null : c, scratch, spec.Apart ? new Moved((nint)c) : null);
        var sum = spec.Onto == 0 ? spec.K : 1 + (spec.Onto * spec.K);
        Assert.Equal(-1, new Span<float>(c, (int)results).IndexOfAnyExcept(sum));
        Assert.Equal(-1, new Span<float>(c + results, Guard).IndexOfAnyExcept(Mark));
        Assert.Equal(-1, new Span<float>(scratch + spare, Guard).IndexOfAnyExcept(Mark));
        foreach (var memory in (nint[])[(nint)a, (nint)b, (nint)c, (nint)scratch]) NativeMemory.AlignedFree((void*)memory);
    }

    private static float* Ones(long count)
    {
        var memory = (float*)NativeMemory.AlignedAlloc((nuint)(count + Guard) * sizeof(float), 64);
        new Span<float>(memory, (int)count).Fill(1);
        new Span<float>(memory + count, Guard).Fill(Mark);
        return memory;
    }

    /// <summary>Brings what is kept apart to its place.</summary>
    private sealed class Moved(nint c) : Finish
    {
        public override void Done(long first, long count) => throw new InvalidOperationException("nothing says where it lies");

        public override void Done(long first, long count, float* at) =>
            new Span<float>(at, (int)count).CopyTo(new Span<float>((float*)c + first, (int)count));
    }
}
