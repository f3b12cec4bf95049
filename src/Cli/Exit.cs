namespace MiniTorch.Cli;

/// <summary>What the tool answers the shell.</summary>
internal static class Exit
{
    /// <summary>All went well.</summary>
    internal const int Success = 0;

    /// <summary>A user's mistake, told in one sentence; or something checked did not hold.</summary>
    internal const int Mistake = 1;

    /// <summary>A defect of the tool.</summary>
    internal const int Defect = 2;

    /// <summary>Stopped by Ctrl-C, as shells count it: 128 + SIGINT.</summary>
    internal const int Stopped = 130;
}
