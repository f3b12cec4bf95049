using LanguageExt;
using MiniTorch.Ir;

namespace MiniTorch.Report;

/// <summary>Learned kernels as images: each kernel with its channels side by side.</summary>
internal static class KernelsPart
{
    internal static IEnumerable<Block> Of(Seq<Kernel> kernels) => kernels.AsEnumerable().Where(k => k.Weight.Type.Rank >= 3)
        .SelectMany(k => KernelWall.Of(k.Name, k.Weight, $"{k.Name}: "));

    internal static string Words(Dims w) => $"{Plural(w[0], "kernel")} of {string.Join('×', w.Skip(2))}"
        + (w[1] > 1 ? $" over {w[1]} channels" : "");

    private static string Plural(int n, string what) => n == 1 ? $"1 {what}" : $"{n} {what}s";
}
