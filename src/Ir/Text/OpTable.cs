using System.Collections.Frozen;

namespace MiniTorch.Ir.Text;

/// <summary>How each mnemonic is read: the one place that the text form's ops are listed.</summary>
public static class OpTable
{
    /// <summary>The mnemonics that a line can begin with.</summary>
    public static IEnumerable<string> Mnemonics => Readers.Keys;

    internal static readonly FrozenDictionary<string, Func<Attributes, Op>> Readers = new Dictionary<string, Func<Attributes, Op>>
    {
        ["constant"] = a => new Constant(a.Tensor("value")),
        ["iota"] = a => new Iota(a.Type, a.Int("axis")),
        ["neg"] = _ => new Neg(),
        ["abs"] = _ => new Abs(),
        ["sign"] = _ => new Sign(),
        ["exp"] = _ => new Exp(),
        ["log"] = _ => new Log(),
        ["sqrt"] = _ => new Sqrt(),
        ["tanh"] = _ => new Tanh(),
        ["sin"] = _ => new Sin(),
        ["cos"] = _ => new Cos(),
        ["erf"] = _ => new Erf(),
        ["floor"] = _ => new Floor(),
        ["not"] = _ => new Not(),
        ["stop_gradient"] = _ => new StopGradient(),
        ["add"] = _ => new Add(),
        ["sub"] = _ => new Sub(),
        ["mul"] = _ => new Mul(),
        ["div"] = _ => new Div(),
        ["pow"] = _ => new Pow(),
        ["max"] = _ => new Max(),
        ["min"] = _ => new Min(),
        ["and"] = _ => new And(),
        ["or"] = _ => new Or(),
        ["xor"] = _ => new Xor(),
        ["eq"] = _ => new Eq(),
        ["ne"] = _ => new Ne(),
        ["lt"] = _ => new Lt(),
        ["le"] = _ => new Le(),
        ["gt"] = _ => new Gt(),
        ["ge"] = _ => new Ge(),
        ["select"] = _ => new Select(),
        ["cast"] = a => new Cast(a.Element("to")),
        ["broadcast"] = a => new Broadcast(a.Ints("to"), a.Ints("axes")),
        ["reshape"] = a => new Reshape(a.Ints("to")),
        ["transpose"] = a => new Transpose(a.Ints("perm")),
        ["reverse"] = a => new Reverse(a.Ints("axes")),
        ["pad"] = ReadPad,
        ["slice"] = ReadSlice,
        ["concat"] = a => new Concat(a.Int("axis")),
        ["dot"] = ReadDot,
        ["conv"] = a => new Conv(a.Windows("window"), a.Int("groups", 1)),
        ["reduce_sum"] = a => new ReduceSum(a.Ints("axes")),
        ["reduce_max"] = a => new ReduceMax(a.Ints("axes"), a.Ties("ties")),
        ["reduce_min"] = a => new ReduceMin(a.Ints("axes"), a.Ties("ties")),
        ["reduce_prod"] = a => new ReduceProd(a.Ints("axes")),
        ["argmax"] = a => new ArgMax(a.Int("axis")),
        ["window_sum"] = a => new WindowSum(a.Ints("size"), a.Windows("window")),
        ["window_argmax"] = a => new WindowArgMax(a.Ints("size"), a.Windows("window")),
        ["gather"] = a => new Gather(a.Int("batch", 0)),
        ["scatter_add"] = a => new ScatterAdd(a.Int("batch", 0), a.Int("size")),
        ["random_bits"] = a => new RandomBits(a.Ints("to")),
    }.ToFrozenDictionary();

    private static Op ReadPad(Attributes a)
    {
        var lo = a.Ints("lo");
        return new Pad(lo, a.Ints("hi"), a.Ints("interior", () => Dims.Repeat(0, lo.Count)));
    }

    private static Op ReadSlice(Attributes a)
    {
        var start = a.Ints("start");
        return new Slice(start, a.Ints("limit"), a.Ints("stride", () => Dims.Repeat(1, start.Count)));
    }

    private static Op ReadDot(Attributes a)
    {
        var (left, right) = a.Pairs("contract", required: true);
        var (leftBatch, rightBatch) = a.Pairs("batch", required: false);
        return new Dot(left, right, leftBatch, rightBatch);
    }
}
