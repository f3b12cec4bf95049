using FsCheck.Fluent;
using MiniTorch.Generators;
using MiniTorch.Ir.Text;
using Xunit;

namespace MiniTorch.Ir.Tests;

public class MutationTests
{
    private const string Alphabet = "(){}[],:=#%._-+'/\"\\ \n0123456789eEpsbdxfi\u0000é";

    private static readonly string[] Pieces =
    [
        "%add.0", "x0", "\"x0\"", "\"%add.0\"", "\"a \\\" b\"", "return", "graph", "2147483647", "-2147483648", "99999999999999999999",
        "[", "]", "{", "}", ":", "=", "f32", "i64[]", "pred",
        "concat", "conv", "pad", "dot", "+nan", "+inf", "1e999",
        "window=[s0]", "to=[-1]", "groups=0", "[65536,65536]", "axis=-1", "batch=9", "_",
    ];

    [Fact]
    public void A_mutated_text_is_a_graph_or_errors_and_never_an_exception()
    {
        var seed = Check.Seed();
        var random = new Random((int)(seed % int.MaxValue));
        var texts = Gen.Sample(Graphs.Any(12).Generator, 50, 200).Select(g => g.ToString()).ToArray();
        for (var i = 0; i < 10_000; i++)
        {
            var text = texts[random.Next(texts.Length)];
            for (var edits = random.Next(1, 4); edits > 0; edits--) text = Mutated(text, random);
            IsGraphOrErrors(text, seed);
        }
    }

    private static void IsGraphOrErrors(string text, ulong seed)
    {
        try
        {
            Parser.Parse(text).Match(
                Succ: g => Assert.Equal(g, Parser.Parse(g.ToString()).Match(h => h, e => throw new IrException(e))),
                Fail: errors => Assert.All(errors, e => Assert.NotEmpty(e.Message)));
        }
        catch (Exception e)
        {
            Assert.Fail($"{e.GetType().Name}: {e.Message}\nfor\n{text}\nagain: MINITORCH_SEED={seed}");
        }
    }

    private static string Mutated(string text, Random random)
    {
        var (at, to) = (random.Next(text.Length + 1), random.Next(text.Length + 1));
        var end = Math.Min(text.Length, at + random.Next(1, 6));
        return random.Next(7) switch
        {
            0 => text[..at] + text[end..],
            1 => text[..at] + Alphabet[random.Next(Alphabet.Length)] + text[at..],
            2 => text[..at] + Alphabet[random.Next(Alphabet.Length)] + text[end..],
            3 => text[..at] + text[at..end] + text[at..],
            4 => text[..at] + " " + Pieces[random.Next(Pieces.Length)] + " " + text[end..],
            5 => Word(text, Pieces[random.Next(Pieces.Length)], random),
            var _ => random.Next(8) == 0 ? text[..at] : text[..Math.Min(at, to)] + text[Math.Max(at, to)..],
        };
    }

    private static string Word(string text, string piece, Random random)
    {
        var words = text.Split(' ');
        words[random.Next(words.Length)] = random.Next(2) == 0 ? piece : words[random.Next(words.Length)];
        return string.Join(' ', words);
    }
}
