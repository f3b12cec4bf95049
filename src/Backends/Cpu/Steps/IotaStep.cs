using System.Numerics;
using System.Runtime.InteropServices;
using MiniTorch.Backends.Cpu.Kernels;
using MiniTorch.Ir;

namespace MiniTorch.Backends.Cpu;

/// <summary>The position along one axis, as [outer, n, inner]: the first outer part, then copies of all so far.</summary>
internal sealed unsafe class IotaStep<T>(nint to, TensorType type, int axis) : IStep
    where T : unmanaged, INumber<T>
{
    private readonly long n = type[axis], inner = type.Shape.Slice(axis + 1, type.Rank - axis - 1).Product;

    /// <inheritdoc/>
    public void Run(Workers workers)
    {
        if (type.Count == 0) return;
        var y = (T*)to;
        for (long k = 0; k < n; k++)
            if (inner == 1) y[k] = T.CreateTruncating(k);
            else new Span<T>(y + (k * inner), (int)inner).Fill(T.CreateTruncating(k));
        for (var done = n * inner; done < type.Count; done *= 2)
            NativeMemory.Copy(y, y + done, (nuint)(Math.Min(done, type.Count - done) * sizeof(T)));
    }
}

/// <summary>The same in bf16.</summary>
internal sealed unsafe class IotaBFloatStep(nint to, TensorType type, int axis) : IStep
{
    private readonly long inner = type.Shape.Slice(axis + 1, type.Rank - axis - 1).Product;

    /// <inheritdoc/>
    public void Run(Workers workers)
    {
        for (long i = 0; i < type.Count; i++) ((ushort*)to)[i] = Elements.ToBFloat16(i / inner % type[axis]);
    }
}

/// <summary>Readies counting by element type.</summary>
internal static class Iotas
{
    public static IStep Of(Ready r, Iota op) => op.Type.Element.Kind switch
    {
        ElementKind.U8 => new IotaStep<byte>(r.Result, op.Type, op.Axis),
        ElementKind.I32 => new IotaStep<int>(r.Result, op.Type, op.Axis),
        ElementKind.I64 => new IotaStep<long>(r.Result, op.Type, op.Axis),
        ElementKind.F16 => new IotaStep<Half>(r.Result, op.Type, op.Axis),
        ElementKind.BF16 => new IotaBFloatStep(r.Result, op.Type, op.Axis),
        ElementKind.F32 => new IotaStep<float>(r.Result, op.Type, op.Axis),
        ElementKind.F64 => new IotaStep<double>(r.Result, op.Type, op.Axis),
        var other => throw new InvalidOperationException($"element kind {other}"),
    };
}
