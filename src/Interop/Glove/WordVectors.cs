namespace MiniTorch.Interop.Glove;

/// <summary>Words as vectors, all of one width.</summary>
/// <param name="Width">Numbers in a row.</param>
/// <param name="Rows">The row of each word.</param>
public sealed record WordVectors(int Width, IReadOnlyDictionary<string, ReadOnlyMemory<float>> Rows);
