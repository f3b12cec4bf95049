using System.Runtime.InteropServices;

namespace MiniTorch.Cli;

/// <summary>
/// The first Ctrl-C or SIGTERM asks the command to stop, and ends the process if it has not stopped soon after: a kernel
/// that runs cannot be asked. The second ends it at once.
/// </summary>
internal sealed class Interrupt : IDisposable
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

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
        if (source.IsCancellationRequested) return;
        signal.Cancel = true;
        source.Cancel();
        Task.Delay(Grace).ContinueWith(_ => End(), TaskScheduler.Default);
    }

    private static void End()
    {
        Console.Error.WriteLine("stopped");
        Environment.Exit(Exit.Stopped);
    }
}
