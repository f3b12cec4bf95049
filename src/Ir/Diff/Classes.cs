using System.Collections.Immutable;

namespace MiniTorch.Ir.Diff;

/// <summary>Pairs nodes whose whole subgraphs are equal, and inputs of one name.</summary>
internal static class Classes
{
    internal static void Match(Side before, Side after)
    {
        var known = new Dictionary<Key, int>();
        Number(before, known);
        Number(after, known);
        var owners = Enumerable.Range(0, before.Classes.Length).ToDictionary(i => before.Classes[i]);
        for (var b = 0; b < after.Classes.Length; b++)
            if (owners.TryGetValue(after.Classes[b], out var a)) Pair(before, a, after, b);
        foreach (var input in before.Graph.Inputs)
            after.Graph.Input(((Input)input.Op).Name)
                .IfSome(same => Pair(before, before.Graph.Index[input], after, after.Graph.Index[same]));
    }

    private static void Pair(Side before, int a, Side after, int b)
    {
        before.Pair(a, b);
        after.Pair(b, a);
    }

    private static void Number(Side side, Dictionary<Key, int> known)
    {
        for (var n = 0; n < side.Classes.Length; n++)
        {
            var key = new Key(side[n].Op, [.. side[n].Args.Select(a => side.Classes[side.Graph.Index[a]])]);
            if (!known.TryGetValue(key, out var number)) known[key] = number = known.Count;
            side.Classes[n] = number;
        }
    }

    private readonly struct Key(Op op, ImmutableArray<int> args) : IEquatable<Key>
    {
        private Op Op => op;
        private ImmutableArray<int> Args => args;

        public bool Equals(Key other) => Args.AsSpan().SequenceEqual(other.Args.AsSpan()) && Op.Equals(other.Op);

        public override bool Equals(object? obj) => obj is Key other && Equals(other);

        public override int GetHashCode() => Args.Aggregate(Op.GetHashCode(), HashCode.Combine);
    }
}
