using MiniTorch.Interop.Onnx.Import;

namespace MiniTorch.Interop.Onnx.Operators;

/// <summary>Every operator that is understood, by domain and name.</summary>
internal static class Table
{
    private static readonly Dictionary<(string Domain, string Name), Operator> All = ((IEnumerable<Operator>[])
    [
        Leaves.All,
        Arithmetic.All,
        Comparisons.All,
        Functions.All,
        Activation.All,
        Reductions.All,
        Normalization.All,
        Dropout.All,
        RandomNormal.All,
        Losses.All,
        Training.All,
        Movements.All,
        Slicing.All,
        Indexing.All,
        Scattering.All,
        Ordering.All,
        Padding.All,
        Resizing.All,
        GridSampling.All,
        Regions.All,
        Signals.All,
        Selecting.All,
        Blocks.All,
        Products.All,
        Convolutions.All,
        Pools.All,
        Recurrent.Sequences.All,
        Control.All,
        Scans.All,
        Determinants.All,
    ]).SelectMany(family => family).ToDictionary(o => (o.Domain, o.Name));

    /// <summary>The operator, null where it is not understood.</summary>
    public static Operator? Find(string domain, string name) => All.GetValueOrDefault((Scope.Domain(domain), name));

    /// <summary>The names of all, in order.</summary>
    public static IEnumerable<string> Names => All.Keys.Select(k => k.Name).Order(StringComparer.Ordinal);
}
