using System.Collections.Immutable;
using System.Diagnostics;
using MiniTorch.Generators;
using MiniTorch.Ir;
using MiniTorch.Passes.Planning;
using MiniTorch.Passes.Rewrite;
using Xunit;
using static MiniTorch.Ir.Prim;

namespace MiniTorch.Passes.Tests;

/// <summary>Plans keep the meaning of their graphs, and the checker accepts them.</summary>
public sealed partial class PlanTests
{
    private static readonly IPlanTarget[] Targets =
        [new ReferenceTarget(), new Timid(), new Eager(), new Gathering(), new Gathering { Apart = true }];

    private static readonly ElementType F32 = ElementType.F32;

    [Fact]
    public void Every_plan_is_accepted_and_needs_no_less_than_its_bound() => Check.Holds(Graphs.Any(40),
        g => Targets.All(t => Planner.Of(g, t) is var p && Accepted(p) && p.ArenaBytes >= p.LowerBound), 400);

    [Fact]
    public void Steps_in_the_arena_compute_what_the_graph_means() => Check.Holds(Graphs.Any(30),
        g => Targets.All(t => Agrees(Planner.Of(g, t))), 300);

    [Fact]
    public void A_training_step_in_the_arena_computes_what_the_graph_means_and_needs_no_copies()
    {
        var plan = Planner.Of(Training(), new ReferenceTarget());
        Assert.Empty(PlanCheck.Violations(plan));
        Assert.Empty(plan.Copies);
        Assert.Equal(2, plan.Donations.Count);
        Assert.True(Agrees(plan), plan.ToString());
    }

    [Fact]
    public void The_arena_is_within_a_tenth_of_its_lower_bound() => Check.Holds(Graphs.Any(40), g =>
        Array.TrueForAll(Targets, t => Planner.Of(g, t) is var p && p.ArenaBytes <= p.LowerBound * 1.1), 300);

    [Fact]
    public void Planning_is_deterministic() =>
        Assert.Equal(Planner.Of(Training(), new ReferenceTarget()).ToString(), Planner.Of(Training(), new ReferenceTarget()).ToString());

    [Fact]
    public void An_elementwise_chain_is_one_step_and_a_reduction_computes_its_producers()
    {
        var x = Input("x", F32[8, 16]);
        var plan = Planner.Of(Graph.Of([Sum(Exp(x * 2.0) + x, [1])]), new ReferenceTarget());
        Assert.Equal(["mul", "exp", "add", "reduce_sum"], Assert.Single(plan.Steps).Body.Select(n => n.Op.Mnemonic));
    }

    [Fact]
    public void A_scalar_computed_at_run_time_is_stored_and_not_recomputed_in_the_loop()
    {
        var (x, rate) = (Input("x", F32[8]), Input("rate", F32[[]]));
        var plan = Planner.Of(Graph.Of([x * Exp(rate)]), new ReferenceTarget());
        Assert.Equal(2, plan.Steps.Length);
        Assert.Equal<long>([0], plan.Steps[1].Operands.Single(o => o.Node.Type.Rank == 0).View.Strides.ToArray());
    }

    [Fact]
    public void A_transposed_reversed_slice_is_read_where_it_lies()
    {
        var x = Input("x", F32[4, 6]);
        var moved = Reverse(Transpose(Slice(x, [1, 0], [4, 6], [2, 3]), [1, 0]), [0]);
        var step = Assert.Single(Planner.Of(Graph.Of([Exp(moved)]), new ReferenceTarget()).Steps);
        Assert.Equal((9L, -3L, 12L), (step.Operands[0].View.Offset, step.Operands[0].View.Strides[0], step.Operands[0].View.Strides[1]));
    }

    [Fact]
    public void A_reshape_of_a_transpose_is_a_view_only_when_no_axis_tears()
    {
        var x = Input("x", F32[2, 3, 4]);
        var kept = Reshape(Transpose(x, [2, 0, 1]), [4, 1, 6]);
        var torn = Reshape(Transpose(x, [0, 2, 1]), [24]);
        Assert.Single(Planner.Of(Graph.Of([Exp(kept)]), new ReferenceTarget()).Steps);
        Assert.Equal(2, Planner.Of(Graph.Of([Exp(torn)]), new ReferenceTarget()).Steps.Length);
    }

