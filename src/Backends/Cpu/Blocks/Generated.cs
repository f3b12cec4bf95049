using System.Collections.Concurrent;
using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using MiniTorch.Ir;

namespace MiniTorch.Backends.Cpu;

/// <summary>A body as one loop: n elements, rounded up to whole vectors, of the values whose addresses a table gives.</summary>
internal unsafe delegate void BodyLoop(byte** at, nint n);

/// <summary>Makes the code of a body: one loop over vectors in registers, in which every function is inlined.</summary>
/// <remarks>
/// A method made this way is compiled with all optimisations at its first call. It applies the functions that the
/// interpreted loops apply, in the same order, so its results are the same bits.
/// </remarks>
internal sealed unsafe partial class Generated
{
    private static readonly ConcurrentDictionary<string, WeakReference<BodyLoop>> Made = [];

    private readonly ILGenerator il;
    private readonly Body body;
    private readonly bool wide;
    private readonly int table;
    private readonly bool byRows;
    private readonly Dictionary<int, LocalBuilder> values = [];
    private readonly Dictionary<LaneFold, LocalBuilder[]> folded = [];
    private readonly LocalBuilder index;
    private readonly int ahead;

    private Generated(ILGenerator il, Body body, int table = 0, bool byRows = false)
    {
        (this.il, this.body, this.table, this.byRows) = (il, body, table, byRows);
        wide = IsWide(body);
        index = il.DeclareLocal(typeof(nint));
    }

    /// <summary>The vector after another's, in the same turn of the loop.</summary>
    private Generated(Generated first)
    {
        (il, body, table, byRows, wide, index) = (first.il, first.body, first.table, first.byRows, first.wide, first.index);
        (values, ahead) = (new(first.values), first.ahead + 1);
    }

    /// <summary>Whether there is code for a body, and a way to make it.</summary>
    public static bool Can(Body body)
    {
        var wide = IsWide(body);
        return RuntimeFeature.IsDynamicCodeSupported && body.Terms.Length > 0 && body.Folds.Length == 0
            && body.Loads.All(l => LaneCode.Held(l.Kind, wide) is not null) && body.Terms.All(t => LaneCode.Has(t, wide));
    }

    /// <summary>The code of a body, the same for bodies of the same form.</summary>
    public static BodyLoop Of(Body body) => Known(body.Key, il =>
    {
        new Generated(il, body).Loop();
        il.Emit(OpCodes.Ret);
    });

    private static BodyLoop Known(string key, Action<ILGenerator> emit)
    {
        if (Made.TryGetValue(key, out var there) && there.TryGetTarget(out var known)) return known;
        var loop = Make(emit);
        Made[key] = new(loop);
        return loop;
    }

    private static bool IsWide(Body body) => body.Loads.Any(l => l.Kind is ElementKind.F64 or ElementKind.I64);

    private static BodyLoop Make(Action<ILGenerator> emit)
    {
        var method = new DynamicMethod(
            "body", typeof(void), [typeof(byte**), typeof(nint)], typeof(Generated).Module, skipVisibility: true);
        emit(method.GetILGenerator());
        var loop = method.CreateDelegate<BodyLoop>();
        RuntimeHelpers.PrepareDelegate(loop);
        return loop;
    }

    private void Loop()
    {
        var (top, test) = (il.DefineLabel(), il.DefineLabel());
        var addresses = body.Loads.Where(l => l.Stands == Stands.Not).Select(l => l.Value).Concat(body.Stores.Select(s => s.To))
            .Distinct().ToDictionary(v => v, Address);
        foreach (var load in body.Loads.Where(l => l.Stands != Stands.Not && !values.ContainsKey(l.Value)))
            Load(load.Value, load.Kind, load.Stands, () => Table(load.Value));
        foreach (var fold in body.Folds) folded[fold] = Neutral(fold);
        il.Emit(OpCodes.Ldc_I4_0);
        il.Emit(OpCodes.Conv_I);
        il.Emit(OpCodes.Stloc, index);
        if (byRows && IsShort) Fours(addresses);
        else if (HasFunctions && body.Terms.Length > Few && body.Folds.Length == 0) Pairs(addresses);
        il.Emit(OpCodes.Br, test);
        il.MarkLabel(top);
        Vectors(addresses);
        foreach (var fold in body.Folds) FoldOn(fold, null);
        Advance(1);
        il.MarkLabel(test);
        if (body.Folds.Length == 0) Next(top, 0);
        else Rest(top, addresses);
    }

    /// <summary>So few operations do not wait for one another; a function counts one.</summary>
    private const int Few = 3;

    private int Width => wide ? 8 : 16;

