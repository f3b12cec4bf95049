using System.Collections.Immutable;
using LanguageExt;
using MiniTorch.Cli.Devices;
using MiniTorch.Cli.Models;
using MiniTorch.Interop;
using MiniTorch.Ir;
using MiniTorch.Report;

namespace MiniTorch.Cli.Showing;

/// <summary>A network explained by what it does to one input, as a page in a file.</summary>
/// <param name="Path">Of the page; none where no page is asked for.</param>
/// <param name="Given">What <c>--input</c> gives.</param>
/// <param name="Seed">Of <c>--random</c>.</param>
/// <param name="Classes">Their names; none for numbers.</param>
/// <remarks>Errors: cli.C19 a page is not asked for alone; those of <see cref="CnnExplainer"/>.</remarks>
internal sealed record CnnPage(string? Path, ImmutableSortedDictionary<string, Tensor> Given, int? Seed, Seq<string> Classes)
{
    /// <summary>What is asked for; a page together with nothing else, and inputs only for a page.</summary>
    internal static Either<IrError, CnnPage> Of(string? path, string[]? inputs, int? seed, string? classes, bool alone) =>
        path is null && (inputs is { Length: > 0 } || seed is not null || classes is not null)
            ? new IrError("cli.C19", "--input, --random and --classes are for a page; add --page FILE")
        : path is not null && !alone ? new IrError("cli.C19", "--page is given alone; leave out --node and --json")
        : Assignments.Tensors("--input", inputs).Map(given => new CnnPage(path, given, seed, Names(classes)));

    private static Seq<string> Names(string? classes) => (classes ?? "")
        .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).ToSeq().Strict();

    /// <summary>Computes all that the page shows and writes it whole.</summary>
    internal Either<IrError, int> Write(
        Screen screen, string name, StoredModel model, IReadOnlySet<string> parameters, Device device) =>
        from values in Feed.Of(model, Given, Seed)
        from explainer in CnnExplainer.Of(model.Graph, parameters)
        from results in device.Run(explainer.Probe, values)
        from page in explainer.Page(System.IO.Path.GetFileName(name), About, values, results, Classes)
        from _ in TextFile.Write(Path!, page.Text)
        select Said(screen);

    private string About => "What each layer makes of one input: kernels, feature maps, pooled maps and scores."
        + (Given.Count > 0 ? $" Given: {string.Join(", ", Given.Keys)}." : "")
        + (Seed is { } seed ? $" Inputs that were not given are random, seed {seed}." : "");

    private int Said(Screen screen)
    {
        screen.Line($"wrote {Path}");
        return Exit.Success;
    }
}
