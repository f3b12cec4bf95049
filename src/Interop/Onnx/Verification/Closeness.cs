using MiniTorch.Ir;

namespace MiniTorch.Interop.Onnx.Verification;

/// <summary>Whether a computed tensor is an expected one.</summary>
internal static class Closeness
{
    /// <summary>How the two differ, null where they do not.</summary>
    public static string? Difference(Tensor expected, Tensor computed, Tolerance tolerance)
    {
        if (expected.Type != computed.Type) return $"is {computed.Type}, expected {expected.Type}";
        var apart = 0L;
        string? first = null;
        for (var i = 0L; i < expected.Type.Count; i++)
            if (!Close(expected, computed, i, tolerance) && apart++ == 0)
                first = $"is {computed.At(i):G9} at element {i}, expected {expected.At(i):G9}";
        return apart > 1 ? $"{first}; {apart:N0} of {expected.Type.Count:N0} elements differ" : first;
    }

    private static bool Close(Tensor expected, Tensor computed, long i, Tolerance tolerance)
    {
        if (!expected.Type.Element.IsFloat) return expected.LongAt(i) == computed.LongAt(i);
        var (e, c) = (expected.At(i), computed.At(i));
        return e.Equals(c) || e == c || Math.Abs(e - c) <= tolerance.Absolute + tolerance.Relative * Math.Abs(e);
    }
}
