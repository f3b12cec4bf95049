using MiniTorch.Ir;
using MiniTorch.Ir.Text;

namespace MiniTorch.Passes.Analysis;

/// <summary>What a node computes, as one line of mathematics with its own numbers in it.</summary>
public static class Formula
{
    /// <summary>
    /// The formula with the result called y and the operands x, w, v, …:
    /// <c>y[n,o,p] = Σ_{i&lt;3,k&lt;5} x[n,i,2p+k−1] · w[o,i,k]</c>. Scalar constants stand as their values.
    /// </summary>
    public static string Of(Expr node) =>
        Of(node, "y", [.. node.Args.Select((a, i) => Constant(a) ?? Letters.From("xwvuts", node.Args.Length)[i])]);

    /// <summary>The formula under the names that a graph's text has.</summary>
    public static string Of(Expr node, Func<Expr, string> name) =>
        Of(node, name(node), [.. node.Args.Select(a => Constant(a) ?? name(a))]);

    private static string Of(Expr node, string result, string[] operands) =>
        node.Op.Accept<FormulaOf, string>(new FormulaOf(node, result, operands));

    private static string? Constant(Expr arg) =>
        arg.Op is Constant { Value: { Type.Rank: 0 } value } ? Literals.Element(value, 0) : null;
}

/// <summary>A formula for each op.</summary>
internal readonly struct FormulaOf(Expr node, string y, string[] x) : IOpCases<string>
{
    private const int Shown = 6;

    private Dims Shape => node.Shape;

    private string Is(string right) => $"{y} = {right}";

    private string Call(string function) => Is($"{function}({string.Join(", ", x)})");

    private string Between(string sign) => Is($"{x[0]} {sign} {x[1]}");

    private string Test(string sign) => Is($"({x[0]} {sign} {x[1]})");

#pragma warning disable CS1591 // a line an op
    public string Case(Input op) => $"{y} is given";
    public string Case(Constant op) => Is(Elements(op.Value));
    public string Case(Iota op) => $"{Letters.At(y, Letters.Axes(Shape.Count))} = {Letters.Axes(Shape.Count)[op.Axis]}";
    public string Case(Neg op) => Is($"−{x[0]}");
    public string Case(Abs op) => Is($"|{x[0]}|");
    public string Case(Sign op) => Call("sign");
    public string Case(Exp op) => Call("exp");
    public string Case(Log op) => Call("ln");
    public string Case(Sqrt op) => Is($"√{x[0]}");
    public string Case(Tanh op) => Call("tanh");
    public string Case(Sin op) => Call("sin");
    public string Case(Cos op) => Call("cos");
    public string Case(Erf op) => Call("erf");
    public string Case(Floor op) => Is($"⌊{x[0]}⌋");
    public string Case(Not op) => Is($"¬{x[0]}");
    public string Case(StopGradient op) => Is($"{x[0]}, a constant of differentiation");
    public string Case(Cast op) => Call(op.To.Name);
    public string Case(Add op) => Between("+");
    public string Case(Sub op) => Between("−");
    public string Case(Mul op) => Between("·");
    public string Case(Div op) => Between("/");
    public string Case(Pow op) => Between("^");
    public string Case(Max op) => Call("max");
    public string Case(Min op) => Call("min");
    public string Case(And op) => Between("∧");
    public string Case(Or op) => Between("∨");
    public string Case(Xor op) => Between("⊕");
    public string Case(Eq op) => Test("=");
    public string Case(Ne op) => Test("≠");
    public string Case(Lt op) => Test("<");
    public string Case(Le op) => Test("≤");
    public string Case(Gt op) => Test(">");
    public string Case(Ge op) => Test("≥");
    public string Case(Select op) => Is($"if {x[0]} then {x[1]} else {x[2]}");
    public string Case(Reshape op) => Is($"{x[0]} in row-major order");
    public string Case(Concat op) => Is($"{string.Join(" then ", x)}, along axis {op.Axis}");
    public string Case(RandomBits op) => $"element j of {y} = word j mod 4 of Philox({x[0]}, {x[1]} + ⌊j/4⌋)";
    public string Case(Gather op) => IndexFormula.Gather(node, op, y, x);
    public string Case(ScatterAdd op) => IndexFormula.Scatter(node, op, y, x);
    public string Case(Dot op) => SumFormula.Dot(node, op, y, x);
    public string Case(Conv op) => SumFormula.Conv(node, op, y, x);
    public string Case(WindowSum op) => SumFormula.Windowed(node, op, "Σ", y, x[0]);
    public string Case(WindowArgMax op) => SumFormula.Windowed(node, op, "argmax", y, x[0]) + ", as a row-major place";
    public string Case(ReduceSum op) => SumFormula.Fold(node, op.Axes, "Σ", y, x[0]);
    public string Case(ReduceMax op) => SumFormula.Fold(node, op.Axes, "max", y, x[0]) + Among(op.Ties);
    public string Case(ReduceMin op) => SumFormula.Fold(node, op.Axes, "min", y, x[0]) + Among(op.Ties);
    public string Case(ReduceProd op) => SumFormula.Fold(node, op.Axes, "Π", y, x[0]);
    public string Case(ArgMax op) => SumFormula.Fold(node, [op.Axis], "argmax", y, x[0]);

    public string Case(Broadcast op)
    {
        var from = node.Args[0].Shape;
        return Moved((o, i) => from[i] == 1 && op.To[op.Axes[i]] != 1 ? "0" : o[op.Axes[i]]);
    }

    public string Case(Transpose op) => Moved((o, i) => o[op.Perm.IndexOf(i)]);

    public string Case(Reverse op)
    {
        var from = node.Args[0].Shape;
        return Moved((o, i) => op.Axes.Contains(i) ? Letters.Sum(from[i] - 1, (-1, o[i])) : o[i]);
    }

    public string Case(Slice op) => Moved((o, i) => Letters.Sum(op.Start[i], (op.Stride[i], o[i])));

    public string Case(Pad op) =>
        Moved((o, i) => Letters.Over(Letters.Sum(-op.Lo[i], (1, o[i])), op.Interior[i] + 1L)) + $", {x[1]} outside"
        + (op.Interior.Any(n => n > 0) ? " and between" : "");
#pragma warning restore CS1591

    private static string Among(Ties ties) => ties switch
    {
        Ties.Split => ", equals share the gradient",
        Ties.All => ", each of equals takes the gradient",
        var _ => "",
    };

    private string Moved(Func<string[], int, string> index)
    {
        var o = Letters.Axes(Shape.Count);
        var from = Enumerable.Range(0, node.Args[0].Type.Rank).Select(i => index(o, i));
        return $"{Letters.At(y, o)} = {Letters.At(x[0], from)}";
    }

    private static string Elements(Tensor value)
    {
        var first = Enumerable.Range(0, (int)Math.Min(value.Type.Count, Shown)).Select(i => Literals.Element(value, i));
        return value.Type.Rank == 0 ? first.First() : $"[{string.Join(' ', first)}{(value.Type.Count > Shown ? " …" : "")}]";
    }
}
