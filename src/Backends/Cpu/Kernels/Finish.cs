namespace MiniTorch.Backends.Cpu.Kernels;

/// <summary>What is done to a result stretch by stretch, each once it is final and still in cache.</summary>
internal abstract class Finish
{
    /// <summary>
    /// Elements first to first + count of the result, row-major, are final. Every element is told of once; threads tell of
    /// different stretches at the same time.
    /// </summary>
    public abstract void Done(long first, long count);

    /// <summary>The same of a stretch that lies at an address, which need not be its place in the result.</summary>
    public virtual unsafe void Done(long first, long count, float* at) => Done(first, count);

    /// <summary>
    /// The same of so many stretches, one every <paramref name="step"/> elements; where they lie at an address, one every
    /// <paramref name="pitch"/> elements from there.
    /// </summary>
    public virtual unsafe void Done(long first, long count, int stretches, long step, float* at = null, long pitch = 0)
    {
        for (int i = 0; i < stretches; i++, first += step, at += pitch)
        {
            if (at is null) Done(first, count);
            else Done(first, count, at);
        }
    }
}
