using System.Collections.Immutable;
using LanguageExt;
using MiniTorch.Ir;

namespace MiniTorch.Passes.Evaluation;

/// <summary>What a graph means over an arithmetic: node after node, nothing fused, nothing reused.</summary>
/// <remarks>
/// Errors: eval.E1 an input is missing, eval.E2 it has another type, eval.E3 a value that the arithmetic lacks.
/// </remarks>
/// <typeparam name="T">A number.</typeparam>
/// <typeparam name="A">Its arithmetic.</typeparam>
public static class Evaluator<T, A> where A : IArithmetic<T>
{
    /// <summary>The values of the results.</summary>
    public static Either<IrError, ImmutableArray<Values<T>>> Run(
        Graph graph, IReadOnlyDictionary<string, Values<T>> inputs) =>
        Nodes(graph, inputs).Map(values => graph.Outputs.Select(o => values[graph.Index[o.Value]]).ToImmutableArray());

    /// <summary>The same, with inputs given element by element; integers truncate and wrap.</summary>
    public static Either<IrError, ImmutableArray<Values<T>>> Run(Graph graph, Func<string, long, T> input) =>
        Run(graph, graph.Inputs.Select(i => (Input)i.Op)
            .ToDictionary(i => i.Name, i => Values<T>.Of<A>(i.Type, at => input(i.Name, at))));

    /// <summary>The value of every node, in the graph's order.</summary>
    public static Either<IrError, ImmutableArray<Values<T>>> Nodes(
        Graph graph, IReadOnlyDictionary<string, Values<T>> inputs)
    {
        if (Misfit(graph, inputs) is { } error) return error;
        var values = ImmutableArray.CreateBuilder<Values<T>>(graph.Nodes.Length);
        foreach (var node in graph.Nodes)
        {
            values.Add(Node(node, [.. node.Args.Select(a => values[graph.Index[a]])], i => inputs[i.Name]));
            if (Lack(values[^1]) is { } reason) return new IrError("eval.E3", reason, node.Describe());
        }
        return values.MoveToImmutable();
    }

    /// <summary>The value of one node from those of its operands.</summary>
    internal static Values<T> Node(Expr node, Values<T>[] args, Func<Input, Values<T>> input) =>
        node.Op.Accept<Meaning<T, A>, Values<T>>(new Meaning<T, A>(node.Type, args, input));

    private static IrError? Misfit(Graph graph, IReadOnlyDictionary<string, Values<T>> inputs) =>
        graph.Inputs.Select(i => (Input)i.Op).Select(i => !inputs.TryGetValue(i.Name, out var value)
            ? new IrError("eval.E1", $"input {i.Name} is missing; give a {i.Type}", i.Name)
            : value.Type == i.Type ? null
            : new IrError("eval.E2", $"input {i.Name} is {i.Type}, given {value.Type}", i.Name))
            .FirstOrDefault(e => e is not null);

    private static string? Lack(Values<T> values) => values.Floats.Select(A.Absent).FirstOrDefault(r => r is not null);
}

/// <summary>The oracle: what a graph means in IEEE arithmetic, each node rounded to its type.</summary>
/// <remarks>
/// Sums (reduce_sum, reduce_prod, dot, conv, window_sum, scatter_add) are accumulated in binary64 and rounded once.
/// Errors: eval.E1, eval.E2 as in <see cref="Evaluator{T, A}"/>.
/// </remarks>
public static class Evaluator
{
    /// <summary>The results.</summary>
    public static Either<IrError, ImmutableArray<Tensor>> Run(
        Graph graph, IReadOnlyDictionary<string, Tensor> inputs) =>
        Evaluator<double, Float64<Typed>>.Run(graph, Of<Typed>(inputs)).Map(All);

    /// <summary>The value of every node, in the graph's order.</summary>
    public static Either<IrError, ImmutableArray<Tensor>> Nodes(
        Graph graph, IReadOnlyDictionary<string, Tensor> inputs) =>
        Evaluator<double, Float64<Typed>>.Nodes(graph, Of<Typed>(inputs)).Map(All);

    /// <summary>The results as doubles that no float node has rounded: for finite differences, error bounds.</summary>
    public static Either<IrError, ImmutableArray<Values<double>>> Unrounded(
        Graph graph, IReadOnlyDictionary<string, Tensor> inputs) =>
        Evaluator<double, Float64<Untyped>>.Run(graph, Of<Untyped>(inputs));

    /// <summary>One node from its operands' tensors.</summary>
    public static Either<IrError, Tensor> Constant(Expr node, params ReadOnlySpan<Tensor> args)
    {
        if (node.Op is Input i) return new IrError("eval.E1", $"input {i.Name} is no constant", i.Name);
        for (var a = 0; a < node.Args.Length; a++)
            if (a >= args.Length || args[a].Type != node.Args[a].Type)
                return WrongOperand(node, a, a < args.Length ? $"{args[a].Type}" : "none");
        var values = new Values<double>[args.Length];
        for (var a = 0; a < values.Length; a++) values[a] = Values<double>.Of<Float64<Typed>>(args[a]);
        return ToTensor(Evaluator<double, Float64<Typed>>.Node(node, values, NoInput));
    }

    /// <summary>Values as a tensor of their type, each rounded to it.</summary>
    public static Tensor ToTensor(Values<double> values)
    {
        if (values.Type.Element.IsFloat) return Tensor.FromDoubles(values.Type, values.Floats);
        var data = new byte[values.Type.Bytes];
        for (var i = 0; i < values.Integers.Length; i++)
            Elements.WriteLong(values.Type.Element, data, i, values.Integers[i]);
        return Tensor.Adopt(values.Type, data);
    }

    private static ImmutableArray<Tensor> All(ImmutableArray<Values<double>> values) => [.. values.Select(ToTensor)];

    private static Dictionary<string, Values<double>> Of<R>(IReadOnlyDictionary<string, Tensor> inputs)
        where R : IRounding =>
        inputs.ToDictionary(i => i.Key, i => Values<double>.Of<Float64<R>>(i.Value));

    private static IrError WrongOperand(Expr node, int operand, string given) =>
        new("eval.E2", $"operand {operand} is {node.Args[operand].Type}, given {given}", node.Describe());

    private static Values<double> NoInput(Input i) =>
        throw new InvalidOperationException($"input {i.Name} is no constant");
}
