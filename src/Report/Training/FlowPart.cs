using LanguageExt;

namespace MiniTorch.Report;

/// <summary>
/// Gradient flow: how large gradients and updates are in each layer over the training. Layers that are used get more
/// updates; a layer whose gradient vanishes, or whose units are dead, learns nothing.
/// </summary>
internal static class FlowPart
{
    // more curves than this are told apart by nobody
    private const int Most = 10;

    internal static IEnumerable<Block> Of(GradientFlow flow)
    {
        yield return Block.Text("Layers that are used get more updates: the norm of a layer's gradient tells how much the "
            + "loss asks of it, the norm of its update how much it then moved, and its ratio to the weights how fast it "
            + "changes; about a thousandth of a weight a step is usual.");
        var shown = Shown(flow.Parameters);
        yield return Block.Side(
        [
            Chart(flow, shown, "Gradient norm", "‖∂loss/∂w‖", p => p.Gradient.AsEnumerable()),
            Chart(flow, shown, "Update norm", "‖Δw‖ of one step", p => p.Update.AsEnumerable()),
            Chart(flow, shown, "Update to weight", "‖Δw‖ / ‖w‖", Ratio),
            .. flow.Units.Count == 0 ? Array.Empty<Block>() : [Dead(flow)],
        ]);
        yield return Table(flow.Parameters);
    }

    // weights before biases, of which a chart would have too many
    private static List<ParameterFlow> Shown(Seq<ParameterFlow> parameters)
    {
        var weights = parameters.AsEnumerable().Where(p => !p.Name.EndsWith(".bias", StringComparison.Ordinal)).ToList();
        return Spread(weights.Count > 0 ? weights : [.. parameters.AsEnumerable()]);
    }

    // of many layers some from the first to the last: a gradient vanishes on its way
    private static List<T> Spread<T>(List<T> all) => all.Count <= Most ? all
        : [.. Enumerable.Range(0, Most).Select(i => all[i * (all.Count - 1) / (Most - 1)])];

    private static Block Chart(
        GradientFlow flow, List<ParameterFlow> shown, string title, string axis,
        Func<ParameterFlow, IEnumerable<double>> of) =>
        Block.Figure(new LineChart(title, $"{title} of each layer's weights over the epochs, on a logarithmic axis.",
            new("epoch"), new(axis, Log: true),
            shown.Select(p => new Curve(p.Name, Over(flow, of(p)))).ToSeq().Strict()).Draw());

    private static Seq<(double, double)> Over(GradientFlow flow, IEnumerable<double> values) =>
        Enumerable.Zip(flow.Epochs.AsEnumerable(), values).ToSeq().Strict();

    private static IEnumerable<double> Ratio(ParameterFlow p) =>
        Enumerable.Zip(p.Update.AsEnumerable(), p.Weight.AsEnumerable(), (u, w) => u / w);

    private static Block Dead(GradientFlow flow) => Block.Figure(new LineChart("Dead units",
        "Share of each ReLU layer's units that are 0 for every example of a batch.", new("epoch"),
        new("units that are 0 for the whole batch", Lo: 0, Hi: Highest(flow), Percent: true),
        Spread([.. flow.Units.AsEnumerable()]).Select(u => new Curve($"{u.Layer}, {u.Count} units:",
            Over(flow, u.Dead.AsEnumerable().Select(d => (double)d / Math.Max(1, u.Count))))).ToSeq().Strict()).Draw());

    // few dead units are seen, and none is not a flat line over the whole picture
    private static double Highest(GradientFlow flow) => Math.Min(1, flow.Units.AsEnumerable()
        .SelectMany(u => u.Dead.AsEnumerable().Select(d => 1.25 * d / Math.Max(1, u.Count))).Append(0.1).Max());

    private static Block Table(Seq<ParameterFlow> parameters) => Block.Details(
        $"All {parameters.Count} parameters in numbers", Block.Table(
        "Means over the samples of the training",
        ["parameter", "gradient norm", "update norm", "update / weight", "first gradient", "last gradient"],
        parameters.AsEnumerable().Where(p => p.Gradient.Count > 0).Select(p => new[]
        {
            p.Name, Mean(p.Gradient.AsEnumerable()), Mean(p.Update.AsEnumerable()), Mean(Ratio(p)),
            Ticks.Text(p.Gradient[0]), Ticks.Text(p.Gradient[p.Gradient.Count - 1]),
        })));

    private static string Mean(IEnumerable<double> values) => Ticks.Text(values.DefaultIfEmpty(double.NaN).Average());
}
