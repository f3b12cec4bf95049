using MiniTorch.Backends.Cpu.Kernels;
using Xunit;

namespace MiniTorch.Tests;

/// <summary>The threads that all runs of the process share.</summary>
public sealed unsafe class PoolTests
{
    [Theory, InlineData(2, 1500), InlineData(2, 5), InlineData(2, 0), InlineData(3, 20)]
    public void Every_part_of_every_join_has_run_once(int threads, int looks)
    {
        using var pool = new Pool(looks);
        pool.Grow(threads);
        Assert.Equal(0, Joins.Count(pool, threads, 250_000, seed: 7).Wrong);
    }

    [Fact]
    public void Jobs_at_once_and_jobs_within_jobs_all_end()
    {
        var sums = new long[4];
        Parallel.For(0, 4, i =>
        {
            var (workers, sum) = (new Workers(2), 0L);
            for (var k = 0; k < 2000; k++) workers.Run(4, &Outer, &sum);
            sums[i] = sum;
        });
        Assert.Equal([24_000, 24_000, 24_000, 24_000], sums);
    }

    [Fact]
    public void What_a_part_throws_is_thrown_by_the_join_and_the_pool_goes_on()
    {
        var (workers, sum) = (new Workers(3), 0L);
        for (var k = 0; k < 100; k++)
            Assert.Equal("part 2", Assert.Throws<InvalidOperationException>(() => new Workers(3).Run(3, &Fails, null)).Message);
        workers.Run(5, &Add, &sum);
        Assert.Equal(5, sum);
    }

    private static void Outer(void* state, int part, int thread)
    {
        var inner = 0L;
        new Workers(2).Run(3, &Add, &inner);
        Interlocked.Add(ref *(long*)state, inner);
    }

    private static void Add(void* state, int part, int thread) => Interlocked.Increment(ref *(long*)state);

    private static void Fails(void* state, int part, int thread)
    {
        if (part == 2) throw new InvalidOperationException($"part {part}");
    }
}
