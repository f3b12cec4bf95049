using System.Runtime.InteropServices;

namespace MiniTorch.Cli;

/// <summary>The first Ctrl-C or SIGTERM asks the command to stop; the second ends the process.</summary>
internal sealed class Interrupt : IDisposable
{
    private readonly CancellationTokenSource source = new();
    private readonly PosixSignalRegistration[] signals;

    private Interrupt() => signals =
        [PosixSignalRegistration.Create(PosixSignal.SIGINT, Ask), PosixSignalRegistration.Create(PosixSignal.SIGTERM, Ask)];

    /// <summary>Cancelled by the first signal.</summary>
    internal CancellationToken Token => source.Token;

    /// <summary>Listens until disposed.</summary>
    internal static Interrupt Listen() => new();

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var signal in signals) signal.Dispose();
        source.Dispose();
    }

    private void Ask(PosixSignalContext signal)
    {
        signal.Cancel = !source.IsCancellationRequested;
        source.Cancel();
    }
}
