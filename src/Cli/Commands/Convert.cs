using System.Collections.Immutable;
using System.CommandLine;
using LanguageExt;
using MiniTorch.Cli.Models;
using MiniTorch.Interop;
using MiniTorch.Ir;
using static LanguageExt.Prelude;

namespace MiniTorch.Cli.Commands;

/// <summary><c>minitorch convert</c>: a model or a file of weights in another format.</summary>
internal static class ConvertCommand
{
    /// <summary>The command.</summary>
    internal static ToolCommand Of(Screen screen)
    {
        var source = new Argument<string>("IN") { Description = "a model (.onnx, .ir) or weights (.safetensors, .npz)" };
        var target = new Argument<string>("OUT")
            { Description = "a file of the same kind; the weights of an .ir go to the .safetensors beside it" };
        var shapes = Given.Shapes();
        return new("convert", "Writes a model or weights in another format.",
            "minitorch convert model.onnx model.ir", screen, [source, target, shapes],
            p =>
                from sizes in Assignments.Shapes(p.GetValue(shapes))
                from done in Convert(p.GetValue(source)!, p.GetValue(target)!, sizes)
                select Exit.Success);
    }

    private static Either<IrError, Unit> Convert(
        string source, string target, ImmutableSortedDictionary<string, Dims> sizes) =>
        IsModel(source) && IsModel(target)
            ? Files.Model(source, Binding.None with { Shapes = sizes }).Bind(model => ModelFile.Save(target, model))
        : IsWeights(source) && IsWeights(target)
            ? TensorFiles.Load(source).Bind(file => TensorFiles.Save(target, file))
        : Left<IrError, Unit>(new("cli.C14",
            $"{source} does not become {target}: models are .onnx or .ir, weights .safetensors or .npz"));

    private static bool IsModel(string path) => Path.GetExtension(path).ToLowerInvariant() is ".onnx" or ".ir";

    private static bool IsWeights(string path) => Path.GetExtension(path).ToLowerInvariant() is ".safetensors" or ".npz";
}
