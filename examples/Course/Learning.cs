using LanguageExt;
using MiniTorch.Frontend;
using MiniTorch.Ir;
using MiniTorch.Passes;

namespace MiniTorch.Examples.Course;

/// <summary>A small training on a page: on one thread, the same bits every time.</summary>
internal static class Learning
{
    /// <summary>Trains; gives each batch to whoever watches, and the parameters at the end.</summary>
    internal static IReadOnlyDictionary<string, Tensor> Run(
        Training training, Tensor x, Tensor target, Action<Progress>? watch = null)
    {
        using var trainer = Trainer.Of(training, Pipelines.Default, new Backends.Cpu.CpuBackend(threads: 1))
            .Match(t => t, e => throw new IrException(Prelude.Seq1(e)));
        foreach (var progress in trainer.Run(new TensorExamples(x, target))) watch?.Invoke(progress);
        return trainer.Parameters().ToDictionary(p => p.Name, p => p.Value);
    }

    /// <summary>The trained model's values for these inputs, as many as it likes at once.</summary>
    internal static Tensor Predict(this Page page, Model model, IReadOnlyDictionary<string, Tensor> parameters, Tensor x)
    {
        var forward = model.Forward(x.Type).Match(g => g, errors => throw new IrException(errors));
        return page.Run(forward, [("x", x), .. parameters.Select(p => (p.Key, p.Value))])[0];
    }
}
