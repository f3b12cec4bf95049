using MiniTorch.Ir;
using static MiniTorch.Passes.Rewrite.Known;
using static MiniTorch.Passes.Rewrite.Sample;
using static MiniTorch.Passes.Rewrite.Soundness;

namespace MiniTorch.Passes.Rewrite;

/// <summary>
/// The layout NCHW16c: channels in blocks of sixteen that lie innermost, [n, c / 16, …, c mod 16]. It is written with ops
/// that everything knows, a reshape and a transpose, so that a conversion is an expression like any other. Not part of
/// <see cref="Rewrite.Rules.All"/>: a layout is a choice for one machine. Source: Zhang et al., 2018 ("NCHWc").
/// </summary>
public static class Blocks
{
    /// <summary>Channels of a block.</summary>
    public const int Lanes = 16;

    /// <summary>Conversions move towards the results, and cancel where they meet.</summary>
    public static readonly IReadOnlyList<Rule> Rules =
    [
        Rule.On<Transpose>("blocked-plain", "blocked(plain x) = x", Exact, n => Inside(n) is { } x && Blocked(x) is { } b ? b : null,
            () => [Of(Plain(Tiles))]),
        Rule.On<Elementwise>("elementwise-plain", "f(plain x, plain y) = plain f(x, y)", Exact, Sunk, () =>
        [
            Plain(Tiles) + Plain(-Tiles), Prim.Exp(Plain(Tiles)), Plain(Tiles) > 0,
            Plain(Tiles) + Prim.Broadcast(Prim.Input("bias", ElementType.F32[32]), [2, 32, 2, 3], [1]),
            Prim.Max(Plain(Tiles), Prim.Full(ElementType.F32[2, 32, 2, 3], 0)),
        ]),
    ];

    private static Expr Tiles => Prim.Input("tiles", ElementType.F32[2, 2, 2, 3, 16]);

    /// <summary>Whether a value has images of channels that fill blocks.</summary>
    public static bool Fits(TensorType type) =>
        type.Rank >= 3 && type.Element == ElementType.F32 && type[1] % Lanes == 0 && type.Count > 0;

    /// <summary>[n, c, …] in blocks: [n, c / 16, …, 16].</summary>
    public static Expr Of(Expr x) => Prim.Transpose(
        Prim.Reshape(x, [x.Shape[0], x.Shape[1] / Lanes, Lanes, .. x.Shape.Skip(2)]),
        [0, 1, .. Enumerable.Range(3, x.Type.Rank - 2), 2]);

    /// <summary>[n, c / 16, …, 16] in planes: [n, c, …].</summary>
    public static Expr Plain(Expr b) => Prim.Reshape(
        Prim.Transpose(b, [0, 1, b.Type.Rank - 1, .. Enumerable.Range(2, b.Type.Rank - 3)]),
        [b.Shape[0], b.Shape[1] * Lanes, .. b.Shape.Skip(2).Take(b.Type.Rank - 3)]);

    /// <summary>What <see cref="Of"/> was made of; null when the node is no such conversion.</summary>
    public static Expr? Inside(Expr n) =>
        n is (Transpose t, [(Reshape r, [var x])]) && x.Type.Rank >= 3 && x.Shape[1] % Lanes == 0 && r.To.Count == x.Type.Rank + 1
            && r.To == [x.Shape[0], x.Shape[1] / Lanes, Lanes, .. x.Shape.Skip(2)]
            && t.Perm == [0, 1, .. Enumerable.Range(3, x.Type.Rank - 2), 2] ? x : null;

    /// <summary>What <see cref="Plain"/> was made of; null when the node is no such conversion.</summary>
    public static Expr? Blocked(Expr n) =>
        n is (Reshape r, [(Transpose t, [var b])]) && b.Type.Rank >= 4 && b.Shape[^1] == Lanes
            && r.To == [b.Shape[0], b.Shape[1] * Lanes, .. b.Shape.Skip(2).Take(b.Type.Rank - 3)]
            && t.Perm == [0, 1, b.Type.Rank - 1, .. Enumerable.Range(2, b.Type.Rank - 3)] ? b : null;

    private static Expr? Sunk(Expr n)
    {
        if (n.Args.Select(Blocked).FirstOrDefault(b => b is not null) is not { } first) return null;
        var args = n.Args.Select(a => Side(a, first.Shape)).ToList();
        return args.Contains(null) ? null : Plain(n.With([.. args.OfType<Expr>()]));
    }

    /// <summary>An operand as it stands beside blocks: blocks, one scalar, or a vector along the channels.</summary>
    private static Expr? Side(Expr arg, Dims blocks) => arg switch
    {
        { Type.Rank: 0 } => arg,
        var plain when Blocked(plain) is { } b => b,
        (Broadcast, [{ Type.Rank: 0 } s]) => Prim.Fill(s, blocks),
        (Broadcast { Axes: [1] }, [var v]) when v.Shape[0] == blocks[1] * Lanes =>
            Prim.Broadcast(Prim.Reshape(v, [blocks[1], Lanes]), blocks, [1, blocks.Count - 1]),
        var _ => null,
    };
}
