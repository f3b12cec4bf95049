namespace MiniTorch.Ir;

/// <summary>The order of expressions.</summary>
public static class Order
{
    /// <summary>Every expression below the roots once, each after its operands, left to right; without recursion.</summary>
    public static List<Expr> Of(IEnumerable<Expr> roots)
    {
        var order = new List<Expr>();
        var seen = new HashSet<Expr>();
        var stack = new Stack<(Expr Node, int Next)>();
        foreach (var root in roots)
        {
            if (seen.Add(root)) stack.Push((root, 0));
            while (stack.TryPop(out var top))
            {
                if (top.Next == top.Node.Args.Length)
                {
                    order.Add(top.Node);
                    continue;
                }
                stack.Push((top.Node, top.Next + 1));
                var child = top.Node.Args[top.Next];
                if (seen.Add(child)) stack.Push((child, 0));
            }
        }
        return order;
    }
}
