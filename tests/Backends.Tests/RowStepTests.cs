using MiniTorch.Backends.Cpu;
using MiniTorch.Generators;
using MiniTorch.Ir;
using MiniTorch.Passes;
using MiniTorch.Passes.Evaluation;
using MiniTorch.Passes.Planning;
using Xunit;

namespace MiniTorch.Tests;

/// <summary>Steps that go row by row: softmax, normalisation, and what backward passes make of them.</summary>
public sealed class RowStepTests
{
    /// <summary>A shape and how many of its axes lead.</summary>
    public static TheoryData<int[], int> Shapes => new()
    {
        { [9, 64], 1 }, { [8, 65], 1 }, { [300, 127], 1 }, { [256, 1000], 1 }, { [16, 4096], 1 }, { [3, 40, 130], 2 },
        { [10, 12, 17], 1 }, { [64, 520], 1 }, { [11, 3, 600], 1 }, { [2, 70], 1 }, { [8, 5000], 1 }, { [0, 70], 1 },
        { [128, 128], 1 }, { [5, 13, 67], 2 }, { [70, 4096], 1 },
    };

    [Theory, MemberData(nameof(Shapes))]
    public void Softmax_is_what_its_nodes_mean(int[] shape, int lead) => Same(shape, lead, (x, dy) =>
    {
        var e = Prim.Exp(x - Back(Prim.ReduceMax(x, Along(x, lead)), x));
        var y = e / Back(Prim.Sum(e, Along(x, lead)), x);
        return [y, y * (dy - Back(Prim.Sum(dy * y, Along(x, lead)), x))];
    });

    [Theory, MemberData(nameof(Shapes))]
    public void Log_softmax_is_what_its_nodes_mean(int[] shape, int lead) => Same(shape, lead, (x, dy) =>
    {
        var shifted = x - Back(Prim.StopGradient(Prim.ReduceMax(x, Along(x, lead))), x);
        var sum = Prim.Sum(Prim.Exp(shifted), Along(x, lead));
        var y = shifted - Back(Prim.Log(sum), x);
        return [y, dy - (Prim.Exp(y) * Back(Prim.Sum(dy, Along(x, lead)), x)), sum];
    });

    [Theory, MemberData(nameof(Shapes))]
    public void Layer_normalisation_is_what_its_nodes_mean(int[] shape, int lead) => Same(shape, lead, (x, dy) =>
    {
        double n = Math.Max(1, Along(x, lead).Aggregate(1, (p, a) => p * x.Shape[a]));
        var centred = x - Back(Prim.Sum(x, Along(x, lead)) / n, x);
        var deviation = Prim.Sqrt((Prim.Sum(centred * centred, Along(x, lead)) / n) + 1e-5);
        var scale = Prim.Broadcast(Prim.Input("g", ElementType.F32[x.Shape[^1]]), x.Shape, [x.Shape.Count - 1]);
        var h = centred / Back(deviation, x);
        var dh = dy * scale;
        var mean = Back(Prim.Sum(dh, Along(x, lead)) / n, x) + (h * Back(Prim.Sum(dh * h, Along(x, lead)) / n, x));
        return [(h * scale) + 1.0, (dh - mean) / Back(deviation, x), Prim.Sum(dy * h, [.. Enumerable.Range(0, lead)]), deviation];
    });

    [Theory, InlineData(1e-44f), InlineData(1e-39f), InlineData(3e38f)]
    public void Rows_divided_by_a_tiny_or_huge_number_are_quotients(float divisor)
    {
        Expr x = Prim.Input("x", ElementType.F32[16, 80]), s = Back(Prim.Input("s", ElementType.F32[16]), x);
        using var run = Cpu.Compile(Graph.Of([x / s, x * x / s]), 1);
        var of = Enumerable.Range(0, 16 * 80).Select(i => divisor * ((i % 7) - 3)).ToArray();
        var inputs = new Dictionary<string, Tensor>
        {
            ["x"] = Tensor.Of([16, 80], of), ["s"] = Tensor.Of([16], [.. Enumerable.Repeat(divisor, 16)]),
        };
        Assert.Equal(of.Select(v => v / divisor), run.Results(inputs)[0].As<float>().ToArray());
    }

    [Theory, MemberData(nameof(Shapes))]
    public void Masks_views_and_numbers_of_rows_are_what_they_mean(int[] shape, int lead) => Same(shape, lead, (x, dy) =>
    {
        var turned = Prim.Reverse(x, [x.Shape.Count - 1]);
        var (low, high) = (Prim.ReduceMin(turned, Along(x, lead)), Prim.ReduceMax(dy, Along(x, lead)));
        var flag = low < high;
        var rows = Prim.Input("rows", low.Type);
        var chosen = Prim.Select(Prim.And(x > Back(low * 0.5, x), dy < Back(high, x)), turned, dy * Back(Prim.Select(flag, low, rows), x));
        return [Prim.Sum(chosen, Along(x, lead)) + rows, chosen, flag, Prim.Cast(x >= Back(high, x), ElementType.F32)];
    });

