namespace MiniTorch.Interop.Onnx.Export;

/// <summary>Names of one kind, each taken once: who comes later gets <c>_1</c>, <c>_2</c>, … after it.</summary>
internal sealed class Names
{
    private readonly HashSet<string> taken = [];
    private readonly Dictionary<string, int> next = [];

    /// <summary>The name itself, or the first free one after it.</summary>
    public string Take(string wanted)
    {
        if (taken.Add(wanted)) return wanted;
        for (var i = next.GetValueOrDefault(wanted, 1); ; i++)
            if (taken.Add($"{wanted}_{i}"))
            {
                next[wanted] = i + 1;
                return $"{wanted}_{i}";
            }
    }
}
