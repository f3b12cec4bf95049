namespace MiniTorch.Interop.Onnx.Verification;

/// <summary>What became of a case.</summary>
public enum Outcome
{
    /// <summary>Every value is as expected.</summary>
    Passed,
    /// <summary>A value is not, or the model could not be read or run.</summary>
    Failed,
    /// <summary>The model asks for what is not supported.</summary>
    Skipped,
}

/// <summary>What became of a case, and why.</summary>
/// <param name="Name">The case's name.</param>
/// <param name="Outcome">What became of it.</param>
/// <param name="Reason">One sentence, empty for one that passed.</param>
public sealed record Verdict(string Name, Outcome Outcome, string Reason);

/// <summary>x is close to y when |x − y| ≤ Absolute + Relative·|y|; numbers that are not floats must be equal.</summary>
/// <param name="Relative">Of the expected value's magnitude.</param>
/// <param name="Absolute">In the values' unit.</param>
public sealed record Tolerance(double Relative = 1e-3, double Absolute = 1e-5);
