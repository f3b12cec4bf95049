using System.Collections.Immutable;
using LanguageExt;

namespace MiniTorch.Ir;

/// <summary>
/// A pure expression: an op, its operands and the type its shape rule gives. Identity is by reference;
/// <see cref="Graph.Check(IEnumerable{Output}, IEnumerable{Expr}?, string)"/> merges equal ones.
/// A broken shape rule is kept as a value and reported, with all others, when a graph is made.
/// </summary>
public sealed class Expr
{
    private Expr(Op op, ImmutableArray<Expr> args, TensorType type, Option<IrError> error, string label) =>
        (Op, Args, Type, Error, Label) = (op, args, type, error, label);

    /// <summary>What it does.</summary>
    public Op Op { get; }

    /// <summary>Its operands.</summary>
    public ImmutableArray<Expr> Args { get; }

    /// <summary>Its type; unknown when a shape rule failed here or below.</summary>
    public TensorType Type { get; }

    /// <summary>The rule broken here.</summary>
    public Option<IrError> Error { get; }

    /// <summary>A name for messages and comments; not part of equality.</summary>
    public string Label { get; }

    /// <summary>The size of each axis.</summary>
    public Dims Shape => Type.Shape;

    /// <summary>The expression of an op over operands.</summary>
    public static Expr Of(Op op, params ImmutableArray<Expr> args)
    {
        if (args.Any(a => a.Type.IsUnknown)) return new(op, args, TensorType.Unknown, Option<IrError>.None, "");
        var (type, error) = op.Infer([.. args.Select(a => a.Type)]);
        return new(op, args, type, error, "");
    }

    /// <summary>An expression that stands for a mistake; every graph that holds it reports the error.</summary>
    public static Expr Broken(IrError error, params ImmutableArray<Expr> args) =>
        new(new Concat(0), args, TensorType.Unknown, error, error.Where);

    /// <summary>The same expression over other operands; itself when they are the same.</summary>
    public Expr With(ImmutableArray<Expr> args) =>
        args.AsSpan().SequenceEqual(Args.AsSpan()) ? this : Of(Op, args).Named(Label);

    /// <summary>The same expression with a label.</summary>
    public Expr Named(string label) => label == Label ? this : new(Op, Args, Type, Error, label);

    /// <summary>The same expression, whose broken rule is reported at a place.</summary>
    internal Expr At(string where) => Error.IsNone ? this : new(Op, Args, Type, Error.Map(e => e with { Where = where }), Label);

    /// <summary>Op and operands, for patterns: <c>(Log, [(Exp, [var x])])</c>.</summary>
    public void Deconstruct(out Op op, out ImmutableArray<Expr> args) => (op, args) = (Op, Args);

    /// <summary>How a message names it: its label, an input's name, else mnemonic and operands.</summary>
    public string Describe() => Label.Length > 0 ? Label
        : Op is Input input ? input.Name : $"{Op.Mnemonic}({string.Join(", ", Args.Select(Short))})";

    /// <inheritdoc/>
    public override string ToString() => $"{Short(this)}: {Type}";

    private static string Short(Expr e) => e switch
    {
        { Label.Length: > 0 } => e.Label,
        { Op: Input i } => i.Name,
        { Op: Constant { Value.Type.Rank: 0 } c } => Text.Literals.Scalar(c.Value),
        { Args.Length: > 0 } => $"{e.Op.Mnemonic}(…)",
        var _ => e.Op.Mnemonic,
    };

#pragma warning disable CS1591 // arithmetic operators mean what they say; a number takes the other operand's element type
    public static Expr operator +(Expr x, Expr y) => Of(new Add(), x, y);
    public static Expr operator -(Expr x, Expr y) => Of(new Sub(), x, y);
    public static Expr operator *(Expr x, Expr y) => Of(new Mul(), x, y);
    public static Expr operator /(Expr x, Expr y) => Of(new Div(), x, y);
    public static Expr operator -(Expr x) => Of(new Neg(), x);
    public static Expr operator >(Expr x, Expr y) => Of(new Gt(), x, y);
    public static Expr operator <(Expr x, Expr y) => Of(new Lt(), x, y);
    public static Expr operator >=(Expr x, Expr y) => Of(new Ge(), x, y);
    public static Expr operator <=(Expr x, Expr y) => Of(new Le(), x, y);
    public static Expr operator +(Expr x, double y) => x + Prim.Like(x, y);
    public static Expr operator -(Expr x, double y) => x - Prim.Like(x, y);
    public static Expr operator *(Expr x, double y) => x * Prim.Like(x, y);
    public static Expr operator /(Expr x, double y) => x / Prim.Like(x, y);
    public static Expr operator +(double x, Expr y) => Prim.Like(y, x) + y;
    public static Expr operator -(double x, Expr y) => Prim.Like(y, x) - y;
    public static Expr operator *(double x, Expr y) => Prim.Like(y, x) * y;
    public static Expr operator /(double x, Expr y) => Prim.Like(y, x) / y;
    public static Expr operator >(Expr x, double y) => x > Prim.Like(x, y);
    public static Expr operator <(Expr x, double y) => x < Prim.Like(x, y);
    public static Expr operator >=(Expr x, double y) => x >= Prim.Like(x, y);
    public static Expr operator <=(Expr x, double y) => x <= Prim.Like(x, y);
#pragma warning restore CS1591
}
