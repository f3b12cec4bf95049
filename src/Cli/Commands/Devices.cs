using System.Text.Json;
using LanguageExt;
using MiniTorch.Cli.Devices;
using MiniTorch.Ir;

namespace MiniTorch.Cli.Commands;

/// <summary><c>minitorch devices</c>: what can run here, and why the rest cannot.</summary>
internal static class DevicesCommand
{
    /// <summary>The command.</summary>
    internal static ToolCommand Of(Screen screen)
    {
        var json = Given.Json();
        return new("devices", "Tells what can run models on this machine, and why the rest cannot.",
            "minitorch devices --json", screen, [json], parsed => Show(screen, parsed.GetValue(json)));
    }

    private static Either<IrError, int> Show(Screen screen, bool json)
    {
        if (json) screen.Json(Write);
        else screen.Table(["device", "usable", "what"], Rows());
        return Exit.Success;
    }

    private static IEnumerable<IReadOnlyList<string>> Rows()
    {
        var threads = Environment.ProcessorCount;
        return
        [
            ["cpu", "yes", $"{Processor.Name}, vectors of {Processor.VectorBits} bits, {threads} "
                + (threads == 1 ? "thread" : "threads")],
            ["reference", "yes", "the evaluator that defines every op, slow"],
            ["cuda", "no", Cuda.WhyNot()],
        ];
    }

    private static void Write(Utf8JsonWriter w)
    {
        w.WriteStartObject();
        w.WriteStartObject("cpu");
        w.WriteBoolean("usable", true);
        w.WriteString("name", Processor.Name);
        w.WriteNumber("vector_bits", Processor.VectorBits);
        w.WriteNumber("threads", Environment.ProcessorCount);
        w.WriteEndObject();
        w.WriteStartObject("reference");
        w.WriteBoolean("usable", true);
        w.WriteEndObject();
        w.WriteStartObject("cuda");
        w.WriteBoolean("usable", false);
        w.WriteString("reason", Cuda.WhyNot());
        w.WriteEndObject();
        w.WriteEndObject();
    }
}
