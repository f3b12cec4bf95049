using System.Reflection;
using System.Runtime.Intrinsics;
using MiniTorch.Ir;

namespace MiniTorch.Backends.Cpu;

/// <summary>Which function of vectors a term is, for lanes of one width; the interpreted loops apply the same.</summary>
internal static class LaneCode
{
    /// <summary>The element type whose vectors hold a kind: truth values are masks as wide as the numbers beside them.</summary>
    public static Type? Held(ElementKind kind, bool wide) => kind switch
    {
        ElementKind.Pred => wide ? typeof(long) : typeof(int),
        ElementKind.F32 when !wide => typeof(float),
        ElementKind.I32 when !wide => typeof(int),
        ElementKind.F64 when wide => typeof(double),
        ElementKind.I64 when wide => typeof(long),
        var _ => null,
    };

    /// <summary>Whether there is a function of vectors for a term.</summary>
    public static bool Has(Term term, bool wide) => Held(term.From, wide) is { } from && Held(term.Kind, wide) is not null
        && term.Op switch
        {
            Select => true,
            Cast => CastOf(term, wide) is not null,
            Exp or Log or Tanh or Erf or Sin or Cos or Pow => from == typeof(float),
            Div => from != typeof(long),
            Lt or Le or Gt or Ge => term.From != ElementKind.Pred,
            var op => Function(op) is not null,
        };

    /// <summary>The functions to apply one after the other to a term's operands, these in the order that is given.</summary>
    public static MethodInfo[] Calls(Term term, bool wide)
    {
        var (from, mask) = (Held(term.From, wide)!, Held(ElementKind.Pred, wide)!);
        return term.Op switch
        {
            Cast => [CastOf(term, wide)!],
            Select => [Method(nameof(LaneCasts.Choose), mask, Held(term.Kind, wide)!)],
            Comparison => [Apply(term.Op, from, 2), Method(nameof(LaneCasts.Mask), from, mask)],
            Unary => [Apply(term.Op, from, 1)],
            var _ => [Apply(term.Op, from, 2)],
        };
    }

    private static MethodInfo Apply(Op op, Type from, int operands)
    {
        var function = Function(op)!;
        var type = function.IsGenericTypeDefinition ? function.MakeGenericType(from) : function;
        return type.GetMethod("Apply", [.. Enumerable.Repeat(typeof(Vector512<>).MakeGenericType(from), operands)])!;
    }

    private static MethodInfo Method(string name, params Type[] types) =>
        typeof(LaneCasts).GetMethod(name)!.MakeGenericMethod(types);

    private static MethodInfo? CastOf(Term term, bool wide) => (term.From, term.Kind) switch
    {
        (ElementKind.Pred, ElementKind.F32) => typeof(LaneCasts).GetMethod(nameof(LaneCasts.MaskToFloat)),
        (ElementKind.Pred, ElementKind.F64) => typeof(LaneCasts).GetMethod(nameof(LaneCasts.MaskToDouble)),
        (ElementKind.Pred, ElementKind.I32 or ElementKind.I64) => Method(nameof(LaneCasts.MaskToWhole), Held(term.Kind, wide)!),
        (ElementKind.I32, ElementKind.F32) => typeof(LaneCasts).GetMethod(nameof(LaneCasts.IntToFloat)),
        (not ElementKind.Pred, ElementKind.Pred) =>
            Method(nameof(LaneCasts.Truth), Held(term.From, wide)!, Held(ElementKind.Pred, wide)!),
        var _ => null,
    };

    private static Type? Function(Op op) => op switch
    {
        Neg => typeof(NegF<>),
        Abs => typeof(AbsF<>),
        Sign => typeof(SignF<>),
        Exp => typeof(ExpF),
        Log => typeof(LogF),
        Sqrt => typeof(SqrtF<>),
        Tanh => typeof(TanhF),
        Erf => typeof(ErfF),
        Sin => typeof(SinF),
        Cos => typeof(CosF),
        Pow => typeof(PowF),
        Floor => typeof(FloorF),
        Not => typeof(NotF<>),
        Add => typeof(AddF<>),
        Sub => typeof(SubF<>),
        Mul => typeof(MulF<>),
        Div => typeof(DivF<>),
        Max => typeof(MaxF<>),
        Min => typeof(MinF<>),
        And => typeof(AndF<>),
        Or => typeof(OrF<>),
        Xor => typeof(XorF<>),
        Eq => typeof(EqF<>),
        Ne => typeof(NeF<>),
        Lt or Gt => typeof(LtF<>),
        Le or Ge => typeof(LeF<>),
        var _ => null,
    };
}
