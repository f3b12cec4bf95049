using MiniTorch.Ir;

namespace MiniTorch.Interop.Onnx.Import;

/// <summary>
/// Which inputs of a kind are below an expression; each expression is looked at once, however often one asks.
/// </summary>
/// <param name="counts">Whether an input of this name is of the kind.</param>
internal sealed class Beneath(Func<string, bool> counts)
{
    private readonly Dictionary<Expr, string?> found = [];

    /// <summary>An input of the kind, null where there is none.</summary>
    public string? Of(Expr root)
    {
        foreach (var e in Unseen(root, found.ContainsKey))
            found[e] = e.Op is Input i && counts(i.Name) ? i.Name : e.Args.Select(a => found[a])
                .FirstOrDefault(n => n is not null);
        return found[root];
    }

    /// <summary>The expressions below one that were not seen before, each after its operands; without recursion.</summary>
    public static List<Expr> Unseen(Expr root, Func<Expr, bool> seen)
    {
        var order = new List<Expr>();
        var met = new HashSet<Expr>();
        var stack = new Stack<(Expr Node, int Next)>();
        Push(root);
        while (stack.TryPop(out var top))
        {
            if (top.Next == top.Node.Args.Length) order.Add(top.Node);
            else
            {
                stack.Push((top.Node, top.Next + 1));
                Push(top.Node.Args[top.Next]);
            }
        }
        return order;

        void Push(Expr e)
        {
            if (!seen(e) && met.Add(e)) stack.Push((e, 0));
        }
    }
}
