using System.Diagnostics;
using System.Runtime.InteropServices;
using MiniTorch.Backends.Cpu.Kernels;
using MiniTorch.Ir;
using MiniTorch.Passes;
using MiniTorch.Passes.Planning;

namespace MiniTorch.Backends.Cpu;

/// <summary>
/// A graph over one arena of exactly <see cref="Plan.ArenaBytes"/>. After the first run a run allocates nothing; results
/// are the same bits for any number of threads.
/// </summary>
public sealed unsafe class CpuRun : IExecutable
{
    private readonly Workers workers;
    private readonly IStep[] steps;
    private readonly Dictionary<string, Place> inputs = [], results = [];
    private readonly Place[] outputs;
    private readonly Moved[] copies;
    private readonly nint arena;
    private readonly Literals literals;
    private bool disposed;

    internal CpuRun(Plan plan, int threads, LoopForm form = LoopForm.WhenWorthIt)
    {
        Plan = plan;
        ArenaBytes = plan.ArenaBytes;
        arena = Pages.Cleared(ArenaBytes);
        workers = new Workers(threads);
        literals = new Literals(plan);
        foreach (var (node, slot) in plan.Slots)
            if (node.Op is Constant c) c.Value.Bytes.CopyTo(new Span<byte>((void*)(arena + slot.Offset), (int)slot.Bytes));
        foreach (var input in plan.Graph.Inputs) inputs[((Input)input.Op).Name] = PlaceOf(input);
        outputs = [.. plan.Graph.Outputs.Select((o, i) => PlaceOf(plan.Donations.GetValueOrDefault(i, o.Value)))];
        for (var i = 0; i < outputs.Length; i++) results.TryAdd(plan.Graph.Outputs[i].Name, outputs[i]);
        copies = [.. plan.Copies.Select(c => new Moved(PlaceOf(c.From).At, PlaceOf(c.To).At, c.From.Type.Bytes))];
        steps = [.. plan.Steps.Select(s => Staged([.. s.Stages.Select(stage => new Ready(plan, stage, arena, literals, form))]))];
    }

    /// <inheritdoc/>
    public Plan Plan { get; }

    /// <summary>Bytes allocated for values.</summary>
    public long ArenaBytes { get; }

    /// <summary>The size of the team.</summary>
    public int Threads => workers.Threads;

    /// <inheritdoc/>
    public void Write(string input, ReadOnlySpan<byte> bytes)
    {
        if (!inputs.TryGetValue(input, out var place))
            throw new ArgumentException($"there is no input '{input}'", nameof(input));
        Check(bytes.Length, place.Bytes, input);
        bytes.CopyTo(new Span<byte>((void*)place.At, (int)place.Bytes));
    }

    /// <inheritdoc/>
    public void Run()
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        foreach (var step in steps) step.Run(workers);
        foreach (var (from, to, bytes) in copies) Buffer.MemoryCopy((void*)from, (void*)to, bytes, bytes);
    }

    /// <summary>A run that adds the time of each step to its place.</summary>
    /// <param name="ticks">A place for each step of the plan.</param>
    /// <remarks>Units: ticks of <see cref="Stopwatch"/>.</remarks>
    public void Run(Span<long> ticks)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        for (var i = 0; i < steps.Length; i++)
        {
            var start = Stopwatch.GetTimestamp();
            steps[i].Run(workers);
            ticks[i] += Stopwatch.GetTimestamp() - start;
        }
        foreach (var (from, to, bytes) in copies) Buffer.MemoryCopy((void*)from, (void*)to, bytes, bytes);
    }

    /// <inheritdoc/>
    public void Read(string name, Span<byte> bytes)
    {
        if (!inputs.TryGetValue(name, out var place) && !results.TryGetValue(name, out place))
            throw new ArgumentException($"there is no result or input '{name}'", nameof(name));
        Copy(place, bytes, name);
    }

    /// <inheritdoc/>
    public void Read(int result, Span<byte> bytes) => Copy(outputs[result], bytes, $"result {result}");

    /// <inheritdoc/>
    public void Dispose()
    {
        if (disposed) return;
        disposed = true;
        literals.Dispose();
        NativeMemory.AlignedFree((void*)arena);
    }

    private void Copy(Place place, Span<byte> bytes, string name)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        Check(bytes.Length, place.Bytes, name);
        new ReadOnlySpan<byte>((void*)place.At, (int)place.Bytes).CopyTo(bytes);
    }

    private void Check(long given, long takes, string name)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        if (given != takes) throw new ArgumentException($"'{name}' takes {takes} bytes, given {given}");
    }

    private static IStep Lower(Ready r) => r.IsByRows ? RowPlan.Of(r) : r.Root.Op.Accept<CpuLowering, IStep>(new CpuLowering(r));

    private static IStep Staged(Ready[] stages)
    {
        var first = Lower(stages[0]);
        if (stages.Length == 1) return first;
        var next = stages[1].Root.Op is ReduceSum ? ChannelSums.Of(stages[1]) : Lower(stages[1]);
        return first is ITellsPlanes able && next is IPlanes planes ? able.Onward(planes) : new Sequence(first, next);
    }

    private Place PlaceOf(Expr node) => new(arena + (nint)Plan.Slots[node].Offset, node.Type.Bytes);

    /// <summary>A stretch of memory.</summary>
    private sealed record Place(nint At, long Bytes);

    /// <summary>A copy after the last step.</summary>
    private sealed record Moved(nint From, nint To, long Bytes);
}
