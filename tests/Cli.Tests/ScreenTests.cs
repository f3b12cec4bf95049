using System.Diagnostics;
using Xunit;

namespace MiniTorch.Cli.Tests;

public class ScreenTests
{
    private const char Escape = '\u001b';

    private static readonly string Long = new('w', 300);

    private static string Table(bool terminal, bool colour)
    {
        using var output = new StringWriter();
        new Screen(output, TextWriter.Null, terminal, colour, default).Table(["name", "value"], [["a", Long], ["b", "2"]]);
        return output.ToString();
    }

    [Fact]
    public void Elsewhere_than_on_a_terminal_a_row_is_a_line_of_cells_and_tabs() =>
        Assert.Equal($"name\tvalue\na\t{Long}\nb\t2\n", Table(terminal: false, colour: false).ReplaceLineEndings("\n"));

    [Fact]
    public void On_a_terminal_a_table_has_a_frame() => Assert.Contains('│', Table(terminal: true, colour: true));

    [Fact]
    public void Without_colour_no_escape_is_written() => Assert.DoesNotContain(Escape, Table(terminal: true, colour: false));

    [FactWhere("/usr/bin/script")]
    public async Task A_terminal_without_colour_receives_no_escape()
    {
        var tool = Path.Combine(AppContext.BaseDirectory, "minitorch.dll");
        var start = new ProcessStartInfo("/usr/bin/script", ["-qec", $"dotnet {tool} devices", "/dev/null"])
        {
            RedirectStandardOutput = true,
        };
        start.Environment["NO_COLOR"] = "1";
        using var script = Process.Start(start)!;
        var shown = await script.StandardOutput.ReadToEndAsync();
        Assert.Contains('│', shown);
        Assert.DoesNotContain(Escape, shown);
    }

    [Fact]
    public void Json_of_devices_is_one_line()
    {
        var ran = Ran.Of("devices", "--json");
        Assert.Single(ran.Lines);
        using var json = System.Text.Json.JsonDocument.Parse(ran.Out);
        Assert.Equal(["cpu", "reference", "cuda"], json.RootElement.EnumerateObject().Select(p => p.Name));
        Assert.Contains(json.RootElement.GetProperty("cpu").GetProperty("vector_bits").GetInt32(), new[] { 128, 256, 512 });
        Assert.NotEmpty(json.RootElement.GetProperty("cuda").GetProperty("reason").GetString()!);
    }

    [Fact]
    public void The_devices_are_three_lines_under_a_head() =>
        Assert.Equal(["device", "cpu", "reference", "cuda"], Ran.Of("devices").Lines.Select(l => l.Split('\t')[0]));
}
