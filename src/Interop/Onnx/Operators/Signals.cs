using MiniTorch.Interop.Onnx.Import;
using MiniTorch.Ir;

namespace MiniTorch.Interop.Onnx.Operators;

/// <summary>Fourier transforms, as products with a matrix of cosines and sines, and windows.</summary>
internal static class Signals
{
    private const long MaxElements = 1 << 24;

    /// <summary>The family.</summary>
    public static readonly Operator[] All =
    [
        Operator.Of("DFT", Dft),
        Operator.Of("STFT", Stft),
        Operator.Of("HannWindow", n => Window(n, 0.5, 0.5, 0)),
        Operator.Of("HammingWindow", n => Window(n, 25 / 46.0, 21 / 46.0, 0)),
        Operator.Of("BlackmanWindow", n => Window(n, 0.42, 0.5, 0.08)),
        Operator.Of("MelWeightMatrix", MelWeightMatrix),
    ];

    private static Expr Dft(Node n)
    {
        var rank = n[0].Type.Rank;
        var axis = n.Axis(n.Opset < 20 ? n.Int("axis", 1) : (long)n.Number(2, -2), rank);
        if (axis == rank - 1) throw n.Refuse("the last axis holds real and imaginary parts: it is not transformed");
        var length = (long)n.Number(1, n[0].Shape[axis]);
        var (inverse, half) = (n.Flag("inverse"), n.Flag("onesided"));
        if (inverse && half) throw n.Unsupported("is inverse and one-sided");
        return Transformed(n[0], axis, length, inverse, half, n);
    }

    /// <summary>X[k] = Σ x[t] e^(∓2πitk/n); the inverse divides by n. The last axis is real, or both parts.</summary>
    private static Expr Transformed(Expr x, int axis, long length, bool inverse, bool half, Node n)
    {
        var last = x.Type.Rank - 1;
        if (length is <= 0 or > int.MaxValue || x.Shape[last] is not (1 or 2))
            throw n.Refuse($"{x.Type} is no signal of length {length}, real or of real and imaginary parts");
        var (used, parts) = ((int)Math.Min(length, x.Shape[axis]), x.Shape[last]);
        var bins = (int)(half ? length / 2 + 1 : length);
        if ((double)used * bins * 2 * parts > MaxElements) throw n.Unsupported($"transforms {length} values");
        var matrix = new double[used * parts * bins * 2];
        for (var i = 0; i < matrix.Length; i++)
        {
            var (t, part, k, result) = (i / 2 / bins / parts, i / 2 / bins % parts, i / 2 % bins, i % 2);
            var angle = (inverse ? 2 : -2) * Math.PI * ((long)t * k % length) / length;
            var value = part == result ? Math.Cos(angle) : part == 0 ? Math.Sin(angle) : -Math.Sin(angle);
            matrix[i] = inverse ? value / length : value;
        }
        var factors = Prim.Constant(Tensor.FromDoubles(x.Type.Element[used, parts, bins, 2], matrix));
        var y = Prim.Dot(Along.Slice(x, axis, 0, used), factors, [axis, last], [0, 1], [], []);
        return Along.Move(y, last - 1, axis);
    }

    /// <summary>The transform of each frame of a signal [N, L, 1 or 2], under a window.</summary>
    private static Expr Stft(Node n)
    {
        var signal = n[0].Type.Rank == 2 ? Prim.Reshape(n[0], n[0].Shape.Then([1])) : n[0];
        var step = (long)n.Number(1, 1);
        var length = n.At(3) is null ? n[2].Shape[0] : (long)n.Number(3, 0);
        if (step <= 0 || length <= 0 || length > signal.Shape[1])
            throw n.Refuse($"frames of {length}, {step} apart, do not fit into {signal.Type}");
        var count = (signal.Shape[1] - length) / step + 1;
        if (count * length > MaxElements) throw n.Unsupported($"takes {count} frames of {length}");
        var positions = Enumerable.Range(0, (int)(count * length)).Select(i => i / length * step + i % length).ToArray();
        var frames = Along.Take(signal, 1, Prim.Reshape(Leaves.Longs(positions), [(int)count, (int)length]));
        var seen = n.At(2) is { } window ? frames * Along.Spread(window, frames.Shape, 2) : frames;
        return Transformed(seen, 2, length, false, n.Flag("onesided", true), n);
    }

    /// <summary>a − b cos(2πi/n) + c cos(4πi/n), the last element before the period's end or at it.</summary>
    private static Expr Window(Node n, double a, double b, double c)
    {
        var size = (int)Sizes.Of(n.Longs(0), n).Product;
        if (size > MaxElements) throw n.Unsupported($"has {size} elements");
        var turn = 2 * Math.PI / Math.Max(1, n.Flag("periodic", true) ? size : size - 1);
        var values = Enumerable.Range(0, size).Select(i => a - b * Math.Cos(turn * i) + c * Math.Cos(2 * turn * i));
        return Prim.Constant(Tensor.FromDoubles(n.Element(n.Int("output_datatype", 1))[size], [.. values]));
    }

    /// <summary>Triangles over the bins of a transform, evenly apart on the scale mel f = 2595 log₁₀(1 + f/700).</summary>
    private static Expr MelWeightMatrix(Node n)
    {
        var (bands, length, rate) = (n.Longs(0)[0], n.Longs(1)[0], n.Longs(2)[0]);
        if (bands <= 0 || length <= 0 || rate <= 0 || bands * (length / 2 + 1) > MaxElements)
            throw n.Refuse($"{bands} bands over {length} values at {rate} a second make no matrix");
        var (low, high) = (Mel(n.Number(3, 0)), Mel(n.Number(4, 0)));
        var bins = (int)(length / 2 + 1);
        var edges = Enumerable.Range(0, (int)bands + 2)
            .Select(i => Math.Floor((length + 1) * Hertz(low + i * (high - low) / (bands + 2)) / rate)).ToArray();
        var cells = Enumerable.Range(0, bins * (int)bands);
        var values = cells.Select(i => Triangle(i / (int)bands, edges.AsSpan((int)(i % bands), 3)));
        return Prim.Constant(Tensor.FromDoubles(n.Element(n.Int("output_datatype", 1))[bins, (int)bands], [.. values]));
    }

    private static double Mel(double hertz) => 2595 * Math.Log10(1 + hertz / 700);

    private static double Hertz(double mel) => 700 * (Math.Pow(10, mel / 2595) - 1);

    private static double Triangle(int bin, ReadOnlySpan<double> edges) => (edges[0], edges[1], edges[2]) switch
    {
        var (_, centre, _) when bin == centre => 1,
        var (left, centre, _) when bin >= left && bin < centre => (bin - left) / (centre - left),
        var (_, centre, right) when bin > centre && bin < right => (right - bin) / (right - centre),
        _ => 0,
    };
}
