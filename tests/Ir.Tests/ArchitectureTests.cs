using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using MiniTorch.Generators;
using MiniTorch.Ir.Text;
using Xunit;

namespace MiniTorch.Ir.Tests;

public partial class ArchitectureTests
{
    /// <summary>
    /// Which rooms a room may reference. The command-line tool is the composition root; the package holds no code.
    /// </summary>
    private static readonly IReadOnlyDictionary<string, string[]> Arrows = new Dictionary<string, string[]>
    {
        ["Ir"] = [],
        ["Passes"] = ["Ir"],
        ["Backends.Cpu"] = ["Passes", "Ir"],
        ["Backends.Cuda"] = ["Passes", "Ir"],
        ["Frontend"] = ["Ir", "Passes"],
        ["Interop"] = ["Ir", "Passes", "Frontend"],
        ["Report"] = ["Ir", "Passes", "Frontend"],
        ["Package"] = ["Ir", "Passes", "Backends.Cpu", "Frontend", "Interop", "Report"],
        ["Cli"] =
        [
            "Ir", "Passes", "Backends.Cpu", "Backends.Cuda", "Frontend", "Interop", "Report",
            "examples/Course", "examples/Mnist", "examples/Trainings",
        ],
    };

    private static IEnumerable<(string Room, string File)> Projects =>
        Repository.Sources("src", "*.csproj").Select(f => (Room(Path.GetFileNameWithoutExtension(f)), f));

    private static string Room(string name) =>
        name.StartsWith("MiniTorch.", StringComparison.Ordinal) ? name["MiniTorch.".Length..] : $"examples/{name}";

    [Fact]
    public void Every_project_reference_is_an_arrow_of_the_table()
    {
        Assert.NotEmpty(Projects);
        var wrong =
            from p in Projects
            from r in XDocument.Load(p.File).Descendants("ProjectReference")
            let to = Room(Path.GetFileNameWithoutExtension(r.Attribute("Include")!.Value.Replace('\\', '/')))
            where !Arrows.GetValueOrDefault(p.Room, []).Contains(to)
            select $"{p.Room} -> {to}";
        Assert.Empty(wrong);
    }

    [Fact]
    public void Every_project_is_in_the_table() => Assert.Empty(Projects.Select(p => p.Room).Except(Arrows.Keys));

    [Fact]
    public void Every_namespace_that_a_source_file_names_is_an_arrow_of_the_table()
    {
        var wrong =
            from p in Projects
            from file in Repository.Sources(Path.GetDirectoryName(p.File)!)
            from line in File.ReadLines(file)
            where !line.TrimStart().StartsWith("//", StringComparison.Ordinal)
            from m in Name().Matches(line)
            let to = Arrows.Keys.FirstOrDefault(k => $"{m.Groups[1].Value}.".StartsWith($"{k}.", StringComparison.Ordinal))
            where to is not null && to != p.Room && !Arrows.GetValueOrDefault(p.Room, []).Contains(to)
            select $"{Path.GetRelativePath(Repository.Root, file)}: {line.Trim()}";
        Assert.Empty(wrong);
    }

    [Fact]
    public void Every_file_declares_a_namespace_of_its_project()
    {
        var wrong =
            from p in Projects
            from file in Repository.Sources(Path.GetDirectoryName(p.File)!)
            from m in Namespace().Matches(File.ReadAllText(file))
            where !$"{m.Groups[1].Value}.".StartsWith($"MiniTorch.{p.Room}.", StringComparison.Ordinal)
            select $"{Path.GetRelativePath(Repository.Root, file)}: {m.Value.Trim()}";
        Assert.Empty(wrong);
    }

    [Fact]
    public void The_ir_depends_on_one_package()
    {
        var project = XDocument.Load(Projects.Single(p => p.Room == "Ir").File);
        Assert.Equal(["LanguageExt.Core"], project.Descendants("PackageReference").Select(r => r.Attribute("Include")!.Value));
    }

    private static IEnumerable<Type> Ops =>
        typeof(Op).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(Op)) && !t.IsAbstract);

    private static string Mnemonic(Type op) => ((Op)RuntimeHelpers.GetUninitializedObject(op)).Mnemonic;

    [Fact]
    public void Every_op_has_a_reader_and_every_reader_an_op() =>
        Assert.Equal(Ops.Where(t => t != typeof(Input)).Select(Mnemonic).Order(), OpTable.Mnemonics.Order());

    [Fact]
    public void Every_op_has_a_case_and_every_case_an_op() => Assert.Equal(
        Ops.Select(t => t.Name).Order(),
        typeof(IOpCases<>).GetMethods().Where(m => m.Name == "Case").Select(m => m.GetParameters().Single().ParameterType.Name).Order());

    [Fact]
    public void An_op_is_public_sealed_and_called_like_its_mnemonic() => Assert.All(Ops, t =>
        Assert.True(t.IsPublic && t.IsSealed && t.Name.ToLowerInvariant() == Mnemonic(t).Replace("_", ""), t.Name));

    [GeneratedRegex(@"\bMiniTorch\.([A-Z][\w.]*)")]
    private static partial Regex Name();

    [GeneratedRegex(@"^namespace ([\w.]+)", RegexOptions.Multiline)]
    private static partial Regex Namespace();
}
