using MiniTorch.Ir;

namespace MiniTorch.Backends.Cpu;

/// <summary>Turns an elementwise body into instructions over as few buffers as it needs.</summary>
internal sealed unsafe class Assembler
{
    private readonly Dictionary<Expr, int> places = [];
    private readonly Dictionary<Expr, int> lastUse = [];
    private readonly Dictionary<Expr, int> locals = [];
    private readonly List<Load> loads = [];
    private readonly List<Instruction> code = [];
    private readonly List<Term> terms = [];
    private readonly List<ElementKind> kinds = [];
    private readonly List<(int Value, int Buffer)> registers = [];
    private readonly Stack<int> free = new();
    private readonly Func<Expr, (nint Base, long[] Strides)> locate;
    private int values, buffers;

    private Assembler(Func<Expr, (nint, long[])> locate) => this.locate = locate;

    /// <summary>
    /// The program that computes nodes of a body; when <paramref name="stored"/>, these are in the form in memory (halves as
    /// two bytes) and their places are for the caller to point at memory, as are the places of the lanes of
    /// <paramref name="folds"/>: reductions of nodes of the body.
    /// </summary>
    public static BlockProgram Assemble(
        IReadOnlyList<Expr> body, IReadOnlyList<Expr> results, long[] sizes, Func<Expr, (nint Base, long[] Strides)> locate,
        bool stored, LoopForm form, IReadOnlyList<Expr> folds)
    {
        var a = new Assembler(locate);
        for (var i = 0; i < body.Count; i++)
            foreach (var arg in body[i].Args) a.lastUse[arg] = i;
        foreach (var result in results.Concat(folds.Select(f => f.Args[0]))) a.lastUse[result] = body.Count;
        for (var i = 0; i < body.Count; i++) a.Emit(body[i], i);
        LaneFold[] lanes = [.. folds.Where(f => !IsAcross(f)).Select(a.Fold)];
        var columns = folds.Where(IsAcross).Select(f => a.Column(f, sizes.Length)).ToArray();
        var values = results.Select(a.Place).ToArray();
        var at = stored && results.Count > 0 ? a.Store(results) : values;
        var whole = a.Body([.. values, .. columns.Select(c => c.Value)], [.. at, .. columns.Select(c => c.To)], sizes, lanes);
        return new(sizes, [.. a.loads], [.. a.code], [.. a.registers], a.buffers, at, whole, form)
        {
            Locals = a.locals,
        };
    }

    private Body Body(int[] values, int[] at, long[] sizes, LaneFold[] folds) => new(
        [.. loads.Select((l, i) => new Read(l.Value, kinds[i], l.Standing(sizes)))], [.. terms],
        [.. values.Select((value, i) => new Written(value, at[i]))], folds);

    private LaneFold Fold(Expr reduction)
    {
        var fold = new LaneFold(reduction.Op, Place(reduction.Args[0]), values++);
        code.Add(new(Folding.LanesOf(reduction.Op), fold.To, fold.Value, 0, 0));
        return fold;
    }

    private static bool IsAcross(Expr reduction) => ((Reduction)reduction.Op).Axes.Contains(0);

    /// <summary>A sum over the first axes: the elements of a row are added to those that lie where the caller says.</summary>
    private (int Value, int To) Column(Expr sum, int rank)
    {
        var (added, load) = (Place(sum.Args[0]), new Load(0, 4, values++, buffers++, [.. new long[rank - 1], 4]));
        loads.Add(load);
        kinds.Add(ElementKind.F32);
        locals[sum] = load.Value;
        var op = new Add();
        code.Add(new(op.Accept<LoopOf, nint>(new LoopOf(ElementKind.F32)), load.Value, load.Value, added, 0));
        terms.Add(new(op, ElementKind.F32, ElementKind.F32, values, load.Value, added, 0));
        return (values++, load.Value);
    }

