using MiniTorch.Cli.Showing;
using MiniTorch.Examples.Trainings;
using MiniTorch.Frontend;
using MiniTorch.Passes.Planning;

namespace MiniTorch.Cli.Trainings;

/// <summary>An audience beside which the network's warnings are told before anything runs.</summary>
internal sealed class Cautious(Screen screen, IAudience audience) : IAudience
{
    /// <inheritdoc/>
    public void Start(Study study, Training training, Plan plan)
    {
        Warned.Of(screen, training.Model.Warnings(training.X));
        audience.Start(study, training, plan);
    }

    /// <inheritdoc/>
    public void Epochs(Study study, Training training, IEnumerable<Progress> batches) =>
        audience.Epochs(study, training, batches);

    /// <inheritdoc/>
    public void End(Study study, Outcome outcome) => audience.End(study, outcome);
}
