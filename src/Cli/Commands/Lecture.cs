using System.CommandLine;
using LanguageExt;
using MiniTorch.Cli.Devices;
using MiniTorch.Cli.Showing;
using MiniTorch.Ir;

namespace MiniTorch.Cli.Commands;

/// <summary><c>minitorch lecture</c>: parts of the lectures, each a page that is computed when it is asked for.</summary>
internal static class LectureCommand
{
    /// <summary>The command.</summary>
    internal static ToolCommand Of(Screen screen)
    {
        var name = new Argument<string?>("LECTURE")
            { Description = "one of the list that the command prints without it", Arity = ArgumentArity.ZeroOrOne };
        var page = new System.CommandLine.Option<string?>("--page")
            { Description = "writes the page as HTML, with pictures, to a file", HelpName = "FILE" };
        var (device, threads, json) = (Given.Device(), Given.Threads(), Given.Json());
        return new("lecture", "Shows a part of the lectures: formula, numbers step by step, forward and backward IR.",
            "minitorch lecture conv1d", screen, [name, page, device, threads, json],
            p =>
                from _ in Device.Cpu("a lecture", p.GetValue(device)!, p.GetValue(threads))
                from code in (p.GetValue(name), p.GetValue(page)) switch
                {
                    (null, null) => Lectures.List(screen, p.GetValue(json)),
                    ({ } asked, { } file) => Lectures.Write(screen, asked, file),
                    var (asked, _) => Lectures.Show(screen, asked, p.GetValue(json)),
                }
                select code);
    }
}