    [Theory, MemberData(nameof(Shapes))]
    public void Sums_over_the_rows_are_what_they_mean_and_so_is_what_reads_them(int[] shape, int lead) => Same(shape, lead, (x, dy) =>
    {
        var e = Prim.Exp(x - Back(Prim.ReduceMax(x, Along(x, lead)), x));
        var y = e / Back(Prim.Sum(e, Along(x, lead)), x);
        var over = Dims.Range(0, lead);
        var sums = Prim.Sum(y - dy, over);
        var updated = Prim.Input("g", sums.Type) - (sums * 0.1);
        return [y, sums, updated, Prim.Sum(x, over), Prim.Sum(y * Prim.Broadcast(updated, x.Shape, Along(x, lead)), over)];
    });

    [Fact]
    public void Layer_normalisation_with_all_its_gradients_is_one_step()
    {
        Expr x = Prim.Input("x", ElementType.F32[128, 96]), dy = Prim.Input("dy", x.Type);
        var centred = x - Back(Prim.Sum(x, [1]) / 96.0, x);
        var h = centred / Back(Prim.Sqrt((Prim.Sum(centred * centred, [1]) / 96.0) + 1e-5), x);
        var dx = dy - Back(Prim.Sum(dy, [1]), x) - (h * Back(Prim.Sum(dy * h, [1]), x));
        using var run = Cpu.Compile(Graph.Of([h, dx, Prim.Sum(dy * h, [0]), Prim.Sum(dy, [0])]), 1);
        Assert.True(Assert.Single(run.Plan.Steps).IsByRows);
    }

    [Fact]
    public void Softmax_and_its_gradient_are_one_step()
    {
        var x = Prim.Input("x", ElementType.F32[256, 1000]);
        var e = Prim.Exp(x - Back(Prim.ReduceMax(x, [1]), x));
        using var run = Cpu.Compile(Graph.Of([e / Back(Prim.Sum(e, [1]), x)]), 1);
        Assert.Single(run.Plan.Steps);
        Assert.True(run.Plan.Steps[0].IsByRows);
    }

    [Fact]
    public void A_plan_whose_rows_are_others_is_found()
    {
        Expr x = Prim.Input("x", ElementType.F32[64, 64]), z = Prim.Input("z", ElementType.F32[32, 64]);
        var other = Prim.Sum(z, [0]);
        using var run = Cpu.Compile(Graph.Of([Prim.Exp(x - Back(Prim.ReduceMax(x, [1]), x)), other]), 1);
        var plan = run.Plan;
        var at = plan.Steps.First(s => s.IsByRows);
        Assert.Empty(PlanCheck.Violations(plan));
        var spoiled = at with { Body = at.Body.Insert(0, other) };
        Assert.Contains(PlanCheck.Violations(plan with { Steps = plan.Steps.Replace(at, spoiled) }), e => e.Rule == "plan.P9");
    }

    private static Dims Along(Expr x, int lead) => Dims.Range(lead, x.Shape.Count - lead);

    private static Expr Back(Expr rows, Expr x) => Prim.Broadcast(rows, x.Shape, Dims.Range(0, rows.Shape.Count));

    private static void Same(int[] shape, int lead, Func<Expr, Expr, Expr[]> of)
    {
        Expr x = Prim.Input("x", ElementType.F32[shape]), dy = Prim.Input("dy", ElementType.F32[shape]);
        var graph = Graph.Of(of(x, dy));
        var inputs = Inputs.For(graph, 9);
        var every = Graph.Of(graph.Nodes.Select(n => (Output)n), graph.Inputs);
        using CpuRun apart = Cpu.Compile(every, 1), interpreted = Cpu.Compile(graph, 1, LoopForm.Interpreted),
            generated = Cpu.Compile(graph, 1, LoopForm.Generated), two = Cpu.Compile(graph, 2);
        Assert.Empty(PlanCheck.Violations(generated.Plan));
        var (stored, first) = (apart.Results(inputs).ToArray(), interpreted.Results(inputs).ToArray());
        for (var i = 0; i < first.Length; i++)
            Assert.True(AreNear(stored[graph.Index[graph.Outputs[i].Value]], first[i]), $"result {i}, {shape.Length} axes");
        foreach (var run in new[] { generated, two })
            Assert.True(run.Results(inputs).Zip(first, (a, b) => a.Equals(b)).All(same => same), $"{shape.Length} axes");
    }

    // A row is added up in another order beside the loop that computes it than on its own.
    private static bool AreNear(Tensor a, Tensor b)
    {
        var scale = 4e-6 * (1 + a.ToDoubles().Select(Math.Abs).DefaultIfEmpty().Max());
        return a.ToDoubles().Zip(b.ToDoubles(), (x, y) => Math.Abs(x - y) <= scale).All(near => near);
    }
}
