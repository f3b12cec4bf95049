using System.Globalization;
using System.Text.Json;
using LanguageExt;
using MiniTorch.Interop.Npy;
using MiniTorch.Ir;
using static LanguageExt.Prelude;

namespace MiniTorch.Cli.Models;

/// <summary>Tensors by name, summed up on the screen and written where a folder was asked for.</summary>
internal static class Results
{
    private const int Shown = 6;

    /// <summary>Writes <c>NAME.npy</c> into the folder, if there is one, and then shows a line a tensor.</summary>
    internal static Either<IrError, Unit> Show(
        Screen screen, string? folder, Seq<(string Name, Tensor Value)> results, bool json) =>
        folder is null ? Show(screen, results, LanguageExt.Seq<string>.Empty, json)
        : from files in Write(screen, folder, results) select Show(screen, results, files, json);

    private static Unit Show(Screen screen, Seq<(string Name, Tensor Value)> results, Seq<string> files, bool json)
    {
        if (json) screen.Json(w => Json(w, results, files));
        else screen.Table(Head(files), results.Select((r, i) => Row(r.Name, r.Value, files, i)));
        return unit;
    }

    private static Either<IrError, Seq<string>> Write(Screen screen, string folder, Seq<(string Name, Tensor Value)> results)
    {
        var names = Names.Files(results.Select(r => r.Name));
        screen.Stop.ThrowIfCancellationRequested();
        return OutFolder.Write(folder,
            results.Select((r, i) => (names[i], fun((string path) => NpyFile.Save(path, r.Value)))));
    }

    private static IReadOnlyList<string> Head(Seq<string> files) =>
        ["name", "type", "min", "mean", "max", .. files.IsEmpty ? ["first values"] : new[] { "file" }];

    private static IReadOnlyList<string> Row(string name, Tensor value, Seq<string> files, int i)
    {
        var s = Summary.Of(value);
        return [name, $"{value.Type}", Text(s.Min), Text(s.Mean), Text(s.Max), files.IsEmpty ? First(value) : files[i]];
    }

    private static string First(Tensor value) =>
        string.Join(' ', FirstOf(value).Select(Text)) + (value.Type.Count > Shown ? " …" : "");

    private static IEnumerable<double> FirstOf(Tensor value) =>
        Enumerable.Range(0, (int)Math.Min(Shown, value.Type.Count)).Select(i => value.At(i));

    private static string Text(double? value) => value?.ToString("G6", CultureInfo.InvariantCulture) ?? "-";

    private static string Text(double value) => Text((double?)value);

    private static void Json(Utf8JsonWriter w, Seq<(string Name, Tensor Value)> results, Seq<string> files)
    {
        w.WriteStartObject();
        w.WriteStartArray("results");
        for (var i = 0; i < results.Count; i++) Json(w, results[i].Name, results[i].Value, files.IsEmpty ? null : files[i]);
        w.WriteEndArray();
        w.WriteEndObject();
    }

    private static void Json(Utf8JsonWriter w, string name, Tensor value, string? file)
    {
        var s = Summary.Of(value);
        w.WriteStartObject();
        w.WriteString("name", name);
        w.WriteString("element", value.Type.Element.Name);
        w.WriteStartArray("shape");
        foreach (var size in value.Type.Shape) w.WriteNumberValue(size);
        w.WriteEndArray();
        foreach (var (key, number) in new[] { ("min", s.Min), ("mean", s.Mean), ("max", s.Max) }) Number(w, key, number);
        w.WriteStartArray("first");
        foreach (var number in FirstOf(value)) Number(w, null, number);
        w.WriteEndArray();
        if (file is not null) w.WriteString("file", file);
        w.WriteEndObject();
    }

    /// <summary>JSON has no infinity and no NaN: they are null.</summary>
    private static void Number(Utf8JsonWriter w, string? key, double? number)
    {
        if (key is not null) w.WritePropertyName(key);
        if (number is { } n && double.IsFinite(n)) w.WriteNumberValue(n);
        else w.WriteNullValue();
    }
}

/// <summary>The least, the mean and the greatest element; of no elements, nothing. A NaN makes all three NaN.</summary>
internal readonly record struct Summary(double? Min, double? Mean, double? Max)
{
    /// <summary>In one walk, in double.</summary>
    internal static Summary Of(Tensor value)
    {
        if (value.Type.Count == 0) return default;
        var (min, max, sum) = (double.PositiveInfinity, double.NegativeInfinity, 0.0);
        for (long i = 0; i < value.Type.Count; i++)
        {
            var x = value.At(i);
            (min, max, sum) = (Math.Min(min, x), Math.Max(max, x), sum + x);
        }
        return new(min, sum / value.Type.Count, max);
    }
}
