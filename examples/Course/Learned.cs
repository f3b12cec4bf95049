using LanguageExt;
using MiniTorch.Backends.Cpu;
using MiniTorch.Frontend;
using MiniTorch.Ir;
using MiniTorch.Passes;

namespace MiniTorch.Examples.Course;

/// <summary>A model trained for a page: the same bits on any number of threads.</summary>
/// <param name="Training">How.</param>
/// <param name="Parameters">What was learned.</param>
public sealed record Learned(Training Training, Seq<(string Name, Tensor Value)> Parameters)
{
    /// <summary>Trains and shows each batch to whoever watches; a mistake throws <see cref="IrException"/>.</summary>
    public static Learned From(Training training, IExamples examples, Action<Progress>? watch = null)
    {
        using var trainer = Right(Trainer.Of(training, Pipelines.Default, new CpuBackend()));
        foreach (var batch in trainer.Run(examples)) watch?.Invoke(batch);
        return new(training, trainer.Parameters());
    }

    /// <summary>A parameter by its name.</summary>
    public Tensor this[string name] => Parameters.First(p => p.Name == name).Value;

    /// <summary>The model's output for every example.</summary>
    public Tensor Outputs(IExamples examples) => Right(Tester.Outputs(
        Training.Model, Training.X, Training.Loss, Parameters, examples, Pipelines.Default, new CpuBackend(),
        Training.Buckets));

    private static T Right<T>(Either<IrError, T> value) =>
        value.Match(r => r, e => throw new IrException(Prelude.Seq1(e)));
}
