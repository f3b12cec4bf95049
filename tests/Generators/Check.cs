using System.Globalization;
using System.Runtime.CompilerServices;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.FSharp.Core;

namespace MiniTorch.Generators;

/// <summary>Checks a law on random values.</summary>
public static class Check
{
    private const string Variable = "MINITORCH_SEED";

    /// <summary>
    /// The law holds for <paramref name="count"/> random values; otherwise throws with the least counterexample found and
    /// the seed that gives it again. The seed is <paramref name="seed"/>, else MINITORCH_SEED, else random.
    /// </summary>
    /// <exception cref="Counterexample">The law is false, or throws, for some value.</exception>
    public static void Holds<T>(Arbitrary<T> values, Func<T, bool> law, int count = 100, ulong? seed = null,
        [CallerArgumentExpression(nameof(law))] string text = "")
    {
        var used = seed ?? Seed();
        var last = default((T Value, Exception? Cause)?);
        var config = Config.QuickThrowOnFailure.WithMaxTest(count).WithQuietOnSuccess(true)
            .WithReplay(FSharpOption<Replay>.Some(new Replay(new Rnd(used, 0x9E3779B97F4A7C15), FSharpOption<int>.None)));
        try
        {
            FsCheck.Check.One(config, Prop.ForAll(values, Watched));
        }
        catch (Exception e) when (last is { } found)
        {
            throw new Counterexample(Message(text, used, found.Value, found.Cause), found.Cause ?? e);
        }

        bool Watched(T value)
        {
            var (holds, cause) = Try(law, value);
            if (!holds) last = (value, cause);
            return holds;
        }
    }

    /// <summary>MINITORCH_SEED when it is set, else a random seed.</summary>
    public static ulong Seed() =>
        ulong.TryParse(Environment.GetEnvironmentVariable(Variable), NumberStyles.None, CultureInfo.InvariantCulture, out var seed)
            ? seed : (ulong)Random.Shared.NextInt64(1, 1_000_000_000);

    // every failing value is smaller than the one before: the shrinker goes on from it
    private static (bool Holds, Exception? Cause) Try<T>(Func<T, bool> law, T value)
    {
        try
        {
            return (law(value), null);
        }
        catch (Exception e)
        {
            return (false, e);
        }
    }

    private static string Message<T>(string law, ulong seed, T value, Exception? cause) =>
        $"The law fails: {law}\nfor\n{value}\n{(cause is null ? "" : $"because {cause.Message}\n")}again: {Variable}={seed}";
}

/// <summary>A value for which a law fails, shrunk.</summary>
public sealed class Counterexample(string message, Exception? cause) : Exception(message, cause);