    [Fact]
    public void A_map_takes_the_place_of_an_operand_that_dies()
    {
        var y = MatMul(Input("x", F32[32, 32]), Input("w", F32[32, 32]));
        var plan = Planner.Of(Graph.Of([Exp(y) * 2.0]), new ReferenceTarget());
        Assert.Equal(plan.Slots[plan.Steps[0].Root].Offset, plan.Slots[plan.Steps[1].Root].Offset);
        Assert.Contains("in place of %dot.0", plan.ToString());
    }

    [Fact]
    public void A_map_that_reads_an_operand_at_two_indices_does_not_take_its_place()
    {
        var y = MatMul(Input("x", F32[32, 32]), Input("w", F32[32, 32]));
        var plan = Planner.Of(Graph.Of([y + Transpose(y, [1, 0])]), new ReferenceTarget());
        Assert.NotEqual(plan.Slots[plan.Steps[0].Root].Offset, plan.Slots[plan.Steps[1].Root].Offset);
    }

    [Fact]
    public void A_loop_stores_a_value_that_others_read_too_and_updates_inputs_in_place()
    {
        var (p, m, g) = (Input("p", F32[8]), Input("m", F32[8]), Input("g", F32[8]));
        var next = m * 0.9 + g;
        var plan = Planner.Of(Graph.Of([new Output("m", next), new Output("p", p - next * 0.1)]), new Gathering());
        Assert.Equal(2, Assert.Single(plan.Steps).Results.Length);
        Assert.Empty(plan.Copies);
        Assert.True(Agrees(plan));
    }

    [Fact]
    public void A_value_stays_out_of_a_loop_that_waits_for_another_reader_of_it()
    {
        var x = Input("x", F32[4, 4]);
        var y = Exp(x);
        var plan = Planner.Of(Graph.Of([y + MatMul(y, y)]), new Gathering());
        Assert.Equal(["exp", "dot+add"], plan.Steps.Select(s => string.Join('+', s.Body.Select(n => n.Op.Mnemonic))));
        Assert.True(Agrees(plan));
    }

    [Fact]
    public void A_product_is_finished_by_the_loop_that_reads_it()
    {
        var product = MatMul(Input("x", F32[4, 5]), Input("w", F32[5, 6]));
        var biased = product + Broadcast(Input("b", F32[6]), [4, 6], [1]);
        var plan = Planner.Of(Graph.Of([Max(biased, Prim.Like(biased, 0))]), new Gathering());
        Assert.Equal("dot", Assert.Single(plan.Steps).Anchor!.Op.Mnemonic);
        Assert.Equal(3, plan.Steps[0].Operands.Length);
        Assert.True(Agrees(plan));
    }

    [Fact]
    public void Between_convolutions_values_lie_in_blocks_that_cost_no_step()
    {
        var plan = Planner.Of(Residual(), new Gathering());
        var steps = plan.Steps.Select(s => string.Join('+', s.Body.Select(n => n.Op.Mnemonic))).ToList();
        Assert.Equal(3, plan.Steps.Count(s => s.Anchor is { Op: Ir.Conv }));
        Assert.Equal(["conv+reshape+transpose+add+max", "conv+reshape+transpose+add"], steps.Where(s => s.Contains("reshape")).Take(2));
        Assert.Equal(2, plan.Steps.Count(s => s.Operands.Any(o => o.View.Lanes == 16)));
        Assert.True(Agrees(plan), plan.ToString());
    }

