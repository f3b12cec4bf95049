using System.Text.RegularExpressions;
using MiniTorch.Generators;
using MiniTorch.Interop.Onnx;
using Xunit;

namespace MiniTorch.Interop.Tests.Onnx;

/// <summary>docs/onnx.md lists what is read; MINITORCH_GOLDEN=write writes the list anew.</summary>
public sealed partial class DocumentedTests
{
    private static readonly string Page = Path.Combine(Repository.Root, "docs", "onnx.md");

    [Fact]
    public void Every_operator_that_is_read_is_listed()
    {
        var text = File.ReadAllText(Page);
        var now = Block().Replace(text, m => m.Groups[1].Value + List + m.Groups[2].Value);
        if (Environment.GetEnvironmentVariable("MINITORCH_GOLDEN") == "write") File.WriteAllText(Page, text = now);
        Assert.Equal(now, text);
    }

    private static string List =>
        $"{OnnxFile.Operators.Count()} operators:\n\n" + string.Concat(OnnxFile.Operators.Chunk(8).Select(Line)) + "\n";

    private static string Line(string[] names) => $"    {string.Join(' ', names)}\n";

    [GeneratedRegex("(<!-- operators: [^\n]*-->\n\n)(?:.*?)(<!-- end -->)", RegexOptions.Singleline)]
    private static partial Regex Block();
}
