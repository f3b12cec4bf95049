using System.CommandLine;

namespace MiniTorch.Cli;

/// <summary>Arguments and options that several commands take, each made anew for its command.</summary>
internal static class Given
{
    /// <summary>The model's file.</summary>
    internal static Argument<string> Model() => new("MODEL") { Description = "an .onnx file, or our text form (.ir)" };

    /// <summary>Values of inputs.</summary>
    internal static Option<string[]> Inputs() => new("--input", "-i")
    {
        Description = "an input's value: an .npy file, or ONNX's TensorProto (.pb); once for each input",
        HelpName = "NAME=FILE", AllowMultipleArgumentsPerToken = true,
    };

    /// <summary>Cotangents of results.</summary>
    internal static Option<string[]> Cotangents() => new("--cotangent")
    {
        Description = "a result's cotangent, a file like an input's; ones where none is given",
        HelpName = "NAME=FILE", AllowMultipleArgumentsPerToken = true,
    };

    /// <summary>Shapes of inputs, sizes of symbols.</summary>
    internal static Option<string[]> Shapes() => new("--shape")
    {
        Description = "the shape of an input, as x=1,3,224,224, or the size of a symbolic dimension, as N=8",
        HelpName = "NAME=SIZES", AllowMultipleArgumentsPerToken = true,
    };

    /// <summary>Fills inputs that were not given.</summary>
    internal static Option<int?> Random() => new("--random")
    {
        Description = "fills inputs without a value: floats normal, integers 0 to 3, truth values even; "
            + "the same for the same seed",
        HelpName = "SEED",
    };

    /// <summary>Where all that is random begins.</summary>
    internal static Option<long> Seed(string about) => new("--seed")
    {
        Description = about, HelpName = "SEED", DefaultValueFactory = _ => 1,
    };

    /// <summary>A folder to write to.</summary>
    internal static Option<string?> Out(string what) => new("--out", "-o") { Description = what, HelpName = "DIR" };

    /// <summary>Names of inputs, by commas.</summary>
    internal static Option<string[]> Wrt() => new("--wrt")
    {
        Description = "the inputs to differentiate by, as w,b (default: every float input, weights too)",
        HelpName = "A,B", AllowMultipleArgumentsPerToken = true,
    };

    /// <summary>The gradient too.</summary>
    internal static Option<bool> Grad() => new("--grad") { Description = "times the results and their gradient together" };

    /// <summary>How long to measure.</summary>
    internal static Option<double> Seconds() => new("--seconds")
    {
        Description = "how long to measure, after a warm-up of a fifth of it", HelpName = "S", DefaultValueFactory = _ => 2,
    };

    /// <summary>Where to compute.</summary>
    internal static Option<string> Device() => new("--device")
    {
        Description = "cpu; reference, the slow evaluator that defines every op; or cuda",
        HelpName = "cpu|reference|cuda", DefaultValueFactory = _ => "cpu",
    };

    /// <summary>The size of the team.</summary>
    internal static Option<int> Threads() => new("--threads")
    {
        Description = "threads of the cpu, 0 for one on each processor; results are the same bits for any number",
        HelpName = "N", DefaultValueFactory = _ => 0,
    };

    /// <summary>Machine-readable output.</summary>
    internal static Option<bool> Json() => new("--json") { Description = "prints one line of JSON" };
}