    [Fact]
    public void Blocks_that_a_convolution_reads_elsewhere_are_found()
    {
        var plan = Planner.Of(Residual(), new Gathering());
        var step = plan.Steps.First(s => s.Operands.Any(o => o.View.Lanes == 16));
        var operand = step.Operands.First(o => o.View.Lanes == 16);
        var wrong = step with { Operands = step.Operands.Replace(operand, operand with { View = operand.View with { Lanes = 1 } }) };
        Assert.Contains(PlanCheck.Violations(plan with { Steps = plan.Steps.SetItem(step.Index, wrong) }), e => e.Rule == "plan.P4");
    }

    [Theory, InlineData(2, 6, 3), InlineData(3, 4, 4), InlineData(4, 4, 2)]
    public void The_gradient_of_a_grouped_kernel_reads_the_input_where_it_lies(int batch, int channels, int groups)
    {
        Window[] same = [new(1, 1, 1), new(1, 1, 1)];
        var (x, w) = (Input("x", F32[batch, channels, 5, 4]), Input("w", F32[channels, channels / groups, 3, 3]));
        var y = Conv(x, w, same, groups);
        var plan = Planner.Of(Graph.Of([.. Autodiff.Backward.Vjp([y], [Input("dy", y.Type)], [w])]), new Gathering());
        Assert.DoesNotContain(plan.Steps, s => s.Body.Any(n => n.Op is Reshape));
        Assert.Single(plan.Steps, s => s.Operands.Any(o => o.View.Lanes == batch && o.View.LaneStep == channels * 20));
        Assert.True(Agrees(plan), plan.ToString());
    }

    /// <summary>Three convolutions with a bias, a relu, and a shortcut around the second.</summary>
    private static Graph Residual()
    {
        Window[] same = [new(1, 1, 1), new(1, 1, 1)];
        var bias = Prim.Broadcast(Input("b", F32[32]), [2, 32, 3, 4], [1]);
        var y = Conv(Input("x", F32[2, 3, 3, 4]), Input("u", F32[32, 3, 3, 3]), same) + bias;
        var active = Max(y, Prim.Like(y, 0));
        var sum = Conv(active, Input("v", F32[32, 32, 3, 3]), same) + active;
        return Graph.Of([Conv(sum, Input("w", F32[5, 32, 3, 3]), same)]);
    }

    [Fact]
    public void Two_inputs_may_swap()
    {
        var (x, y) = (Input("x", F32[5]), Input("y", F32[5]));
        Assert.True(Agrees(Planner.Of(Graph.Of([new Output("x", y), new Output("y", x), new Output("", x)]), new ReferenceTarget())));
    }

    [Fact]
    public void An_input_read_after_its_update_is_updated_last()
    {
        var x = Input("x", F32[6]);
        var plan = Planner.Of(Graph.Of([new Output("x", x * 2.0), new Output("sorted", Reverse(x, [0]))]), new ReferenceTarget());
        Assert.Equal("mul", plan.Steps[^1].Root.Op.Mnemonic);
        Assert.Empty(plan.Copies);
        Assert.True(Agrees(plan));
    }

    [Fact]
    public void A_product_counts_two_operations_for_each_multiply_add()
    {
        Assert.Equal(2 * 3 * 4 * 5, Cost.Flops(MatMul(Input("x", F32[3, 4]), Input("w", F32[4, 5]))));
        var conv = Conv(Input("x", F32[2, 4, 8, 8]), Input("w", F32[6, 2, 3, 3]), [Window.Unit, Window.Unit], 2);
        Assert.Equal(2 * (2 * 6 * 6 * 6) * 2 * 9, Cost.Flops(conv));
    }

