using System.Text.RegularExpressions;
using LanguageExt;
using MiniTorch.Ir;
using Xunit;

namespace MiniTorch.Interop.Tests;

/// <summary>Valid files, damaged in one to three places: what every reader must read or refuse.</summary>
internal static class Mutants
{
    /// <summary>How many a reader meets.</summary>
    public const int Count = 10_000;

    private const int LongestSentence = 600;
    private const string Common = "0123456789{}[]()',\":-.eE\\u \0";
    private static readonly byte[] Extremes = [0x00, 0x01, 0x7f, 0x80, 0xfe, 0xff];

    /// <summary>
    /// Each of ten thousand mutants is read or refused with one sentence under one rule id, without an exception, and
    /// the reading thread allocates at most <paramref name="most"/> bytes for it; how many end in which rule.
    /// </summary>
    public static IReadOnlyDictionary<string, int> Survive<T>(
        int seed, IReadOnlyList<byte[]> valid, Func<byte[], Either<IrError, T>> read, Func<byte[], long> most)
    {
        var (random, rules) = (new Random(seed), new SortedDictionary<string, int>());
        foreach (var file in valid) Assert.Equal("read", RuleOf(read(file)));
        for (var i = 0; i < Count; i++)
        {
            var rule = Survives(Of(random, valid[i % valid.Count]), read, most, $"mutant {i} of seed {seed}");
            rules[rule] = rules.GetValueOrDefault(rule) + 1;
        }
        return rules;
    }

    /// <summary>How many mutants ended in which rule, on one line.</summary>
    public static string Shown(IReadOnlyDictionary<string, int> rules) =>
        string.Join(", ", rules.Select(r => $"{r.Key} {r.Value}"));

    /// <summary>The file with one to three changes; the same for the same state of <paramref name="random"/>.</summary>
    public static byte[] Of(Random random, byte[] valid)
    {
        var bytes = valid.ToArray();
        for (var times = random.Next(1, 4); times > 0 && bytes.Length > 0; times--) bytes = Once(random, bytes);
        return bytes;
    }

    private static string Survives<T>(
        byte[] mutant, Func<byte[], Either<IrError, T>> read, Func<byte[], long> most, string which)
    {
        try
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            var result = read(mutant);
            var used = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(used <= most(mutant), $"{which} of {mutant.Length} bytes took {used} bytes, at most " +
                $"{most(mutant)} may be");
            return RuleOf(result);
        }
        catch (Exception e) when (e is not Xunit.Sdk.XunitException)
        {
            throw new InvalidOperationException($"{which} throws: {Convert.ToBase64String(mutant)}", e);
        }
    }

    private static string RuleOf<T>(Either<IrError, T> result)
    {
        var error = result.MatchUnsafe<IrError?>(Right: _ => null, Left: e => e);
        if (error is null) return "read";
        Assert.Matches(new Regex(@"^[a-z]+\.[A-Z][0-9]+$"), error.Rule);
        Assert.InRange(error.Message.Length, 1, LongestSentence);
        Assert.DoesNotContain(error.Message, char.IsControl);
        Assert.DoesNotContain("Exception", error.Message);
        return error.Rule;
    }

    private static byte[] Once(Random random, byte[] bytes)
    {
        var at = random.Next(bytes.Length);
        var end = Math.Min(bytes.Length, at + random.Next(1, 9));
        switch (random.Next(9))
        {
            case 0: bytes[at] ^= (byte)(1 << random.Next(8)); return bytes;
            case 1: return bytes[..at];
            case 2: return [.. bytes[..at], .. Noise(random), .. bytes[at..]];
            case 3: return [.. bytes[..at], .. bytes[end..]];
            case 4: return [.. bytes[..at], .. bytes[random.Next(bytes.Length)..]];
            case 5: bytes[Math.Min(at, random.Next(16))] = (byte)random.Next(256); return bytes;
            case 6: bytes.AsSpan(at..end).Fill(Extremes[random.Next(Extremes.Length)]); return bytes;
            default: return OtherDigit(random, bytes, at);
        }
    }

    /// <summary>Most often keeps a text well-formed: the next digit becomes another; else any character of a text.</summary>
    private static byte[] OtherDigit(Random random, byte[] bytes, int at)
    {
        var digit = System.Array.FindIndex(bytes, at, b => b is >= (byte)'0' and <= (byte)'9');
        if (digit >= 0) bytes[digit] = (byte)Common[random.Next(random.Next(4) > 0 ? 10 : Common.Length)];
        return bytes;
    }

    private static byte[] Noise(Random random)
    {
        var bytes = new byte[random.Next(1, 9)];
        random.NextBytes(bytes);
        return bytes;
    }
}
