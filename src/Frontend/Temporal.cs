using System.Globalization;
using LanguageExt;

namespace MiniTorch.Frontend;

/// <summary>Layers of sequences x [N, C, T]: causal, dilated convolutions; nothing depends on a later t.</summary>
public static partial class Layers
{
    /// <summary>Two causal convolutions of one dilation, ReLU and dropout between, added to x, then ReLU.</summary>
    /// <remarks>
    /// Named <c>temporal_block1.residual1.conv1.weight</c>. What begins far away reaches the last step through many
    /// convolutions, so the first weights have a <see cref="Gain"/> of √3.
    /// Source: Bai, Kolter, Koltun, "An Empirical Evaluation of Generic Convolutional and Recurrent Networks for Sequence
    /// Modeling", 2018, figure 1b, without weight normalisation. ReLU before the sum, where a block falls silent for good,
    /// is left out, as by He et al., CVPR 2016.
    /// </remarks>
    public static Model TemporalBlock(int channels, int kernel, int dilation, double dropout = 0)
    {
        var conv = Gain(Math.Sqrt(3), Conv(channels, kernel, Causal, dilation: dilation));
        var f = dropout > 0 ? conv >>> Relu >>> Dropout(dropout) >>> conv >>> Dropout(dropout) : conv >>> Relu >>> conv;
        var rest = dropout > 0 ? string.Create(CultureInfo.InvariantCulture, $", dropout: {dropout}") : "";
        return Module("temporal_block", $"TemporalBlock({channels}, {kernel}, dilation: {dilation}{rest})",
            Residual(f) >>> Relu);
    }

    /// <summary>Temporal blocks whose dilations double from 1: each further block doubles how far back it sees.</summary>
    public static Model Temporal(int channels, int kernel, int blocks, double dropout = 0) =>
        new(Enumerable.Range(0, blocks)
            .SelectMany(i => TemporalBlock(channels, kernel, 1 << i, dropout).Layers).ToSeq().Strict());

    /// <summary>How many steps a stack of <see cref="Temporal"/> sees, its own included: 1 + 2·(k − 1)·(2ᵇ − 1).</summary>
    public static long TemporalReach(int kernel, int blocks) => 1 + 2L * (kernel - 1) * ((1L << blocks) - 1);

    /// <summary>The last step of x [N, C, T] as [N, C]: what a causal stack knows after having read everything.</summary>
    public static readonly Model LastStep = Of(Layer.Pure("last_step", "LastStep", Functional.LastStep));
}