    [Fact]
    public void A_chain_of_100_000_nodes_is_planned_and_checked_in_seconds()
    {
        Expr sum = Input("x", F32[16]), other = Input("y", F32[16]);
        for (var i = 0; i < 50_000; i++) (sum, other) = (sum + other, i % 3 == 0 ? Reverse(sum, [0]) : Exp(sum));
        var graph = Graph.Of([sum, other]);
        Assert.True(graph.Nodes.Length >= 100_000);
        var clock = Stopwatch.StartNew();
        var plan = Planner.Of(graph, new ReferenceTarget());
        Assert.Empty(PlanCheck.Violations(plan));
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(30), $"{clock.Elapsed}");
        Assert.True(plan.ArenaBytes < 100 * Plan.Extent(64), $"{plan.ArenaBytes}");
    }

    /// <summary>A convolution, a pool, two uses of the activations, and two parameters' updates.</summary>
    private static Graph Training()
    {
        var (x, w, v) = (Input("x", F32[2, 3, 6, 6]), Input("w", F32[4, 3, 3, 3]), Input("v", F32[4, 16]));
        var rate = Input("rate", F32[[]]);
        var y = Conv(x, w, [Window.Unit, Window.Unit]);
        var active = Max(y, Prim.Like(y, 0)) + Exp(y);
        var flat = Reshape(Transpose(active, [1, 0, 2, 3]), [4, 32]);
        var pooled = WindowSum(active, [2, 2], [new(2), new(2)]);
        var loss = Sum(Dot(flat, v, [0], [0], [], []) * 0.5, [0, 1]) + Sum(Reshape(pooled, [32]), [0]);
        var back = Conv(Transpose(x, [1, 0, 2, 3]), Transpose(active, [1, 0, 2, 3]), [Window.Unit, Window.Unit]);
        return Graph.Of([new Output("loss", loss),
            new Output("w", w - Transpose(back, [1, 0, 2, 3]) * rate), new Output("v", v * (1.0 - rate * loss))]);
    }

    private static bool Accepted(Plan plan)
    {
        var first = PlanCheck.Violations(plan).FirstOrDefault();
        return first is null ? true : throw new InvalidOperationException($"{first}\n{plan}");
    }

    private static bool Agrees(Plan plan) => Accepted(plan) && new PlanArena(plan).Agrees(Inputs.For(plan.Graph, 7));

    /// <summary>Puts as much into one step as a plan may.</summary>
    private sealed record Gathering : IPlanTarget
    {
        public bool StoresSeveral => true;
        public bool JoinsLoops { get; init; } = true;
        public bool Apart { get; init; }
        public bool KeepsApart(Expr node) => Apart && Finishes(node);
        public bool Blocked(Expr conv, bool reads) => Blocks.Fits(reads ? conv.Args[0].Type : conv.Type);
        public bool ReadsGroups(Expr conv, View view) => true;
        public Graph Prepare(Graph graph) => Layouts.For(new Free()).Run(graph).IfLeft(graph);
        public bool ReadsView(Expr user, int operand) => true;
        public bool Fuses(Expr user, int operand) => user.Op is Elementwise or Reduction;
        public bool Finishes(Expr node) => node.Op is Ir.Conv or Ir.Dot or Reduction or Windowed or Ir.Gather or Ir.ScatterAdd or Ir.Concat;
        public long Scratch(ImmutableArray<Expr> body, ImmutableArray<Operand> operands) => 100;
    }

    /// <summary>Every convolution that may have blocks has them.</summary>
    private sealed record Free : ILayoutCosts
    {
        public bool Takes(Expr conv, bool reads) => Blocks.Fits(reads ? conv.Args[0].Type : conv.Type);
        public double Saved(Expr conv, bool reads) => 1;
        public double Conversion(TensorType value) => 1e-9;
    }

    /// <summary>Reads no views and fuses nothing.</summary>
    private sealed record Timid : IPlanTarget
    {
        public bool ReadsView(Expr user, int operand) => false;
        public bool Fuses(Expr user, int operand) => false;
        public long Scratch(ImmutableArray<Expr> body, ImmutableArray<Operand> operands) => 0;
    }

    /// <summary>Reads views everywhere, fuses whatever it may and goes by rows.</summary>
    private sealed record Eager : IPlanTarget
    {
        public bool GoesByRows(Expr node) => true;
        public bool ReadsView(Expr user, int operand) => true;
        public bool Fuses(Expr user, int operand) => true;
        public long Scratch(ImmutableArray<Expr> body, ImmutableArray<Operand> operands) => 100;
    }
}
