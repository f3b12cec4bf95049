using LanguageExt;
using MiniTorch.Interop.Files;
using MiniTorch.Ir;
using MiniTorch.Ir.Text;

namespace MiniTorch.Cli.Models;

internal sealed record Binding(HashMap<string, Dims> Shapes, HashMap<string, Tensor> Values);

internal sealed record StoredModel(Graph Graph, HashMap<string, Tensor> Values, Seq<string> Fixed);

internal static class ModelFile
{
    internal static Either<IrError, StoredModel> Load(string path, Binding binding) =>
        from bytes in AtomicFile.ReadAllBytes(path, 1 << 30)
        from graph in Parser.Parse(System.Text.Encoding.UTF8.GetString(bytes)).ToEither().MapLeft(Door.First)
        select new StoredModel(graph, default, default);
}
