using System.Globalization;
using MiniTorch.Ir;
using static MiniTorch.Frontend.Activations;
using static MiniTorch.Frontend.Functional;
using static MiniTorch.Ir.ElementType;

namespace MiniTorch.Examples.Course;

/// <summary>The operators of the first modules, and how each reads here.</summary>
public static class Operators
{
    /// <summary>The page.</summary>
    public static readonly Lecture Lecture = new("operators", "The operators",
        "mul to relu_back, map, zipWith and reduce: how each of MiniTorch's reads here", Show);

    private static readonly Expr X = Input("x", F32[4]), Y = Input("y", F32[4]);

    private static readonly (string Name, Tensor Value)[] At =
        [("x", Numbers.Of(-2, 0.5f, 1, 3)), ("y", Numbers.Of(1, 0.5f, -4, 3.005f))];

    private static Expr Number(Expr truth) => Prim.Cast(truth, ElementType.F32);

    /// <summary>Whether two are closer than a hundredth.</summary>
    private static Expr IsClose(Expr x, Expr y) => Prim.Abs(x - y) < 1e-2;

    private static IReadOnlyList<(string Name, string Here, Expr Value)> All =>
    [
        ("mul(x, y)", "x * y", X * Y), ("id(x)", "x", X), ("add(x, y)", "x + y", X + Y), ("neg(x)", "-x", -X),
        ("lt(x, y)", "x < y", Number(X < Y)), ("eq(x, y)", "Prim.Eq(x, y)", Number(Prim.Eq(X, Y))),
        ("max(x, y)", "Prim.Max(x, y)", Prim.Max(X, Y)), ("is_close(x, y)", "Prim.Abs(x - y) < 1e-2", Number(IsClose(X, Y))),
        ("sigmoid(x)", "Sigmoid(x)", Sigmoid(X)), ("relu(x)", "Relu(x)", Relu(X)), ("exp(x)", "Prim.Exp(x)", Prim.Exp(X)),
        ("log(x)", "Prim.Log(x)", Prim.Log(X)), ("inv(x)", "1 / x", 1 / X),
    ];

    private static void Show(Page page)
    {
        page.Text("An operator is a function of numbers. Here it is an op of the graph, or a short expression of ops; "
            + "over tensors it works element by element.");
        page.Formula("""
            sigmoid(x) = 1 / (1 + e⁻ˣ)     relu(x) = max(x, 0)     inv(x) = 1 / x     is_close(x, y) = |x − y| < 1e-2
            """);
        page.Print("x", At[0].Value);
        page.Print("y", At[1].Value);
        page.Table(["MiniTorch", "here", "of x and y"],
            All.Select(o => new[] { o.Name, o.Here, Row(page.Run(o.Value, At)) }));
        page.Text("The logarithm of a negative number is no number. A truth value is 0 or 1 of the type pred; where "
            + "numbers are wanted it is cast.");
        HigherOrder(page);
        Laws(page);
        Back(page);
    }

    private static string Row(Tensor value) =>
        string.Join(' ', value.ToDoubles().Select(v => v.ToString("0.00", CultureInfo.InvariantCulture)));

    private static void HigherOrder(Page page)
    {
        page.Heading("map, zipWith, reduce");
        page.Text("No function is handed to another: an op of one operand is a map over the elements, an op of two is "
            + "a zipWith, and a reduction goes along axes.");
        page.Table(["MiniTorch", "here", "of x and y"],
            ["map(f)(x)", "f(x), as Prim.Exp(x)", Row(page.Run(Prim.Exp(X), At))],
            ["zipWith(f)(x, y)", "f(x, y), as Prim.Max(x, y)", Row(page.Run(Prim.Max(X, Y), At))],
            ["reduce(f, start)(x)", "Prim.Sum, ReduceProd, ReduceMax, ReduceMin", Row(page.Run(Prim.ReduceMax(X, [0]), At))],
            ["negList(x)", "-x", Row(page.Run(-X, At))],
            ["addLists(x, y)", "x + y", Row(page.Run(X + Y, At))],
            ["sum(x)", "Sum(x)", Row(page.Run(Sum(X), At))],
            ["prod(x)", "Prim.ReduceProd(x, [0])", Row(page.Run(Prim.ReduceProd(X, [0]), At))]);
        page.Equal("reduce(add) of zipWith(mul) is the dot product", page.Run(Sum(X * Y), At),
            page.Run(Prim.Dot(X, Y, [0], [0], [], []), At), 1e-6);
    }

    private static void Laws(Page page)
    {
        page.Heading("What holds of them");
        page.Equal("sigmoid(−x) = 1 − sigmoid(x)", page.Run(Sigmoid(-X), At), page.Run(1 - Sigmoid(X), At), 1e-6);
        page.Equal("x · y = y · x, and so lt is its own mirror: lt(x, y) = gt(y, x)",
            page.Run(Number(X < Y) + X * Y, At), page.Run(Number(Y > X) + Y * X, At));
        page.Equal("z · (x + y) = z·x + z·y", page.Run(3 * (X + Y), At), page.Run(3 * X + 3 * Y, At), 1e-6);
        page.Equal("relu(x) = max(x, 0) = x · lt(0, x)", page.Run(Relu(X), At), page.Run(X * Number(X > 0), At));
        page.Equal("sum(x + y) = sum(x) + sum(y)", page.Run(Sum(X + Y), At), page.Run(Sum(X) + Sum(Y), At), 1e-6);
    }

    private static void Back(Page page)
    {
        page.Heading("log_back, inv_back, relu_back");
        page.Text("Nobody writes them: a backward operator is the gradient of the forward one, a graph with the "
            + "cotangent d. Those of log, inv, relu and sigmoid:");
        foreach (var y in new[] { Prim.Log(X), 1 / X, Relu(X), Sigmoid(X) }) page.SideBySide(y, X);
        var d = Numbers.Of(1, 10, 100, 1000);
        (string, Tensor)[] at = [At[0], ("d", d)];
        page.Print("x", At[0].Value);
        page.Print("d", d);
        var dInput = Input("d", F32[4]);
        (string Name, string Text, Expr Forward, Expr By)[] all =
        [
            ("log_back(x, d)", "d / x", Prim.Log(X), dInput / X), ("inv_back(x, d)", "−d / x²", 1 / X, -dInput / (X * X)),
            ("relu_back(x, d)", "d · lt(0, x)", Relu(X), dInput * Number(X > 0)),
        ];
        foreach (var (name, text, forward, by) in all)
            page.Equal($"{name} = {text} = [{Row(page.Run(by, at))}]",
                page.Run(Page.Backward(forward, X), at)[0], page.Run(by, at), 1e-6);
        page.Link("tests/Frontend.Tests/OperatorTests.cs", "what holds of them, for random lists");
        page.Link("src/Ir/Prim.cs", "every op");
        page.Link("src/Passes/Autodiff/Vjp.cs", "the gradient of each, a line an op");
    }
}
