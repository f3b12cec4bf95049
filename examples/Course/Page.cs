namespace MiniTorch.Examples.Course;

/// <summary>What a lecture is written on: plain text, read top to bottom.</summary>
/// <param name="output">Where to.</param>
public sealed class Page(TextWriter output)
{
    /// <summary>A paragraph.</summary>
    public void Text(string text) => output.WriteLine(text);
}
