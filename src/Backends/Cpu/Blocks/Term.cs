using MiniTorch.Ir;

namespace MiniTorch.Backends.Cpu;

/// <summary>One computed value of a body, over values by their places in the table of addresses.</summary>
/// <param name="Op">What it is.</param>
/// <param name="From">The element type of its numbers.</param>
/// <param name="Kind">Its own element type.</param>
/// <param name="Value">Its place.</param>
/// <param name="A">The place of the first operand.</param>
/// <param name="B">Of the second.</param>
/// <param name="C">Of the third.</param>
internal sealed record Term(Op Op, ElementKind From, ElementKind Kind, int Value, int A, int B, int C);

/// <summary>A body as code may be made of it: what it reads, what it computes, and what it stores.</summary>
/// <param name="Loads">Each operand's place, element type and what of it stands for a whole run.</param>
/// <param name="Terms">In order.</param>
/// <param name="Stores">Each stored value and the place whose address it goes to.</param>
/// <param name="Folds">What is folded into lanes.</param>
internal sealed record Body(Read[] Loads, Term[] Terms, Written[] Stores, LaneFold[] Folds)
{
    /// <summary>Equal for bodies that the same code computes.</summary>
    public string Key => string.Join(' ',
        [.. Loads.Select(l => $"{l.Value}{"<=#"[(int)l.Stands]}{l.Kind}"),
         .. Terms.Select(t => $"{t.Value}:{t.Op.Mnemonic}.{t.From}.{t.Kind}({t.A},{t.B},{t.C})"),
         .. Stores.Select(s => $"{s.Value}>{s.To}"), .. Folds.Select(f => $"{f.Value}+{f.Op.Mnemonic}>{f.To}")]);

    /// <summary>The element type of a value.</summary>
    public ElementKind KindOf(int value) =>
        Array.Find(Terms, t => t.Value == value)?.Kind ?? Array.Find(Loads, l => l.Value == value)!.Kind;
}

/// <summary>What a body reads.</summary>
/// <param name="Value">Its place.</param>
/// <param name="Kind">Its element type.</param>
/// <param name="Stands">What stands for a whole run.</param>
internal sealed record Read(int Value, ElementKind Kind, Stands Stands);

/// <summary>How much of an operand stands for a whole run of elements.</summary>
internal enum Stands
{
    /// <summary>Nothing: each element has its own.</summary>
    Not,

    /// <summary>One element.</summary>
    Element,

    /// <summary>One vector of elements.</summary>
    Vector,
}

/// <summary>What a body stores.</summary>
/// <param name="Value">The value's place.</param>
/// <param name="To">The place whose address it goes to.</param>
internal sealed record Written(int Value, int To);

/// <summary>A value folded into sixteen lanes: element i goes to lane i mod 16, in order.</summary>
/// <param name="Op">The reduction.</param>
/// <param name="Value">The value's place.</param>
/// <param name="To">The place whose address has the lanes so far.</param>
internal sealed record LaneFold(Op Op, int Value, int To);

/// <summary>How elementwise loops run; the results are the same bits.</summary>
internal enum LoopForm
{
    /// <summary>Interpreted until a loop has worked enough to be worth code of its own, made beside the run.</summary>
    WhenWorthIt,

    /// <summary>Block by block through one loop for each op; the only form where no code can be made.</summary>
    Interpreted,

    /// <summary>One loop for each body, its code made before the first run where it can be.</summary>
    Generated,
}
