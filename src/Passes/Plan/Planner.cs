using MiniTorch.Ir;

namespace MiniTorch.Passes.Planning;

/// <summary>Makes plans: which nodes have memory, which steps compute them, and where in the arena each lies when.</summary>
public static class Planner
{
    /// <summary>
    /// The plan of a graph for a target, its steps in the order that needs least memory of those tried; deterministic. Its
    /// graph is the given one as the target prepares it, but that a result which is the old value of an updated input is a copy of it.
    /// </summary>
    public static Plan Of(Graph g, IPlanTarget target)
    {
        var storage = new Storage(new Uses(Donation.Separate(target.Prepare(g))), target);
        var orders = StepOrder.Orders(storage, StepList.Of(storage, target)).Select(steps => new SlotMap(storage, steps));
        var best = Onward.Joined(storage, target, orders.MinBy(slots => slots.Bound())!);
        return Joined(storage, target, best) ?? best.Plan();
    }

    /// <summary>The plan with loops that wait joined, where that needs no more memory; null where it does, or none join.</summary>
    private static Plan? Joined(Storage storage, IPlanTarget target, SlotMap best)
    {
        if (!target.JoinsLoops || LateLoops.Joined(storage, target, best) is not { } steps) return null;
        var joined = new SlotMap(storage, steps);
        return joined.Bound() <= best.Bound() && joined.Plan() is var plan && plan.ArenaBytes <= best.Bound() ? plan : null;
    }
}