    private void Emit(Expr node, int index)
    {
        var args = node.Args.Select(Place).ToArray();
        if (node.Op is Broadcast)
        {
            places[node] = args[0];
            return;
        }
        var from = node.Args[node.Op is Select ? 1 : 0].Type.Element.Kind;
        var loop = node.Op.Accept<LoopOf, nint>(new LoopOf(from));
        var to = args[0];
        if (loop != 0)
            code.Add(new(loop, to = Register(), args[0], args.ElementAtOrDefault(1), args.ElementAtOrDefault(2)));
        if (loop != 0 || Rounds(node, loop))
            terms.Add(new(node.Op, from, node.Type.Element.Kind, to, args[0], args.ElementAtOrDefault(1), args.ElementAtOrDefault(2)));
        if (Rounds(node, loop))
        {
            var exact = to;
            code.Add(new(Rounding(node.Type.Element.Kind), to = loop != 0 ? to : Register(), exact, 0, 0));
        }
        places[node] = to;
        foreach (var arg in node.Args.Distinct().Where(e => lastUse[e] == index)) Free(arg);
    }

    private static bool Rounds(Expr node, nint loop) =>
        node.Type.Element.Kind is ElementKind.F16 or ElementKind.BF16 && (loop != 0 || node.Op is Cast);

    private static nint Rounding(ElementKind kind) =>
        kind == ElementKind.F16 ? At(&Casts.RoundF16) : At(&Casts.RoundBF16);

    private static nint At(delegate*<void*, void*, void*, void*, int, void> loop) => (nint)loop;

    private int Place(Expr node) => places.TryGetValue(node, out var place) ? place : places[node] = Fetch(node);

    private int Fetch(Expr node)
    {
        var (at, strides) = locate(node);
        var load = new Load(at, node.Type.Element.Bytes, values++, buffers++, strides);
        loads.Add(load);
        if (load.IsLocal) locals[node] = load.Value;
        kinds.Add(node.Type.Element.Kind);
        var kind = node.Type.Element.Kind;
        if (kind is not (ElementKind.F16 or ElementKind.BF16)) return load.Value;
        var to = Register();
        code.Add(new(kind == ElementKind.F16 ? At(&Casts.LoadF16) : At(&Casts.LoadBF16), to, load.Value, 0, 0));
        return to;
    }

    private int Register()
    {
        registers.Add((values, free.Count > 0 ? free.Pop() : buffers++));
        return values++;
    }

    // Renamed operands share a place: it is free once no node that is still needed stands there.
    private void Free(Expr node)
    {
        var place = places[node];
        if (places.Any(p => p.Value == place && p.Key != node && lastUse.GetValueOrDefault(p.Key) >= lastUse[node])) return;
        foreach (var r in registers.Where(r => r.Value == place)) free.Push(r.Buffer);
    }

    // One result may go straight to memory. Several wait until all are computed: one's memory may be another's operand.
    private int[] Store(IReadOnlyList<Expr> results)
    {
        var place = Place(results[0]);
        if (results.Count == 1 && code.Count > 0 && code[^1].To == place && results[0].Type.Element.Bytes != 2)
        {
            code[^1] = code[^1].WithTo(values);
            return [values++];
        }
        var kept = results.Select(r => results.Count > 1 && loads.Exists(l => l.Value == Place(r)) ? Kept(r) : Place(r)).ToArray();
        return [.. results.Select((r, i) => Move(Copy(r.Type.Element, stored: true), values++, kept[i]))];
    }

    private int Kept(Expr operand) => Move(Copy(operand.Type.Element, stored: false), Register(), Place(operand));

    private int Move(nint copy, int to, int from)
    {
        code.Add(new(copy, to, from, 0, 0));
        return to;
    }

    private static nint Copy(ElementType type, bool stored) => type switch
    {
        { Kind: ElementKind.F16 } when stored => At(&Casts.StoreF16),
        { Kind: ElementKind.BF16 } when stored => At(&Casts.StoreBF16),
        { Bytes: 1 } => At(&Loops.Copy<byte>),
        { Bytes: 8 } => At(&Loops.Copy<long>),
        var _ => At(&Loops.Copy<int>),
    };
}
