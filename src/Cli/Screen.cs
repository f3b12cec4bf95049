using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Win32.SafeHandles;
using Spectre.Console;

namespace MiniTorch.Cli;

/// <summary>Where a command writes: frames and colours on a terminal, plain text with tabs elsewhere.</summary>
/// <param name="Out">Results.</param>
/// <param name="Error">One sentence on what went wrong.</param>
/// <param name="Terminal">Whether a person reads <paramref name="Out"/>.</param>
/// <param name="Colour">Whether escape sequences may be written; never so where NO_COLOR is set.</param>
/// <param name="Stop">Asks a command to stop.</param>
internal sealed record Screen(TextWriter Out, TextWriter Error, bool Terminal, bool Colour, CancellationToken Stop)
{
    /// <summary>The text is for a terminal or a file, not for a page of HTML: quotes and letters stay as they are.</summary>
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The process's own.</summary>
    internal static Screen OfConsole(CancellationToken stop)
    {
        var terminal = !Console.IsOutputRedirected;
        var colour = terminal && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
            && Environment.GetEnvironmentVariable("TERM") != "dumb";
        var bare = terminal && !colour && !OperatingSystem.IsWindows();
        return new(bare ? Bare(1) : Console.Out, bare ? Bare(2) : Console.Error, terminal, colour, stop);
    }

    /// <summary>A file descriptor: <see cref="Console"/> sends a terminal escape sequences before anything else.</summary>
    private static StreamWriter Bare(int descriptor) =>
        new(new FileStream(new SafeFileHandle(descriptor, ownsHandle: false), FileAccess.Write, 0), new UTF8Encoding(false))
        {
            AutoFlush = true,
        };

    /// <summary>Columns of the terminal; elsewhere a line has no end. Asking the system costs escape sequences.</summary>
    internal int Width => !Terminal ? int.MaxValue : Colour && Console.WindowWidth is > 0 and var columns ? columns : Told;

    private static int Told => int.TryParse(
        Environment.GetEnvironmentVariable("COLUMNS"), CultureInfo.InvariantCulture, out var n) && n > 0 ? n : 80;

    /// <summary>A sentence beside the results, on one line.</summary>
    internal void Tell(string sentence) =>
        Error.WriteLine(string.Join(' ', sentence.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries)));

    /// <summary>A line.</summary>
    internal void Line(string text) => Out.WriteLine(text);

    /// <summary>A table: framed on a terminal; elsewhere a line a row, its cells parted by tabs, never wrapped.</summary>
    internal void Table(IReadOnlyList<string> head, IEnumerable<IReadOnlyList<string>> rows)
    {
        if (Terminal) Framed(head, rows);
        else foreach (var row in rows.Prepend(head)) Out.WriteLine(string.Join('\t', row));
    }

    /// <summary>One JSON value on one line.</summary>
    internal void Json(Action<Utf8JsonWriter> write)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, Readable)) write(json);
        Out.WriteLine(Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length));
    }

    /// <summary>Spectre.Console over this screen: for what is shown while it changes.</summary>
    internal IAnsiConsole Spectre() => AnsiConsole.Create(new AnsiConsoleSettings
    {
        Ansi = Colour ? AnsiSupport.Yes : AnsiSupport.No,
        ColorSystem = Colour ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
        Interactive = Colour ? InteractionSupport.Yes : InteractionSupport.No,
        Out = new TerminalOutput(Out, Width),
    });

    private void Framed(IReadOnlyList<string> head, IEnumerable<IReadOnlyList<string>> rows)
    {
        var table = new Table().RoundedBorder();
        foreach (var title in head) table.AddColumn(new TableColumn(new Text(title)));
        foreach (var row in rows) table.AddRow(row.Select(cell => new Text(cell)));
        Spectre().Write(table);
    }
}
