namespace MiniTorch.Benchmarks.Comparing;

/// <summary>What a peer took, and in which of its configurations.</summary>
internal sealed record Theirs(Times Times, string Configuration);

/// <summary>A line of a table: one work on one number of threads.</summary>
/// <param name="Work">What was computed.</param>
/// <param name="Threads">On each side.</param>
/// <param name="Ours">Our times.</param>
/// <param name="Torch">PyTorch's, the fastest of its configurations.</param>
/// <param name="Onnx">ONNX Runtime's.</param>
/// <param name="Flops">Floating-point operations of the plan.</param>
/// <param name="Peak">Operations a second that the threads can do at most, measured in this run.</param>
/// <param name="Floor">What memory or arithmetic needs at least, 0 where none is known.</param>
/// <param name="Apart">The greatest difference of results, as a share of the greatest number; NaN where none was compared.</param>
internal sealed record Row(
    Work Work, int Threads, Times Ours, Theirs? Torch, Theirs? Onnx, double Flops, double Peak, Times Floor, double Apart)
{
    /// <summary>How many times our time PyTorch takes; by medians.</summary>
    internal double? Ratio => Torch?.Times.Median / Ours.Median;

    /// <summary>The same by the shortest runs of both.</summary>
    internal double? LeastRatio => Torch?.Times.Min / Ours.Min;

    /// <summary>How many times our time ONNX Runtime takes; by medians.</summary>
    internal double? OnnxRatio => Onnx?.Times.Median / Ours.Median;

    /// <summary>The same by the shortest runs of both.</summary>
    internal double? LeastOnnxRatio => Onnx?.Times.Min / Ours.Min;

    /// <summary>Floating-point operations a nanosecond.</summary>
    internal double Rate => Flops / Ours.Median / 1e6;

    /// <summary>That rate as a share of the peak.</summary>
    internal double Share => Rate * 1e9 / Peak;

    /// <summary>Whether results agree; true where none was compared.</summary>
    internal bool Agrees => !(Apart > Work.Tolerance);

    /// <summary>Our time over the floor.</summary>
    internal double OverFloor => Ours.Median / Floor.Median;

    /// <summary>Our shortest run over the floor's.</summary>
    internal double LeastOverFloor => Ours.Min / Floor.Min;

    /// <summary>Whether the marks against the peers are met; null where there is no mark or no peer.</summary>
    internal bool? Met => Of(Work.Mark.Torch, Ratio) is var torch && Of(Work.Mark.Onnx, OnnxRatio) is var onnx
        ? torch is null ? onnx : onnx is null ? torch : torch.Value && onnx.Value : null;

    private static bool? Of(double mark, double? ratio) => mark == 0 || ratio is null ? null : ratio >= mark;
}
