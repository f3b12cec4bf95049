using System.Text.RegularExpressions;
using MiniTorch.Examples.Course;
using MiniTorch.Generators;
using Xunit;

namespace MiniTorch.Examples.Tests;

/// <summary>Every page of the course, and what holds for all of them.</summary>
public class CourseTests
{
    public static TheoryData<string> Names => [.. Course.Course.All.Select(l => l.Name)];

    [Fact]
    public void Names_of_lectures_differ_and_are_words_of_a_command_line()
    {
        var names = Course.Course.All.Select(l => l.Name).ToList();
        Assert.Equal(names.Count, names.Distinct().Count());
        Assert.All(names, n => Assert.Matches("^[a-z0-9]+(-[a-z0-9]+)*$", n));
    }

    [Theory, MemberData(nameof(Names))]
    public void A_page_is_the_same_every_time(string name)
    {
        Assert.NotEmpty(Pages.Of(name).Blocks);
        Assert.Equal(Pages.Text(name), Pages.Lecture(name).Print());
    }

    [Theory, MemberData(nameof(Names))]
    public void A_page_has_a_formula_computed_numbers_and_two_graphs_side_by_side(string name)
    {
        var blocks = Pages.Of(name).Blocks;
        Assert.Contains(blocks, b => b is Block.Formula);
        Assert.Contains(blocks, b => b is Block.Number or Block.Table);
        Assert.Contains(blocks, b => b is Block.Pair);
    }

    [Theory, MemberData(nameof(Names))]
    public void A_page_has_no_escapes_and_fits_a_screen(string name)
    {
        var text = Pages.Text(name);
        Assert.DoesNotContain('\u001b', text);
        Assert.DoesNotContain('\t', text);
        Assert.All(text.Split('\n'), line => Assert.True(line.Length <= 120, line));
    }

    [Theory, MemberData(nameof(Names))]
    public void A_page_of_html_needs_nothing_beside_itself(string name)
    {
        var page = Pages.Lecture(name).Html(Pages.Of(name));
        Assert.StartsWith("<!doctype html>", page);
        string[] signs = ["<script", "src=\"http", "href=\"http", "@import", "url("];
        Assert.All(signs, sign => Assert.DoesNotContain(sign, page));
        Assert.Equal(Regex.Count(page, "<section "), Regex.Count(page, "</section>"));
    }

    [Theory, MemberData(nameof(Names))]
    public void What_a_page_points_at_is_there(string name) => Assert.All(
        Pages.Of(name).Blocks.OfType<Block.Link>(), link =>
            Assert.True(Path.Exists(Path.Combine(Repository.Root, link.Path.Split('#')[0])), link.Path));

    [Fact]
    public void The_readme_lists_the_parts_in_their_order() => Assert.Equal(Course.Course.All.Select(l => l.Name),
        File.ReadLines(Path.Combine(Repository.Root, "examples/README.md"))
            .Where(l => l.StartsWith("| [", StringComparison.Ordinal)).Select(l => l.Split('|')[2].Trim())
            .Where(c => c.StartsWith('`')).Select(c => c.Trim('`')));

    [Fact]
    public void What_the_readme_points_at_is_there() => Assert.All(
        Regex.Matches(File.ReadAllText(Path.Combine(Repository.Root, "examples/README.md")), @"\]\(([^)#]+)"),
        link => Assert.True(Path.Exists(Path.Combine(Repository.Root, "examples", link.Groups[1].Value)), link.Value));

    [Fact]
    public void Every_folder_of_a_part_is_in_the_course()
    {
        var parts = Directory.EnumerateDirectories(Path.Combine(Repository.Root, "examples"))
            .SelectMany(d => Directory.EnumerateFiles(d, "*.cs"))
            .Count(f => File.ReadAllText(f).Contains("static readonly Lecture Lecture", StringComparison.Ordinal));
        Assert.Equal(parts, Course.Course.All.Count);
    }
}
