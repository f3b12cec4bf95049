using System.Collections.Immutable;
using LanguageExt;

namespace MiniTorch.Ir;

/// <summary>Orders expressions after their operands, merges equal ones, and collects every violation.</summary>
internal static class Interning
{
    internal static Validation<IrError, Graph> Check(ImmutableArray<Output> outputs, ImmutableArray<Expr> inputs, string name)
    {
        var order = Order.Of([.. inputs, .. outputs.Select(o => o.Value)]);
        var errors = order.Where(e => e.Error.IsSome).SelectMany(Violations).Concat(NameViolations(order, outputs, inputs, name)).ToList();
        return errors.Count == 0
            ? Prelude.Success<IrError, Graph>(Intern(order, outputs, inputs, name))
            : LanguageExt.Validation<IrError, Graph>.Fail(errors.ToSeq());
    }

    private static Graph Intern(List<Expr> order, ImmutableArray<Output> outputs, ImmutableArray<Expr> inputs, string name)
    {
        var canonical = new Dictionary<Expr, Expr>(order.Count);
        var known = new Dictionary<Key, Expr>(order.Count);
        var nodes = new List<Expr>(order.Count);
        foreach (var e in order.Where(e => e.Op is Input).Concat(order.Where(e => e.Op is not Input)))
        {
            ImmutableArray<Expr> args = e.Args.IsEmpty ? e.Args : ImmutableArray.CreateRange(e.Args, a => canonical[a]);
            var key = new Key(e.Op, args);
            if (!known.TryGetValue(key, out var node))
            {
                known[key] = node = e.With(args);
                nodes.Add(node);
            }
            canonical[e] = node;
        }
        return new Graph(name, [.. nodes.Where(n => n.Op is Input)], [.. nodes],
            [.. outputs.Select(o => o with { Value = canonical[o.Value] })]);
    }

    private static IEnumerable<IrError> Violations(Expr e) =>
        e.Error.Map(x => x.Where.Length > 0 ? x : x with { Where = e.Describe() });

    private static IEnumerable<IrError> NameViolations(
        List<Expr> order, ImmutableArray<Output> outputs, ImmutableArray<Expr> inputs, string name)
    {
        var all = order.Select(e => e.Op).OfType<Input>().ToList();
        foreach (var group in all.GroupBy(i => i.Name).Where(g => g.Select(i => i.Type).Distinct().Count() > 1))
            yield return new("graph.G1", $"input {group.Key} is used as {string.Join(" and ", group.Select(i => i.Type).Distinct())}; "
                + "rename one of them", group.Key);
        foreach (var bad in all.Select(i => i.Name).Append(name).Concat(outputs.Select(o => o.Name).Where(n => n.Length > 0))
                     .Distinct().Where(n => !Text.Names.IsName(n)))
            yield return new("graph.G2", Unfit(bad), Readable(bad));
        if (outputs.IsEmpty)
            yield return new("graph.G3", "the graph has no result; give at least one", name);
        foreach (var twice in outputs.Select(o => o.Name).Where(n => n.Length > 0).GroupBy(n => n).Where(g => g.Count() > 1))
            yield return new("graph.G4", $"two results are called {twice.Key}; rename one of them", twice.Key);
        foreach (var other in inputs.Where(i => i.Op is not Input))
            yield return new("graph.G5", $"{other.Describe()} is listed as an input but is a {other.Op.Mnemonic}", other.Describe());
    }

    private static string Unfit(string name) => name.Length == 0 ? "a name is empty; give it at least one character"
        : name.Any(char.IsControl) ? $"the name '{Readable(name)}' has control characters; leave them out"
        : $"the name '{Readable(name)}' has half of a surrogate pair; leave it out";

    private static string Readable(string name) =>
        string.Concat(name.Select(c => char.IsControl(c) || char.IsSurrogate(c) ? '?' : c));

    private readonly struct Key(Op op, ImmutableArray<Expr> args) : IEquatable<Key>
    {
        private readonly int hash = args.Aggregate(op.GetHashCode(), (h, a) => unchecked(h * 16777619 ^ a.GetHashCode()));

        private Op Op => op;
        private ImmutableArray<Expr> Args => args;

        public bool Equals(Key other) => hash == other.hash && Args.AsSpan().SequenceEqual(other.Args.AsSpan()) && Op.Equals(other.Op);

        public override bool Equals(object? obj) => obj is Key other && Equals(other);

        public override int GetHashCode() => hash;
    }
}
