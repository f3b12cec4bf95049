using MiniTorch.Ir;

namespace MiniTorch.Frontend;

/// <summary>Layers that move axes.</summary>
public static partial class Layers
{
    /// <summary>The last axis as axis 1: the features of nodes or words, [N, …, C], as channels [N, C, …].</summary>
    public static readonly Model ChannelsFirst = Of(Layer.Pure("channels_first", "ChannelsFirst", ChannelsFirstOf));

    private static Expr ChannelsFirstOf(Expr x) => x.Type.IsUnknown || x.Type.Rank < 3 ? x
        : Prim.Transpose(x, [0, x.Type.Rank - 1, .. Enumerable.Range(1, x.Type.Rank - 2)]);
}
