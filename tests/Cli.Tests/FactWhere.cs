using Xunit;

namespace MiniTorch.Cli.Tests;

/// <summary>A fact about Linux that is checked where a file is: another system's terminals and signals differ.</summary>
public sealed class FactWhereAttribute : FactAttribute
{
    /// <summary>Skipped, with the reason, elsewhere.</summary>
    public FactWhereAttribute(string file)
    {
        if (!OperatingSystem.IsLinux() || !File.Exists(file)) Skip = $"needs Linux and {file}";
    }
}
