using MiniTorch.Generators;
using Xunit;

namespace MiniTorch.Package.Tests;

/// <summary>
/// What users can name changes only where somebody has read the change: tests/Golden/api holds a text for each assembly.
/// </summary>
public sealed class PublicApiTests
{
    private const string Variable = "MINITORCH_GOLDEN";

    private static readonly string Folder = Path.Combine(Repository.Root, "tests", "Golden", "api");

    private static readonly string[] Assemblies =
    [
        "MiniTorch.Backends.Cpu", "MiniTorch.Frontend", "MiniTorch.Interop", "MiniTorch.Ir", "MiniTorch.Passes",
        "MiniTorch.Report",
    ];

    static PublicApiTests()
    {
        if (Environment.GetEnvironmentVariable(Variable) != "write") return;
        foreach (var name in Assemblies) File.WriteAllText(Path.Combine(Folder, $"{name}.txt"), Now(name));
    }

    public static TheoryData<string> Names => [.. Assemblies];

    [Theory, MemberData(nameof(Names))]
    public void An_assembly_offers_what_was_read(string name)
    {
        var path = Path.Combine(Folder, $"{name}.txt");
        var (then, now) = (Lines(File.Exists(path) ? File.ReadAllText(path) : ""), Lines(Now(name)));
        var changes = then.Except(now).Select(l => $"- {l}").Concat(now.Except(then).Select(l => $"+ {l}")).ToArray();
        Assert.True(changes.Length == 0 && then.SequenceEqual(now), $"""
            What {name} offers has changed:
            {string.Join('\n', changes)}
            If that is meant, write the text anew and commit it:
            {Variable}=write dotnet test -c Release tests/Package.Tests --filter PublicApiTests
            """);
    }

    [Fact]
    public void Every_text_belongs_to_an_assembly() => Assert.Equal(Assemblies,
        Directory.GetFiles(Folder).Select(f => Path.GetFileNameWithoutExtension(f)).Order(StringComparer.Ordinal));

    private static string Now(string name) => PublicApi.Of(Path.Combine(AppContext.BaseDirectory, $"{name}.dll"));

    /// <summary>Each member with the type that it belongs to before it.</summary>
    private static string[] Lines(string text)
    {
        var type = "";
        return [.. text.Split('\n').Where(l => l.Length > 0)
            .Select(l => l.StartsWith(' ') ? $"{type}: {l.Trim()}" : Begin(l))];

        string Begin(string line)
        {
            type = line.Split(" : ")[0];
            return line;
        }
    }
}
