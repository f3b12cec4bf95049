using MiniTorch.Ir;

namespace MiniTorch.Passes.Planning;

/// <summary>After a run every input with a next value holds it, and no other result or copy lost what it was to hold.</summary>
internal static class DonationCheck
{
    /// <summary>Inputs whose slot a step overwrites with their next value.</summary>
    internal static System.Collections.Generic.HashSet<Expr> ReplacedInPlace(Plan plan) =>
        [.. plan.Donations.Where(d => plan.Graph.Outputs.Length > d.Key && IsInPlace(plan, plan.Graph.Outputs[d.Key].Value, d.Value))
            .Select(d => d.Value)];

    internal static IEnumerable<IrError> Violations(Plan plan, Timeline times)
    {
        var overwritten = ReplacedInPlace(plan).Concat(plan.Copies.Select(c => c.To)).ToHashSet();
        for (var i = 0; i < plan.Graph.Outputs.Length; i++)
        {
            var (name, value) = plan.Graph.Outputs[i];
            var input = plan.Graph.Inputs.FirstOrDefault(n => n.Op is Input x && x.Name == name && x.Type == value.Type);
            if (!ReferenceEquals(plan.Donations.GetValueOrDefault(i), input))
                yield return new("plan.P8", $"result {i} must become {input?.ToString() ?? "no input"}");
            else if (input is not null && !ReferenceEquals(value, input) && !IsInPlace(plan, value, input)
                && !plan.Copies.Contains(new(value, input)))
                yield return new("plan.P8", $"nothing brings {value} to {input}");
            if (value.Op is Input && overwritten.Contains(value))
                yield return new("plan.P8", $"result {i}, the old value of {value}, is overwritten");
        }
        foreach (var copy in plan.Copies)
            if (!IsSound(plan, times, copy, overwritten)) yield return new("plan.P8", $"{copy.From} cannot be copied to {copy.To}");
    }

    /// <summary>A copy serves one donation, from a value that the run leaves whole.</summary>
    private static bool IsSound(Plan plan, Timeline times, Copy copy, System.Collections.Generic.HashSet<Expr> overwritten) =>
        plan.Copies.Count(c => ReferenceEquals(c.To, copy.To)) == 1 && !overwritten.Contains(copy.From)
        && plan.Donations.Any(d => ReferenceEquals(d.Value, copy.To) && ReferenceEquals(plan.Graph.Outputs[d.Key].Value, copy.From))
        && times.StoredAs(copy.From) is { } stored && times.Needed(stored) == times.End && plan.Slots.ContainsKey(copy.From);

    private static bool IsInPlace(Plan plan, Expr value, Expr input) =>
        !ReferenceEquals(value, input) && value.Op is not (Input or Constant)
        && plan.Slots.TryGetValue(value, out var its) && plan.Slots.TryGetValue(input, out var own) && its.Offset == own.Offset;
}
