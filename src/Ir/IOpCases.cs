namespace MiniTorch.Ir;

/// <summary>
/// A total interpretation of the op set: one case per op. A new op makes the compiler list every interpretation that
/// lacks a line for it.
/// </summary>
public interface IOpCases<out R>
{
    /// <summary>The meaning of <see cref="Input"/>.</summary>
    R Case(Input op);
    /// <summary>The meaning of <see cref="Constant"/>.</summary>
    R Case(Constant op);
    /// <summary>The meaning of <see cref="Iota"/>.</summary>
    R Case(Iota op);
    /// <summary>The meaning of <see cref="Neg"/>.</summary>
    R Case(Neg op);
    /// <summary>The meaning of <see cref="Abs"/>.</summary>
    R Case(Abs op);
    /// <summary>The meaning of <see cref="Sign"/>.</summary>
    R Case(Sign op);
    /// <summary>The meaning of <see cref="Exp"/>.</summary>
    R Case(Exp op);
    /// <summary>The meaning of <see cref="Log"/>.</summary>
    R Case(Log op);
    /// <summary>The meaning of <see cref="Sqrt"/>.</summary>
    R Case(Sqrt op);
    /// <summary>The meaning of <see cref="Tanh"/>.</summary>
    R Case(Tanh op);
    /// <summary>The meaning of <see cref="Sin"/>.</summary>
    R Case(Sin op);
    /// <summary>The meaning of <see cref="Cos"/>.</summary>
    R Case(Cos op);
    /// <summary>The meaning of <see cref="Erf"/>.</summary>
    R Case(Erf op);
    /// <summary>The meaning of <see cref="Floor"/>.</summary>
    R Case(Floor op);
    /// <summary>The meaning of <see cref="Not"/>.</summary>
    R Case(Not op);
    /// <summary>The meaning of <see cref="StopGradient"/>.</summary>
    R Case(StopGradient op);
    /// <summary>The meaning of <see cref="Cast"/>.</summary>
    R Case(Cast op);
    /// <summary>The meaning of <see cref="Add"/>.</summary>
    R Case(Add op);
    /// <summary>The meaning of <see cref="Sub"/>.</summary>
    R Case(Sub op);
    /// <summary>The meaning of <see cref="Mul"/>.</summary>
    R Case(Mul op);
    /// <summary>The meaning of <see cref="Div"/>.</summary>
    R Case(Div op);
    /// <summary>The meaning of <see cref="Pow"/>.</summary>
    R Case(Pow op);
    /// <summary>The meaning of <see cref="Max"/>.</summary>
    R Case(Max op);
    /// <summary>The meaning of <see cref="Min"/>.</summary>
    R Case(Min op);
    /// <summary>The meaning of <see cref="And"/>.</summary>
    R Case(And op);
    /// <summary>The meaning of <see cref="Or"/>.</summary>
    R Case(Or op);
    /// <summary>The meaning of <see cref="Xor"/>.</summary>
    R Case(Xor op);
    /// <summary>The meaning of <see cref="Eq"/>.</summary>
    R Case(Eq op);
    /// <summary>The meaning of <see cref="Ne"/>.</summary>
    R Case(Ne op);
    /// <summary>The meaning of <see cref="Lt"/>.</summary>
    R Case(Lt op);
    /// <summary>The meaning of <see cref="Le"/>.</summary>
    R Case(Le op);
    /// <summary>The meaning of <see cref="Gt"/>.</summary>
    R Case(Gt op);
    /// <summary>The meaning of <see cref="Ge"/>.</summary>
    R Case(Ge op);
    /// <summary>The meaning of <see cref="Select"/>.</summary>
    R Case(Select op);
    /// <summary>The meaning of <see cref="Broadcast"/>.</summary>
    R Case(Broadcast op);
    /// <summary>The meaning of <see cref="Reshape"/>.</summary>
    R Case(Reshape op);
    /// <summary>The meaning of <see cref="Transpose"/>.</summary>
    R Case(Transpose op);
    /// <summary>The meaning of <see cref="Reverse"/>.</summary>
    R Case(Reverse op);
    /// <summary>The meaning of <see cref="Pad"/>.</summary>
    R Case(Pad op);
    /// <summary>The meaning of <see cref="Slice"/>.</summary>
    R Case(Slice op);
    /// <summary>The meaning of <see cref="Concat"/>.</summary>
    R Case(Concat op);
    /// <summary>The meaning of <see cref="Dot"/>.</summary>
    R Case(Dot op);
    /// <summary>The meaning of <see cref="Conv"/>.</summary>
    R Case(Conv op);
    /// <summary>The meaning of <see cref="ReduceSum"/>.</summary>
    R Case(ReduceSum op);
    /// <summary>The meaning of <see cref="ReduceMax"/>.</summary>
    R Case(ReduceMax op);
    /// <summary>The meaning of <see cref="ReduceMin"/>.</summary>
    R Case(ReduceMin op);
    /// <summary>The meaning of <see cref="ReduceProd"/>.</summary>
    R Case(ReduceProd op);
    /// <summary>The meaning of <see cref="ArgMax"/>.</summary>
    R Case(ArgMax op);
    /// <summary>The meaning of <see cref="WindowSum"/>.</summary>
    R Case(WindowSum op);
    /// <summary>The meaning of <see cref="WindowArgMax"/>.</summary>
    R Case(WindowArgMax op);
    /// <summary>The meaning of <see cref="Gather"/>.</summary>
    R Case(Gather op);
    /// <summary>The meaning of <see cref="ScatterAdd"/>.</summary>
    R Case(ScatterAdd op);
    /// <summary>The meaning of <see cref="RandomBits"/>.</summary>
    R Case(RandomBits op);
}
