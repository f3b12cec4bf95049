using MiniTorch.Ir;

namespace MiniTorch.Generators;

/// <summary>Values for the inputs of a graph.</summary>
public static class Inputs
{
    /// <summary>A tensor for each input, the same for the same seed: quarters from −2 to 2, or whole numbers from −1 to 4.</summary>
    public static IReadOnlyDictionary<string, Tensor> For(Graph graph, int seed)
    {
        var draw = new Draw(seed);
        return graph.Inputs.Select(i => (Input)i.Op).ToDictionary(i => i.Name, i => draw.Tensor(i.Type));
    }
}
