using LanguageExt;
using MiniTorch.Frontend;
using MiniTorch.Ir;
using static LanguageExt.Prelude;
using static MiniTorch.Frontend.Layers;

namespace MiniTorch.Examples.Course;

/// <summary>The networks that tell which way a digit goes, and two that are not shown the order of frames.</summary>
public static class VideoNetworks
{
    /// <summary>Kernels of 3 frames × 3 rows × 3 columns: the code of two dimensions over an input of three.</summary>
    public static readonly Model Conv3d =
        Conv(8, 3) >>> Relu >>> MaxPool(2) >>> Conv(16, 3) >>> Relu >>> Flatten >>> Linear(Directions.Count) >>> LogSoftmax;

    /// <summary>The same layers over one frame: chance level, whatever it learns.</summary>
    public static readonly Model OneFrame = Single("frame", "Frame(0)", FirstFrame) >>> Conv3d;

    /// <summary>The same layers over the mean of all frames: a streak, without the way along it.</summary>
    public static readonly Model MeanFrame =
        Single("mean_frame", "MeanFrame", x => Functional.Sum(x, 2) / Clips.Frames) >>> Conv3d;

    /// <summary>The network of this name.</summary>
    /// <remarks>Errors: video.V1 there is none.</remarks>
    public static Either<IrError, Model> Named(string name) => name switch
    {
        "conv3d" => Conv3d,
        "frame" => OneFrame,
        "mean" => MeanFrame,
        var other => new IrError("video.V1",
            $"there is no network '{other}'; take conv3d, frame (a single frame) or mean (of all frames)"),
    };

    /// <summary>A batch of clips.</summary>
    public static TensorType Batch(int size) => ElementType.F32[size, 1, Clips.Frames, Clips.Side, Clips.Side];

    private static Model Single(string kind, string text, Func<Expr, Expr> f) => new(Seq1(Layer.Pure(kind, text, f)));

    private static Expr FirstFrame(Expr x) => x.Type.IsUnknown ? x
        : Prim.Reshape(Prim.Slice(x, [0, 0, 0, 0, 0], [x.Shape[0], x.Shape[1], 1, x.Shape[3], x.Shape[4]], [1, 1, 1, 1, 1]),
            [x.Shape[0], x.Shape[1], x.Shape[3], x.Shape[4]]);
}
