using MiniTorch.Examples.Mnist;
using MiniTorch.Frontend;
using MiniTorch.Ir;
using MiniTorch.Report;
using static MiniTorch.Frontend.Functional;
using static MiniTorch.Ir.ElementType;

namespace MiniTorch.Examples.Course;

/// <summary>3-D convolution: time is one more axis. Which way does the digit go?</summary>
public static class Video
{
    /// <summary>The page.</summary>
    public static readonly Lecture Lecture = new("video", "3-D convolution: video",
        "kernels over frames × rows × columns tell which way a digit moves; one frame cannot", Show);

    private static readonly Lazy<Digits> Data = new(() =>
        Digits.Read(null).Match(d => d, e => throw new IrException(LanguageExt.Prelude.Seq1(e))));

    private static readonly Lazy<(string Name, IReadOnlyList<int> Taken)[]> Trials = new(() =>
        [.. new[] { "conv3d", "mean", "frame" }.Select(n => (n, VideoTrials.Taken(Data.Value, n)))]);

    private static void Show(Page page)
    {
        var clips = new Clips(Data.Value.Training, seed: 1, part: 0);
        Convolution(page);
        AClip(page, clips);
        ByHand(page, clips);
        OneFrame(page);
        Network(page);
    }

    private static void Convolution(Page page)
    {
        page.Text("3D Convolution? Yeah! One more axis, the same code: over x [N, C, T, H, W] a kernel has three axes.");
        page.Formula("y[t, i, j] = Σ_a Σ_b Σ_c w[a, b, c] · x[t + a, i + b, j + c]");
        Expr x = Input("x", F32[1, 1, 3, 3, 3]), w = Input("w", F32[1, 1, 2, 2, 2]);
        var (cube, kernel) = (Numbers.Count([1, 1, 3, 3, 3]), Numbers.Of([1, 1, 2, 2, 2], -1, 0, 0, 0, 0, 0, 0, 1));
        page.Print("x, three frames", cube.View([3, 3, 3]));
        page.Print("w: less the cell itself, plus the one a frame, a row and a column on", kernel.View([2, 2, 2]));
        page.Print("y", page.Run(Conv(x, w, Valid), ("x", cube), ("w", kernel)).View([2, 2, 2]));
        page.SideBySide(Conv(x, w, Valid), x, w);
    }

    private static void AClip(Page page, Clips clips)
    {
        page.Heading("A clip");
        page.Text($"A digit of {Clips.Small}×{Clips.Small} cells goes over a canvas of {Clips.Side}×{Clips.Side} for "
            + $"{Clips.Frames} frames, here {Directions.Names[clips[1].Direction]} by {clips[1].Speed} a frame. What leaves "
            + "on one side enters on the other. Its first four frames:");
        page.Gallery(Enumerable.Range(0, 4).Select(t => Frames.Draw(clips.Draw(clips[1]), t)));
    }

    private static void ByHand(Page page, Clips clips)
    {
        page.Heading("A kernel for each direction, by hand");
        page.Text("Two frames deep: −1 in the middle of the first, +1 in the second one step on. Where the digit went that "
            + "way by one cell, the answer is 0. The mean of |y|:");
        var x = Input("x", VideoNetworks.Batch(8));
        var y = Prim.Abs(Conv(x, Input("w", F32[8, 1, 2, 3, 3]), Valid));
        var mean = page.Run(Sum(y, 2, 3, 4) * (8 / (double)y.Type.Count * 8), ("w", Kernels()),
            ("x", clips.Draw([.. Enumerable.Range(0, 8).Select(d => new Clip(1, d, 1, 2, 3))])));
        page.Table(["the digit goes", .. Directions.Names], Enumerable.Range(0, 8).Select(d =>
            (IReadOnlyList<string>)[Directions.Names[d],
                .. Enumerable.Range(0, 8).Select(k => $"{mean.At(d * 8 + k):F3}")]));
        page.Holds("the kernel of the digit's own direction answers 0 everywhere, and no other one does",
            Enumerable.Range(0, 64).All(i => mean.At(i) == 0 == (i / 8 == i % 8)));
    }

    private static Tensor Kernels()
    {
        var w = new float[8 * 18];
        for (var d = 0; d < 8; d++)
        {
            var (down, right) = Directions.Step(d);
            (w[d * 18 + 4], w[d * 18 + 9 + (1 + down) * 3 + 1 + right]) = (-1, 1);
        }
        return Tensor.Of([8, 1, 2, 3, 3], w);
    }

    private static void OneFrame(Page page)
    {
        page.Heading("Why a frame is not enough");
        page.Text("The start is uniform over the canvas, so the digit's place in any frame is, whichever way it goes: a "
            + "single frame says nothing, and 1 in 8 is all that a 2-D network can get right. And the mean of the frames is "
            + "the same forward and backward: it shows a streak, but not the way along it, so 1 in 2 at best.");
        const int side = Clips.Side;
        var starts = Enumerable.Range(0, side * side).Select(s => (Row: s / side, Column: s % side)).ToList();
        Clip Goes(int d, (int Row, int Column) s) => new(0, d, 2, s.Row, s.Column);
        page.Holds("over all starts the digit is at every place of a frame once, under every direction",
            Enumerable.Range(0, 64).All(i => starts.Select(s => Goes(i / 8, s).At(i % 8)).ToHashSet().SetEquals(starts)));
        page.Holds("a clip played backward goes the opposite way", Enumerable.Range(0, 64).All(i =>
            starts.All(s => Goes(i / 8, s).Backward.At(i % 8) == Goes(i / 8, s).At(Clips.Frames - 1 - i % 8))));
    }

    private static void Network(Page page)
    {
        page.Heading("The network");
        page.Code(VideoNetworks.Conv3d.ToString());
        page.Table(["layer", "shape", "parameters"], LayerRow.Of(VideoNetworks.Conv3d, VideoNetworks.Batch(1))
            .Select(r => (IReadOnlyList<string>)[r.Text, string.Join("·", r.Type.Shape.Skip(1)), $"{r.Parameters}"]));
        page.Text(VideoTrials.About);
        page.Table(["network", "sees", "test accuracy"],
            Trials.Value.Select(t => VideoTrials.Row(Data.Value, t.Name, t.Taken)));
        page.Text(VideoTrials.Ones(Data.Value, Trials.Value[0].Taken));
        page.Code("minitorch train video");
        page.Link("examples/Video/Clips.cs", "how a clip is made");
        page.Link("examples/Video/VideoNetworks.cs", "the networks");
    }
}
