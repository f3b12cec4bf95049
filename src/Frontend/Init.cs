using MiniTorch.Ir;

namespace MiniTorch.Frontend;

/// <summary>Random numbers as expressions over random_bits: the same key and counter give the same bits anywhere.</summary>
public static class Init
{
    private const double Ulp = 1.0 / (1 << 24);

    /// <summary>How many counter values a draw of so many elements uses.</summary>
    public static long Blocks(long count) => (count + 3) / 4;

    /// <summary>Uniform in [0, 1) with 24 random bits: the low bits of each word over 2²⁴.</summary>
    public static Expr Uniform(Expr key, Expr counter, TensorType type)
    {
        var low = Prim.And(Prim.RandomBits(key, counter, type.Shape), Prim.Scalar(ElementType.I32, 0xFFFFFFL));
        return Prim.Cast(low, type.Element) * Ulp;
    }

    /// <summary>Uniform in [−bound, bound).</summary>
    public static Expr Uniform(Expr key, Expr counter, TensorType type, double bound) =>
        Uniform(key, counter, type) * (2 * bound) - bound;

    /// <summary>Standard normal by Box and Muller's cosine form.</summary>
    public static Expr Normal(Expr key, Expr counter, TensorType type)
    {
        var radius = Prim.Sqrt(-2.0 * Prim.Log(1 - Uniform(key, counter, type)));
        var angle = Uniform(key, counter + Prim.Scalar(ElementType.I64, Blocks(type.Count)), type) * (2 * Math.PI);
        return radius * Prim.Cos(angle);
    }
}
