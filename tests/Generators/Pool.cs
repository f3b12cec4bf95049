using MiniTorch.Ir;

namespace MiniTorch.Generators;

/// <summary>The expressions made so far, from which the next one takes its operands.</summary>
/// <param name="draw">Where choices come from.</param>
/// <param name="floats">The float types that inputs and constants may have.</param>
/// <param name="others">The other types that inputs may have, none for a differentiable graph.</param>
internal sealed class Pool(Draw draw, IReadOnlyList<ElementType> floats, IReadOnlyList<ElementType> others)
{
    private const int MaxInputs = 4;
    private const int MaxElements = 600;
    private const int MaxDegree = 4;
    private readonly List<Expr> all = [];
    private readonly List<Expr> inputs = [];
    private readonly Dictionary<Expr, int> degrees = [];

    internal Draw Draw => draw;

    internal IReadOnlyList<Expr> All => all;

    internal IReadOnlyList<Expr> Inputs => inputs;

    /// <summary>Whether types other than floats may stand for data.</summary>
    internal bool IsMixed => others.Count > 0;

    internal ElementType Element() => IsMixed && draw.Once(4) ? draw.One(others) : draw.One(floats);

    internal ElementType Float() => draw.One(floats);

    internal void Open()
    {
        for (var i = draw.Int(1, MaxInputs - 1); i > 0; i--) Input(new(inputs.Count == 0 ? Float() : Element(), draw.Shape()));
    }

    /// <summary>Keeps an expression, unless it has grown large or is a product of many factors.</summary>
    internal void Keep(Expr made, int degree)
    {
        made.Error.IfSome(e => throw new InvalidOperationException($"the generator made an ill-typed node: {e}"));
        if (made.Type.Count > MaxElements || degree > MaxDegree) return;
        degrees[made] = degree;
        all.Add(made);
    }

    /// <summary>How many values are multiplied in an expression, at most.</summary>
    internal int Degree(Expr e) => degrees.GetValueOrDefault(e, 1);

    /// <summary>An expression of the pool that the test allows, later ones likelier.</summary>
    internal Expr? Pick(Func<TensorType, bool> allows)
    {
        var fit = all.Where(e => allows(e.Type)).ToList();
        return fit.Count == 0 ? null : draw.Late(fit);
    }

    internal Expr? Number() => Pick(t => IsMixed ? t.Element.IsNumber : t.Element.IsFloat);

    internal Expr? Any() => Pick(t => IsMixed || t.Element.IsFloat);

    /// <summary>An expression of a type: of the pool, bent to the shape, a new input or a constant.</summary>
    internal Expr Like(TensorType type)
    {
        if (!draw.Once(4) && Pick(t => t == type) is { } same) return same;
        if (draw.Once(2) && Pick(t => t.Element == type.Element) is { } other) return Bend(other, type);
        var mayBeInput = inputs.Count < MaxInputs && (type.Element.IsFloat || IsMixed);
        return mayBeInput && draw.Once(2) ? Input(type) : Prim.Constant(draw.Tensor(type));
    }

    /// <summary>An operand to go with another one elementwise: of its type, or a scalar.</summary>
    internal Expr Peer(TensorType type) => draw.Once(4)
        ? Prim.Constant(draw.Tensor(type.Element.Scalar))
        : draw.Once(6) && Pick(t => t == type.Element.Scalar) is { } scalar ? scalar : Like(type);

    private Expr Input(TensorType type)
    {
        var input = Prim.Input(draw.Once(8) ? draw.Name() + inputs.Count : $"x{inputs.Count}", type);
        inputs.Add(input);
        all.Add(input);
        return input;
    }

    private Expr Bend(Expr x, TensorType type)
    {
        var (has, wants) = ((int)x.Type.Count, (int)type.Count);
        if (x.Type == type) return x;
        var flat = Prim.Reshape(x, [has]);
        var cut = has == wants ? flat : has > wants ? Prim.Slice(flat, [0], [wants], [1])
            : Prim.Pad(flat, Prim.Constant(draw.Tensor(type.Element.Scalar)), [0], [wants - has], [0]);
        return Carry(Prim.Reshape(cut, type.Shape), x);
    }

    private Expr Carry(Expr made, Expr from)
    {
        degrees[made] = Degree(from);
        return made;
    }
}
