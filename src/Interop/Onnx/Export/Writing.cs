using Google.Protobuf;
using LanguageExt;
using MiniTorch.Interop.Files;
using MiniTorch.Ir;

namespace MiniTorch.Interop.Onnx.Export;

/// <summary>A model as bytes and as files.</summary>
/// <remarks>Errors: onnx.W1 larger than 2 GiB; onnx.W2 a value that is not of its input's type.</remarks>
internal static class Writing
{
    /// <summary>What values may take inside a model: a protocol buffer ends at 2 GiB, and nodes need a little.</summary>
    public const long MostInside = 2_000_000_000;

    /// <summary>The bytes of a model with all its values.</summary>
    public static Either<IrError, byte[]> Bytes(StoredModel model) =>
        from fit in Check(model, Size(model), "save it to a file, which may keep its values beside it")
        select Exporter.Run(model, new(null)).ToByteArray();

    /// <summary>The file of a model, and that of its values where they are many.</summary>
    public static Either<IrError, Unit> Save(string path, StoredModel model, long inside) =>
        Values(model) > Math.Min(inside, MostInside) ? SaveBoth(path, model) : SaveOne(path, model);

    private static Either<IrError, Unit> SaveOne(string path, StoredModel model) =>
        from fit in Check(model, Size(model), Smaller)
        from done in AtomicFile.Write(path, Exporter.Run(model, new(null)).WriteTo)
        select done;

    private const string Smaller = "give large constants as inputs with a value, which may lie beside the model";

    /// <summary>The values are in place before the model takes its name: whoever finds the model finds them.</summary>
    private static Either<IrError, Unit> SaveBoth(string path, StoredModel model)
    {
        var weights = new Weights($"{Path.GetFileName(path)}.data");
        return from fit in Check(model, Constants(model), Smaller)
               let proto = Exporter.Run(model, weights)
               from done in AtomicFile.WriteBoth(
                   path, proto.WriteTo, () => AtomicFile.Write($"{path}.data", weights.WriteTo))
               select done;
    }

    private static Either<IrError, Unit> Check(StoredModel model, long bytes, string advice)
    {
        if (bytes > MostInside)
            return new IrError("onnx.W1", $"the model takes {bytes:N0} bytes and a file of ONNX ends at 2 GiB; {advice}");
        foreach (var input in model.Graph.Inputs.Select(i => (Input)i.Op))
            if (model.Values.TryGetValue(input.Name, out var value) && value.Type != input.Type)
                return new IrError("onnx.W2",
                    $"input '{input.Name}' is {input.Type} and its value {value.Type}; give a value of its type");
        return Unit.Default;
    }

    private static long Size(StoredModel model) => Values(model) + Constants(model);

    private static long Values(StoredModel model) =>
        model.Graph.Inputs.Sum(i => model.Values.TryGetValue(((Input)i.Op).Name, out var value) ? value.Type.Bytes : 0);

    private static long Constants(StoredModel model) =>
        model.Graph.Nodes.Sum(n => n.Op is Constant c ? c.Value.Type.Bytes : 0);
}
