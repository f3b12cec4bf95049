namespace MiniTorch.Report;

/// <summary>
/// Places for nodes such that those that are joined lie near each other: every two push each other away, an edge pulls, and
/// the middle pulls a little. The same graph gives the same places.
/// </summary>
/// <remarks>Source: Fruchterman and Reingold, "Graph Drawing by Force-directed Placement", 1991.</remarks>
internal static class ForceLayout
{
    private const int Rounds = 400;

    private const double Farthest = 0.1, Middle = 0.6;

    /// <summary>A place of the unit square for each of so many nodes.</summary>
    internal static (double X, double Y)[] Of(int nodes, IReadOnlyCollection<(int One, int Other)> joined)
    {
        var places = Enumerable.Range(0, nodes).Select(i => 2 * Math.PI * i / nodes)
            .Select(angle => (X: Math.Cos(angle), Y: Math.Sin(angle))).ToArray();
        var near = Math.Sqrt(1.0 / Math.Max(1, nodes));
        for (var round = 0; round < Rounds; round++)
            places = Moved(places, Forces(places, joined, near), Farthest * (1 - round / (double)Rounds));
        return Fitted(places);
    }

    private static (double X, double Y)[] Forces(
        (double X, double Y)[] at, IReadOnlyCollection<(int One, int Other)> joined, double near)
    {
        var forces = at.Select(p => (X: -p.X * Middle * near, Y: -p.Y * Middle * near)).ToArray();
        for (var i = 0; i < at.Length; i++)
            for (var j = 0; j < i; j++) Push(i, j, near * near / Squared(at[i], at[j]));
        foreach (var (one, other) in joined) Push(one, other, -Math.Sqrt(Squared(at[one], at[other])) / near);
        return forces;

        void Push(int i, int j, double by)
        {
            var (dx, dy) = ((at[i].X - at[j].X) * by, (at[i].Y - at[j].Y) * by);
            forces[i] = (forces[i].X + dx, forces[i].Y + dy);
            forces[j] = (forces[j].X - dx, forces[j].Y - dy);
        }
    }

    private static double Squared((double X, double Y) a, (double X, double Y) b) =>
        Math.Max(1e-6, (a.X - b.X) * (a.X - b.X) + (a.Y - b.Y) * (a.Y - b.Y));

    private static (double X, double Y)[] Moved((double X, double Y)[] at, (double X, double Y)[] forces, double most) =>
        [.. at.Select((p, i) =>
        {
            var length = Math.Max(1e-9, Math.Sqrt(forces[i].X * forces[i].X + forces[i].Y * forces[i].Y));
            var step = Math.Min(length, most) / length;
            return (p.X + forces[i].X * step, p.Y + forces[i].Y * step);
        })];

    private static (double X, double Y)[] Fitted((double X, double Y)[] places)
    {
        if (places.Length == 0) return places;
        double Fit(double v, IEnumerable<double> all) => (v - all.Min()) / Math.Max(1e-9, all.Max() - all.Min());
        return [.. places.Select(p => (Fit(p.X, places.Select(q => q.X)), Fit(p.Y, places.Select(q => q.Y))))];
    }
}
