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
        var (name, bits, threads) = (Processor.Name, Processor.VectorBits, Environment.ProcessorCount);
        var whyNot = Cuda.WhyNot();
        if (json) screen.Json(w =>
        {
            w.WriteStartObject();
            w.WriteStartObject("cpu");
            w.WriteBoolean("usable", true);
            w.WriteString("name", name);
            w.WriteNumber("vector_bits", bits);
            w.WriteNumber("threads", threads);
            w.WriteEndObject();
            w.WriteStartObject("reference");
            w.WriteBoolean("usable", true);
            w.WriteEndObject();
            w.WriteStartObject("cuda");
            w.WriteBoolean("usable", false);
            w.WriteString("reason", whyNot);
            w.WriteEndObject();
            w.WriteEndObject();
        });
        else screen.Table(["device", "usable", "what"],
        [
            ["cpu", "yes", $"{name}, vectors of {bits} bits, {threads} {(threads == 1 ? "thread" : "threads")}"],
            ["reference", "yes", "the evaluator that defines every op, slow"],
            ["cuda", "no", whyNot],
        ]);
        return Exit.Success;
    }
}