    private void Advance(int vectors)
    {
        il.Emit(OpCodes.Ldloc, index);
        il.Emit(OpCodes.Ldc_I4, vectors * Width);
        il.Emit(OpCodes.Add);
        il.Emit(OpCodes.Stloc, index);
    }

    /// <summary>Two vectors at a time, term by term: a long chain of operations waits less for itself.</summary>
    private void Pairs(Dictionary<int, LocalBuilder> addresses)
    {
        var (top, test) = (il.DefineLabel(), il.DefineLabel());
        il.Emit(OpCodes.Br, test);
        il.MarkLabel(top);
        Vectors(addresses, this, new(this));
        Advance(2);
        il.MarkLabel(test);
        Next(top, (2 * Width) - 1);
    }

    private void Vectors(Dictionary<int, LocalBuilder> addresses) => Vectors(addresses, this);

    private void Vectors(Dictionary<int, LocalBuilder> addresses, params Generated[] side)
    {
        foreach (var load in body.Loads.Where(l => l.Stands == Stands.Not))
            foreach (var one in side) one.Load(load.Value, load.Kind, Stands.Not, () => one.At(addresses[load.Value], load.Kind));
        foreach (var term in body.Terms)
            foreach (var one in side) one.Compute(term);
        foreach (var (value, to) in body.Stores)
            foreach (var one in side) one.Store(value, addresses[to]);
    }

    /// <summary>Goes on where so many elements more than the index has are below n.</summary>
    private void Next(Label top, int more)
    {
        il.Emit(OpCodes.Ldloc, index);
        il.Emit(OpCodes.Ldc_I4, more);
        il.Emit(OpCodes.Add);
        il.Emit(OpCodes.Ldarg_1);
        il.Emit(OpCodes.Blt, top);
    }

    private LocalBuilder Address(int value)
    {
        var local = il.DeclareLocal(typeof(nint));
        Table(value);
        il.Emit(OpCodes.Stloc, local);
        return local;
    }

    /// <summary>The address of a value, from the table.</summary>
    private void Table(int value)
    {
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldc_I4, (table + value) * sizeof(nint));
        il.Emit(OpCodes.Add);
        il.Emit(OpCodes.Ldind_I);
    }

    /// <summary>The address of the lanes at the loop's index.</summary>
    private void At(LocalBuilder address, ElementKind kind)
    {
        il.Emit(OpCodes.Ldloc, address);
        il.Emit(OpCodes.Ldloc, index);
        var size = kind == ElementKind.Pred ? 1 : wide ? 8 : 4;
        il.Emit(OpCodes.Ldc_I4, size);
        il.Emit(OpCodes.Mul);
        il.Emit(OpCodes.Add);
        if (ahead == 0) return;
        il.Emit(OpCodes.Ldc_I4, ahead * Width * size);
        il.Emit(OpCodes.Add);
    }

    private void Load(int value, ElementKind kind, Stands stands, Action address)
    {
        address();
        var held = LaneCode.Held(kind, wide)!;
        var load = (kind, stands) switch
        {
            (ElementKind.Pred, Stands.Element) => typeof(Lanes).GetMethod(nameof(Lanes.RepeatTruth)),
            (ElementKind.Pred, var _) => typeof(Lanes).GetMethod(nameof(Lanes.Load)),
            (var _, Stands.Element) => typeof(Lanes).GetMethod(nameof(Lanes.Repeat)),
            var _ => typeof(Vector512).GetMethod("Load"),
        };
        il.Emit(OpCodes.Call, load!.MakeGenericMethod(held));
        Keep(value, kind);
    }

    private void Compute(Term t)
    {
        int[] places = t.Op switch
        {
            Unary or Cast => [t.A],
            Gt or Ge => [t.B, t.A],
            Select => [t.A, t.B, t.C],
            var _ => [t.A, t.B],
        };
        foreach (var place in places) il.Emit(OpCodes.Ldloc, values[place]);
        foreach (var call in LaneCode.Calls(t, wide)) il.Emit(OpCodes.Call, call);
        Keep(t.Value, t.Kind);
    }

    private void Keep(int value, ElementKind kind)
    {
        var local = il.DeclareLocal(typeof(Vector512<>).MakeGenericType(LaneCode.Held(kind, wide)!));
        il.Emit(OpCodes.Stloc, values[value] = local);
    }

    private void Store(int value, LocalBuilder to)
    {
        var kind = body.KindOf(value);
        il.Emit(OpCodes.Ldloc, values[value]);
        At(to, kind);
        var store = kind == ElementKind.Pred ? typeof(Lanes) : typeof(Vector512);
        il.Emit(OpCodes.Call, store.GetMethod("Store")!.MakeGenericMethod(LaneCode.Held(kind, wide)!));
    }
}
