using LanguageExt;
using MiniTorch.Passes.Planning;

namespace MiniTorch.Examples.Trainings;

/// <summary>How a training ended.</summary>
/// <param name="Verdict">On the test examples.</param>
/// <param name="Examples">Trained on, repeats counted.</param>
/// <param name="Seconds">Of training.</param>
/// <param name="Plan">Of the training step.</param>
/// <param name="Words">Lines of the training's own.</param>
/// <param name="Files">Written.</param>
public sealed record Outcome(Verdict Verdict, long Examples, double Seconds, Plan Plan, Seq<string> Words, Seq<string> Files);
