using System.Text.RegularExpressions;
using MiniTorch.Generators;
using Xunit;

namespace MiniTorch.Examples.Tests;

/// <summary>The table of docs/lectures.md: every link leads somewhere, every test is there, every command shows something.</summary>
public partial class LectureTableTests
{
    private static readonly string Docs = Path.Combine(Repository.Root, "docs");

    private static readonly string[] Rows =
        [.. File.ReadLines(Path.Combine(Docs, "lectures.md")).Where(l => l.StartsWith("| ", StringComparison.Ordinal)).Skip(1)];

    public static TheoryData<string> Concepts => [.. Rows.Select(r => Cells(r)[0])];

    private static string[] Cells(string row) => [.. row.Trim('|', ' ').Split('|').Select(c => c.Trim())];

    private static string[] Row(string concept) => Cells(Rows.Single(r => Cells(r)[0] == concept));

    private static IEnumerable<(string Text, string Path)> Links(string cell) =>
        Link().Matches(cell).Select(m => (m.Groups[1].Value, Path.GetFullPath(Path.Combine(Docs, m.Groups[2].Value))));

    [Theory]
    [MemberData(nameof(Concepts))]
    public void Every_concept_has_code_a_theorem_and_a_command(string concept)
    {
        var cells = Row(concept);
        Assert.Equal(4, cells.Length);
        Assert.NotEmpty(Links(cells[1]));
        Assert.All(Links(cells[1]), l => Assert.True(Path.Exists(l.Path), l.Path));
        Assert.NotEmpty(Links(cells[2]));
        Assert.All(Links(cells[2]), l =>
            Assert.Contains($" {l.Text.Replace(' ', '_')}(", File.ReadAllText(l.Path), StringComparison.Ordinal));
        Assert.NotEmpty(Command().Matches(cells[3]));
    }

    [Fact]
    public void Every_lecture_of_a_command_is_a_lecture_and_every_lecture_stands_in_the_table()
    {
        var shown = Rows.SelectMany(r => Command().Matches(Cells(r)[3])).Select(m => m.Groups[1].Value)
            .Where(c => c.StartsWith("lecture ", StringComparison.Ordinal)).Select(c => c.Split(' ')[1]).ToHashSet();
        Assert.Equal(Course.Course.All.Select(l => l.Name).Order(), shown.Order());
    }

    [GeneratedRegex(@"\[`?([^\]`]+)`?\]\(([^)#]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex("`minitorch ([^`]+)`")]
    private static partial Regex Command();
}
