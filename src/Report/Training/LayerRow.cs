using LanguageExt;
using MiniTorch.Frontend;
using MiniTorch.Ir;
using MiniTorch.Passes.Planning;
using static LanguageExt.Prelude;

namespace MiniTorch.Report;

/// <summary>A layer of a model as a row of its summary.</summary>
/// <param name="Name">As <c>conv1</c>.</param>
/// <param name="Text">As it is written, <c>Conv(6, 5)</c>.</param>
/// <param name="Type">Of its result.</param>
/// <param name="Weights">Its parameters, with their names in the model.</param>
/// <param name="Flops">Of a batch, forward, by <see cref="Cost.Flops"/>.</param>
/// <param name="Bytes">Of its result and its parameters.</param>
public sealed record LayerRow(
    string Name, string Text, TensorType Type, Seq<(string Name, TensorType Type)> Weights, long Flops, long Bytes)
{
    /// <summary>Elements of its parameters.</summary>
    public long Parameters => Weights.Sum(w => w.Type.Count);

    /// <summary>The layers of a model in order, in evaluation; the sums of the rows are those of the model.</summary>
    public static Seq<LayerRow> Of(Model model, TensorType x)
    {
        var (flow, seen) = (Flow.Of(Prim.Input("x", x)), new System.Collections.Generic.HashSet<Expr>());
        return model.Layers.AsEnumerable().Select(layer =>
        {
            var before = flow;
            flow = layer.Through(before, Mode.Evaluation);
            return Row(layer, before, flow, seen);
        }).ToList().ToSeq();
    }

    private static LayerRow Row(Layer layer, Flow before, Flow after, System.Collections.Generic.HashSet<Expr> seen)
    {
        var parameters = after.Parameters.Skip(before.Parameters.Count).ToList();
        var flops = New(after.Value, seen).Sum(Cost.Flops);
        return new(before.Next(layer.Kind), layer.Text, after.Value.Type,
            parameters.Select(p => (p.Name, p.Type)).ToSeq().Strict(), flops,
            after.Value.Type.Bytes + parameters.Sum(p => p.Type.Bytes));
    }

    // every node is counted at the first layer that has it; a layer's own graph is small, but the walk takes no recursion
    private static List<Expr> New(Expr value, System.Collections.Generic.HashSet<Expr> seen)
    {
        var (found, open) = (new List<Expr>(), new Stack<Expr>([value]));
        while (open.TryPop(out var node))
        {
            if (!seen.Add(node)) continue;
            found.Add(node);
            foreach (var arg in node.Args) open.Push(arg);
        }
        return found;
    }
}
