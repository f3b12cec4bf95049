using System.Collections.Immutable;
using LanguageExt;
using MiniTorch.Interop;
using MiniTorch.Ir;
using static LanguageExt.Prelude;

namespace MiniTorch.Cli.Models;

/// <summary>A value for every input of a model: the one given, else the stored one, else a random one.</summary>
/// <remarks>
/// Errors: cli.C6 a value for an input that the model does not have; cli.C7 a value of another type; cli.C8 no value;
/// cli.C17 one larger than an array may be.
/// </remarks>
internal static class Feed
{
    /// <summary>The values, or the first mistake.</summary>
    /// <param name="model">Whose inputs.</param>
    /// <param name="given">By the user; inputs that were built into the graph may be among them.</param>
    /// <param name="seed">Fills what is missing; without it, a missing value is a mistake.</param>
    /// <param name="likely">Makes what is missing of standard normal values, by the name of the input.</param>
    internal static Either<IrError, ImmutableSortedDictionary<string, Tensor>> Of(
        StoredModel model, IReadOnlyDictionary<string, Tensor> given, int? seed, Func<string, double, double>? likely = null) =>
        from known in Known(model, given)
        from values in model.Graph.Inputs.Select(i => (Input)i.Op).Aggregate(
            Right<IrError, ImmutableSortedDictionary<string, Tensor>>(Named.Of<Tensor>()), (all, input) =>
                from done in all
                from value in Value(input, model, given, seed, likely)
                select done.Add(input.Name, value))
        select values;

    private static Either<IrError, Unit> Known(StoredModel model, IReadOnlyDictionary<string, Tensor> given)
    {
        var strange = given.Keys.Where(n => model.Graph.Input(n).IsNone && !model.Fixed.Contains(n)).ToList();
        return strange.Count == 0 ? unit
            : new IrError("cli.C6", $"the model has no input '{strange[0]}'; it takes {Inputs(model)}");
    }

    private static Either<IrError, Tensor> Value(
        Input input, StoredModel model, IReadOnlyDictionary<string, Tensor> given, int? seed, Func<string, double, double>? likely)
    {
        if (given.TryGetValue(input.Name, out var value))
            return value.Type == input.Type ? value : WrongType(input, value);
        if (model.Values.TryGetValue(input.Name, out var stored)) return stored;
        if (input.Type.Bytes > System.Array.MaxLength) return TooLarge(input);
        return seed is { } s ? RandomTensor.Of(input.Type, s, input.Name, likely)
            : new IrError("cli.C8",
                $"input {input.Name} has no value; give --input {input.Name}=FILE of {input.Type}, or --random SEED");
    }

    private static IrError WrongType(Input input, Tensor value) =>
        new("cli.C7", $"input {input.Name} takes {input.Type}, its file holds {value.Type}; "
            + (value.Type.Shape == input.Type.Shape ? $"save it as {Numpy(input.Type.Element)}" : "save it in that shape"));

    private static IrError TooLarge(Input input) => new("cli.C17",
        $"input {input.Name}: {input.Type} takes {input.Type.Bytes:N0} bytes, "
            + $"a value has at most {System.Array.MaxLength:N0}; give a smaller shape");

    private static string Inputs(StoredModel model) => model.Graph.Inputs.IsEmpty ? "no inputs"
        : string.Join(", ", model.Graph.Inputs.Select(i => $"{((Input)i.Op).Name}: {i.Type}"));

    private static string Numpy(ElementType element) => element.Kind switch
    {
        ElementKind.Pred => "bool",
        ElementKind.U8 => "uint8",
        ElementKind.I32 => "int32",
        ElementKind.I64 => "int64",
        ElementKind.F16 => "float16",
        ElementKind.F32 => "float32",
        ElementKind.F64 => "float64",
        _ => element.Name,
    };
}
