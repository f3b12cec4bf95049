using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using MiniTorch.Ir;

namespace MiniTorch.Backends.Cpu;

/// <content>All stages of a step that goes by rows as one method over a row, whose numbers stay in registers.</content>
internal sealed unsafe partial class Generated
{
    /// <summary>Whether there is code for stages, and a way to make it.</summary>
    public static bool Can(RowStage[] stages) => RuntimeFeature.IsDynamicCodeSupported && Bodies(stages).All(b => !IsWide(b)
        && b.Loads.All(l => LaneCode.Held(l.Kind, wide: false) is not null) && b.Terms.All(t => LaneCode.Has(t, wide: false)));

    /// <summary>The code of stages, the same for stages of the same form; numbers to tell of go where places after a table lie.</summary>
    public static BodyLoop Of(RowStage[] stages, int told)
    {
        var form = stages.Select(s => $"{Form(s.Loop)} {string.Join(' ', s.Folds.Select(f => $"{f.Place}:{f.Number}"))} {Form(s.Numbers)}");
        var tells = stages.SelectMany(s => s.Tells).Select(t => $"{t.Number}");
        return Known($"{string.Join('\n', form)} {told}:{string.Join(' ', tells)}", il =>
        {
            var numbers = new Dictionary<int, LocalBuilder>();
            foreach (var stage in stages) Emit(il, stage, numbers, ref told);
            il.Emit(OpCodes.Ret);
        });
    }

    private static IEnumerable<Body> Bodies(RowStage[] stages) =>
        stages.SelectMany(s => new[] { s.Loop, s.Numbers }).OfType<RowProgram>().Select(p => p.Program.Body);

    private static string Form(RowProgram? p) => p is null ? "" : $"{p.Table}@{p.Program.Body.Key}"
        + $" {string.Join(' ', p.Locals.Select(l => $"{l.Place}={(l.Values is null ? l.Number : -1)}"))}"
        + $" {string.Join(' ', p.Outs.Select(o => $"{o.Place}={o.Number}"))}";

    private static void Emit(ILGenerator il, RowStage stage, Dictionary<int, LocalBuilder> numbers, ref int told)
    {
        if (stage.Loop is { } loop)
        {
            var part = Begun(il, loop, numbers);
            part.Loop();
            foreach (var fold in stage.Folds) numbers[fold.Number] = part.Finish(Array.Find(part.body.Folds, f => f.To == fold.Place)!);
        }
        if (stage.Numbers is { } computed)
        {
            var part = Begun(il, computed, numbers);
            part.Numbers();
            foreach (var y in computed.Outs)
                numbers[y.Number] = part.values[Array.Find(part.body.Stores, s => s.To == y.Place)!.Value];
        }
        foreach (var tell in stage.Tells) Tell(il, numbers[tell.Number], told++, tell.Size == 1);
    }

    private static Generated Begun(ILGenerator il, RowProgram program, Dictionary<int, LocalBuilder> numbers)
    {
        var part = new Generated(il, program.Program.Body, program.Table, byRows: true);
        foreach (var local in program.Locals.Where(l => l.Values is null)) part.values[local.Place] = numbers[local.Number];
        return part;
    }

    /// <summary>The body of one element, in all lanes.</summary>
    private void Numbers()
    {
        foreach (var load in body.Loads.Where(l => !values.ContainsKey(l.Value)))
            Load(load.Value, load.Kind, Stands.Element, () => Table(load.Value));
        foreach (var term in body.Terms) Compute(term);
    }

    /// <summary>Whether a vector takes so little that the loop around it counts.</summary>
    private bool IsShort => body.Terms.Length <= 8 && !HasFunctions;

    private bool HasFunctions => body.Terms.Any(t => t.Op is Exp or Log or Tanh or Erf or Sin or Cos or Pow);

