using MiniTorch.Ir;

namespace MiniTorch.Passes.Rewrite;

/// <summary>Inputs of which the rules' examples are built: f32 to compare bits, f64 to compare numbers.</summary>
internal static class Sample
{
    /// <summary>f32[2,3].</summary>
    internal static readonly Expr X = Prim.Input("x", ElementType.F32[2, 3]);
    /// <summary>f32[2,3].</summary>
    internal static readonly Expr Y = Prim.Input("y", ElementType.F32[2, 3]);
    /// <summary>f32[].</summary>
    internal static readonly Expr S = Prim.Input("s", ElementType.F32.Scalar);
    /// <summary>f64[2,3].</summary>
    internal static readonly Expr U = Prim.Input("u", ElementType.F64[2, 3]);
    /// <summary>f64[2,3].</summary>
    internal static readonly Expr V = Prim.Input("v", ElementType.F64[2, 3]);
    /// <summary>f64[].</summary>
    internal static readonly Expr R = Prim.Input("r", ElementType.F64.Scalar);
    /// <summary>i32[2,3].</summary>
    internal static readonly Expr I = Prim.Input("i", ElementType.I32[2, 3]);
    /// <summary>pred[2,3].</summary>
    internal static readonly Expr P = Prim.Input("p", ElementType.Pred[2, 3]);

    /// <summary>f32[2,3,4].</summary>
    internal static readonly Expr X3 = Prim.Input("x3", ElementType.F32[2, 3, 4]);
    /// <summary>f64[2,3,4].</summary>
    internal static readonly Expr U3 = Prim.Input("u3", ElementType.F64[2, 3, 4]);
    /// <summary>f32[1,3,1].</summary>
    internal static readonly Expr Thin = Prim.Input("thin", ElementType.F32[1, 3, 1]);
    /// <summary>f32[3].</summary>
    internal static readonly Expr Row = Prim.Input("row", ElementType.F32[3]);
    /// <summary>f64[3].</summary>
    internal static readonly Expr Row64 = Prim.Input("row64", ElementType.F64[3]);
    /// <summary>f64[1,3,1].</summary>
    internal static readonly Expr Thin64 = Prim.Input("thin64", ElementType.F64[1, 3, 1]);

    /// <summary>f64[2,2,5,6]: images.</summary>
    internal static readonly Expr Images = Prim.Input("images", ElementType.F64[2, 2, 5, 6]);
    /// <summary>f64[3,2,3,2]: kernels.</summary>
    internal static readonly Expr Kernels = Prim.Input("kernels", ElementType.F64[3, 2, 3, 2]);

    /// <summary>A scalar repeated to x's shape.</summary>
    internal static Expr Like(Expr x, double value) => Prim.Full(x.Type, value);
}
