using MiniTorch.Backends.Cpu.Kernels;
using Xunit;

namespace MiniTorch.Tests;

/// <summary>Where threads run.</summary>
public sealed class ProcessorsTests
{
    [Fact]
    public void A_thread_leaves_one_processor_after_another_until_no_other_is_left()
    {
        var (known, left, here) = (false, new List<int>(), new List<int>());
        var thread = new Thread(() =>
        {
            var number = Processors.Thread;
            known = OperatingSystem.IsLinux() && number != 0;
            for (var at = Processors.Here; known && Processors.Leave(number, at); at = Processors.Here) left.Add(at);
            for (var look = 0; look < 1000; look++) here.Add(Processors.Here);
        });
        thread.Start();
        thread.Join();
        Assert.Empty(left.Intersect(here));
        Assert.Equal(left.Distinct(), left);
        if (known) Assert.Equal(Environment.ProcessorCount - 1, left.Count);
        else Assert.All(here, at => Assert.Equal(-1, at));
    }

    [Theory, InlineData(-1), InlineData(1 << 20)]
    public void A_processor_that_is_none_cannot_be_left(int processor) =>
        Assert.False(Processors.Leave(Processors.Thread, processor));
}