    /// <summary>Four vectors at a time, each folded into its own lanes.</summary>
    private void Fours(Dictionary<int, LocalBuilder> addresses)
    {
        var (top, test) = (il.DefineLabel(), il.DefineLabel());
        il.Emit(OpCodes.Br, test);
        il.MarkLabel(top);
        for (var i = 0; i < Folding.Chains; i++)
        {
            Vectors(addresses);
            foreach (var fold in body.Folds) Fold(fold, folded[fold][i]);
            Advance(1);
        }
        il.MarkLabel(test);
        Next(top, (16 * Folding.Chains) - 1);
    }

    private void Fold(LaneFold fold, LocalBuilder lanes)
    {
        il.Emit(OpCodes.Ldloc, lanes);
        il.Emit(OpCodes.Ldloc, values[fold.Value]);
        il.Emit(OpCodes.Call, Folding.Applied(fold.Op));
        il.Emit(OpCodes.Stloc, lanes);
    }

    /// <summary>Whole vectors first; of a last one only the lanes below n are folded.</summary>
    private void Rest(Label top, Dictionary<int, LocalBuilder> addresses)
    {
        var (rest, end) = (il.DefineLabel(), il.DefineLabel());
        Next(top, 15);
        Next(rest, 0);
        il.Emit(OpCodes.Br, end);
        il.MarkLabel(rest);
        Vectors(addresses);
        foreach (var fold in body.Folds) FoldOn(fold, Folding.Kept(fold.Op));
        il.MarkLabel(end);
    }

    private LocalBuilder[] Neutral(LaneFold fold)
    {
        LocalBuilder[] lanes = [.. Enumerable.Range(0, Folding.Chains).Select(_ => il.DeclareLocal(typeof(Vector512<float>)))];
        foreach (var local in lanes)
        {
            il.Emit(OpCodes.Ldc_R4, Folding.Neutral(fold.Op));
            il.Emit(OpCodes.Call, typeof(Vector512).GetMethod("Create", [typeof(float)])!);
            il.Emit(OpCodes.Stloc, local);
        }
        return lanes;
    }

    /// <summary>A vector goes to the first of several, which then becomes the last: no sum waits for the one before it.</summary>
    private void FoldOn(LaneFold fold, MethodInfo? kept)
    {
        var lanes = folded[fold];
        il.Emit(OpCodes.Ldloc, lanes[0]);
        il.Emit(OpCodes.Ldloc, values[fold.Value]);
        if (kept is not null)
        {
            il.Emit(OpCodes.Ldarg_1);
            il.Emit(OpCodes.Ldloc, index);
            il.Emit(OpCodes.Sub);
            il.Emit(OpCodes.Conv_I4);
            il.Emit(OpCodes.Call, kept);
        }
        il.Emit(OpCodes.Call, Folding.Applied(fold.Op));
        for (var i = 1; i < lanes.Length; i++) il.Emit(OpCodes.Ldloc, lanes[i]);
        for (var i = lanes.Length - 2; i >= 0; i--) il.Emit(OpCodes.Stloc, lanes[i]);
        il.Emit(OpCodes.Stloc, lanes[^1]);
    }

    private LocalBuilder Finish(LaneFold fold)
    {
        var number = il.DeclareLocal(typeof(Vector512<float>));
        foreach (var lanes in folded[fold]) il.Emit(OpCodes.Ldloc, lanes);
        il.Emit(OpCodes.Call, Folding.Finished(fold.Op));
        il.Emit(OpCodes.Stloc, number);
        return number;
    }

    private static void Tell(ILGenerator il, LocalBuilder number, int place, bool truth)
    {
        il.Emit(OpCodes.Ldloc, number);
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldc_I4, place * sizeof(nint));
        il.Emit(OpCodes.Add);
        il.Emit(OpCodes.Ldind_I);
        il.Emit(truth ? OpCodes.Ldc_I4_1 : OpCodes.Ldc_I4_0);
        il.Emit(OpCodes.Call, typeof(Folding).GetMethod(nameof(Folding.Tell))!.MakeGenericMethod(number.LocalType.GenericTypeArguments));
    }
}
