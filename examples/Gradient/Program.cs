using System.Runtime.InteropServices;
using MiniTorch.Backends.Cpu;
using MiniTorch.Ir;
using MiniTorch.Passes;
using static MiniTorch.Frontend.Functional;
using static MiniTorch.Ir.ElementType;

// The lecture's convolution, its gradient as a graph, and both run.

Expr x = Input("x", F32[1, 1, 6]), w = Input("w", F32[1, 1, 3]);
Expr y = Conv(x, w, Same);                                   // anchored top-left, zeros past the far edge
Graph g = Graph.Of([y, .. Grad(Sum(y * y), x, w)]);          // forward and backward: one immutable value
Trace trace = Pipelines.Default.Run(g);                      // a graph after every pass
using var run = Cpu.Compile(trace.Graph);

Console.WriteLine(g);
Console.WriteLine(trace.Graph);
Console.WriteLine(run.Plan);

run.Write("x", MemoryMarshal.AsBytes<float>([1, 2, 3, 4, 5, 6]));
run.Write("w", MemoryMarshal.AsBytes<float>([5, 2, 3]));
run.Run();
foreach (var (name, result, count) in new[] { ("y", 0, 6), ("dx", 1, 6), ("dw", 2, 3) })
{
    var values = new float[count];
    run.Read(result, MemoryMarshal.AsBytes(values.AsSpan()));
    Console.WriteLine($"{name} = {string.Join(' ', values)}");
}
