using System.Numerics;
using MiniTorch.Ir;
using Code = System.IntPtr;

namespace MiniTorch.Backends.Cpu;

/// <summary>
/// The loop of each elementwise op over a block, as a function pointer; zero for an op that only renames its operand.
/// </summary>
/// <param name="From">The element type of the op's numbers.</param>
internal readonly unsafe partial struct LoopOf(ElementKind From) : IOpCases<Code>
{
    public Code Case(Neg op) => Unary<NegF<byte>, NegF<int>, NegF<long>, NegF<float>, NegF<double>>();
    public Code Case(Abs op) => Unary<AbsF<byte>, AbsF<int>, AbsF<long>, AbsF<float>, AbsF<double>>();
    public Code Case(Sign op) => Unary<SignF<byte>, SignF<int>, SignF<long>, SignF<float>, SignF<double>>();
    public Code Case(Exp op) => Real<ExpF>();
    public Code Case(Log op) => Real<LogF>();
    public Code Case(Tanh op) => Real<TanhF>();
    public Code Case(Erf op) => Real<ErfF>();
    public Code Case(Sqrt op) => IsDouble ? Of(&Loops.Unary<double, SqrtF<double>>) : Of(&Loops.Unary<float, SqrtF<float>>);
    public Code Case(Floor op) => IsDouble ? Of(&Loops.Unary<double, FloorF>) : Of(&Loops.Unary<float, FloorF>);
    public Code Case(Sin op) => Real<SinF>();
    public Code Case(Cos op) => Real<CosF>();
    public Code Case(Pow op) => IsDouble ? Of(&Loops.ScalarPair<double, PowF>) : Of(&Loops.Binary<float, PowF>);
    public Code Case(Not op) => From == ElementKind.Pred ? Of(&Loops.Unary<byte, NotPredF>)
        : Unary<NotF<byte>, NotF<int>, NotF<long>, NotF<float>, NotF<double>>();
    public Code Case(StopGradient op) => 0;
    public Code Case(Cast op) => op.To.Kind == From || (op.To.Kind != ElementKind.Pred && CastLoop.Held(op.To.Kind) == CastLoop.Held(From))
        ? 0 : CastLoop.Of(From, op.To.Kind);
    public Code Case(Add op) => Binary<AddF<byte>, AddF<int>, AddF<long>, AddF<float>, AddF<double>>();
    public Code Case(Sub op) => Binary<SubF<byte>, SubF<int>, SubF<long>, SubF<float>, SubF<double>>();
    public Code Case(Mul op) => Binary<MulF<byte>, MulF<int>, MulF<long>, MulF<float>, MulF<double>>();
    public Code Case(Div op) => From switch
    {
        ElementKind.U8 => Of(&Loops.ScalarPair<byte, DivByteF>),
        ElementKind.I64 => Of(&Loops.ScalarPair<long, DivF<long>>),
        var _ => Binary<AddF<byte>, DivF<int>, AddF<long>, DivF<float>, DivF<double>>(),
    };
    public Code Case(Max op) => Binary<MaxF<byte>, MaxF<int>, MaxF<long>, MaxF<float>, MaxF<double>>();
    public Code Case(Min op) => Binary<MinF<byte>, MinF<int>, MinF<long>, MinF<float>, MinF<double>>();
    public Code Case(And op) => Binary<AndF<byte>, AndF<int>, AndF<long>, AndF<float>, AndF<double>>();
    public Code Case(Or op) => Binary<OrF<byte>, OrF<int>, OrF<long>, OrF<float>, OrF<double>>();
    public Code Case(Xor op) => Binary<XorF<byte>, XorF<int>, XorF<long>, XorF<float>, XorF<double>>();
    public Code Case(Eq op) => Compare<EqF<byte>, EqF<int>, EqF<long>, EqF<float>, EqF<double>>();
    public Code Case(Ne op) => Compare<NeF<byte>, NeF<int>, NeF<long>, NeF<float>, NeF<double>>();
    public Code Case(Lt op) => Compare<LtF<byte>, LtF<int>, LtF<long>, LtF<float>, LtF<double>>();
    public Code Case(Le op) => Compare<LeF<byte>, LeF<int>, LeF<long>, LeF<float>, LeF<double>>();
    public Code Case(Gt op) => Swapped<LtF<byte>, LtF<int>, LtF<long>, LtF<float>, LtF<double>>();
    public Code Case(Ge op) => Swapped<LeF<byte>, LeF<int>, LeF<long>, LeF<float>, LeF<double>>();
    public Code Case(Select op) => Of(
        &Loops.Select<byte>, &Loops.Select<int>, &Loops.Select<long>, &Loops.Select<float>, &Loops.Select<double>);

    public Code Case(Input op) => NotElementwise(op);
    public Code Case(Constant op) => NotElementwise(op);
    public Code Case(Iota op) => NotElementwise(op);
    public Code Case(Broadcast op) => NotElementwise(op);
    public Code Case(Reshape op) => NotElementwise(op);
    public Code Case(Transpose op) => NotElementwise(op);
    public Code Case(Reverse op) => NotElementwise(op);
    public Code Case(Pad op) => NotElementwise(op);
    public Code Case(Slice op) => NotElementwise(op);
    public Code Case(Concat op) => NotElementwise(op);
    public Code Case(Dot op) => NotElementwise(op);
    public Code Case(Conv op) => NotElementwise(op);
    public Code Case(ReduceSum op) => NotElementwise(op);
    public Code Case(ReduceMax op) => NotElementwise(op);
    public Code Case(ReduceMin op) => NotElementwise(op);
    public Code Case(ReduceProd op) => NotElementwise(op);
    public Code Case(ArgMax op) => NotElementwise(op);
    public Code Case(WindowSum op) => NotElementwise(op);
    public Code Case(WindowArgMax op) => NotElementwise(op);
    public Code Case(Gather op) => NotElementwise(op);
    public Code Case(ScatterAdd op) => NotElementwise(op);
    public Code Case(RandomBits op) => NotElementwise(op);

    private static Code NotElementwise(Op op) => throw new InvalidOperationException($"{op.Mnemonic} is not elementwise");
}

/// <summary>Bytes divide as wholes; x / 0 is 0.</summary>
internal readonly struct DivByteF : IScalar2<byte>
{
    public static byte Apply(byte x, byte y) => y == 0 ? (byte)0 : (byte)(x / y);
}
