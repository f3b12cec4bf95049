using System.Runtime.InteropServices;
using MiniTorch.Ir;
using MiniTorch.Passes.Planning;

namespace MiniTorch.Backends.Cpu;

/// <summary>The scalar constants that a plan gives no memory: they belong to the code.</summary>
internal sealed unsafe class Literals : IDisposable
{
    private const int Size = 8;

    private readonly Dictionary<Expr, int> places = [];
    private readonly nint memory;

    public Literals(Plan plan)
    {
        foreach (var node in plan.Graph.Nodes)
            if (node.Op is Constant && node.Type.Rank == 0 && !plan.Slots.ContainsKey(node)) places[node] = places.Count;
        memory = (nint)NativeMemory.AllocZeroed((nuint)Math.Max(1, places.Count), Size);
        foreach (var (node, place) in places)
            ((Constant)node.Op).Value.Bytes.CopyTo(new Span<byte>((byte*)memory + (place * Size), Size));
    }

    /// <summary>Where a literal lies; nothing for another node.</summary>
    public nint? Find(Expr node) => places.TryGetValue(node, out var place) ? memory + (place * Size) : null;

    /// <inheritdoc/>
    public void Dispose() => NativeMemory.Free((void*)memory);
}
