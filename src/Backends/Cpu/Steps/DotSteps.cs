using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using MiniTorch.Backends.Cpu.Kernels;
using MiniTorch.Ir;

namespace MiniTorch.Backends.Cpu;

/// <summary>Matrix products in single precision, and their epilogue.</summary>
internal sealed unsafe class GemmStep(GemmSpec spec, nint a, nint b, nint c, nint scratch, Epilogue? after = null) : IStep
{
    /// <inheritdoc/>
    public void Run(Workers workers) => Gemm.Run(workers, spec, (float*)a, (float*)b, (float*)c, (float*)scratch, after);
}

/// <summary>Halves to floats or back.</summary>
internal sealed unsafe class HalvesStep : IStep
{
    private readonly delegate*<void*, void*, void*, void*, int, void> loop;
    private readonly nint from, to;
    private readonly int count;

    private HalvesStep(delegate*<void*, void*, void*, void*, int, void> loop, nint from, nint to, long count)
    {
        this.loop = loop;
        (this.from, this.to, this.count) = (from, to, (int)count);
    }

    public static HalvesStep Load(ElementKind kind, nint from, nint to, long count) =>
        new(kind == ElementKind.F16 ? &Casts.LoadF16 : &Casts.LoadBF16, from, to, count);

    public static HalvesStep Store(ElementKind kind, nint from, nint to, long count) =>
        new(kind == ElementKind.F16 ? &Casts.StoreF16 : &Casts.StoreBF16, from, to, count);

    /// <inheritdoc/>
    public void Run(Workers workers) => loop((void*)to, (void*)from, null, null, count);
}

/// <summary>[batch, m, k] · [batch, k, n], row-major, any number type; each element sums in order of k.</summary>
internal sealed unsafe class PlainDotStep<T> : Parted
    where T : unmanaged, INumber<T>
{
    private readonly nint a, b, c;
    private readonly long batch, m, n, k;

    public PlainDotStep(nint a, nint b, nint c, long batch, long m, long n, long k)
    {
        (this.a, this.b, this.c, this.batch, this.m, this.n, this.k) = (a, b, c, batch, m, n, k);
        Parts = PartsFor(batch * m * n * k / 4, batch * m);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override void Part(int part)
    {
        var (from, to) = Share(batch * m, part);
        for (var row = from; row < to; row++)
        {
            T* x = (T*)a + (row * k), y = (T*)b + (row / m * k * n), z = (T*)c + (row * n);
            new Span<T>(z, (int)n).Clear();
            for (long i = 0; i < k; i++, y += n) AddScaled(x[i], y, z, n);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddScaled(T scale, T* y, T* z, long n)
    {
        var vector = Vector512.Create(scale);
        long i = 0;
        for (; i + Vector512<T>.Count <= n; i += Vector512<T>.Count)
            (Vector512.Load(z + i) + (vector * Vector512.Load(y + i))).Store(z + i);
        for (; i < n; i++) z[i] += scale * y[i];
    }
}
