using System.Collections.Immutable;
using LanguageExt;
using MiniTorch.Ir;
using MiniTorch.Passes.Analysis;
using MiniTorch.Passes.Autodiff;

namespace MiniTorch.Frontend;

/// <summary>
/// A model: layers in order, a pure value composed with <c>>>></c>. Shapes are inferred when it meets an input's type;
/// a mistake is reported with the layer's name.
/// </summary>
public sealed record Model(Seq<Layer> Layers)
{
    private const long CountersPerStep = 1L << 32;

    /// <summary>One model, then another.</summary>
    public static Model operator >>>(Model first, Model second) => new(first.Layers + second.Layers);

    /// <summary>The value after every layer, and the parameters.</summary>
    public Flow Apply(Expr x, Mode mode) => Apply(Flow.Of(x), mode);

    /// <summary>The flow after every layer: names and random counters go on from where it stands.</summary>
    public Flow Apply(Flow flow, Mode mode) => Layers.Fold(flow, (at, layer) => layer.Through(at, mode));

    /// <summary>The named parameters for an input's type.</summary>
    public Seq<Parameter> Parameters(TensorType x) => Apply(Prim.Input("x", x), Mode.Evaluation).Parameters;

    /// <summary>The model as a tree of modules with named parameters, for an input's type.</summary>
    public ModuleTree Tree(TensorType x) => ModuleTree.Of(this, x);

    /// <summary>y from x and the parameters, in evaluation.</summary>
    public Validation<IrError, Graph> Forward(TensorType x)
    {
        var flow = Apply(Prim.Input("x", x), Mode.Evaluation);
        return Graph.Check([new("y", flow.Value)], Inputs(Prim.Input("x", x), flow.Parameters), "forward");
    }

    /// <summary>What the forward pass is warned of, as strides that skip cells; nothing where it has mistakes.</summary>
    public ImmutableArray<Warning> Warnings(TensorType x) => Forward(x).Match(Warning.Of, _ => []);

    /// <summary>y, the loss, how many are right, and how many count where not all do, in evaluation.</summary>
    public Validation<IrError, Graph> Evaluation(TensorType x, Loss loss)
    {
        var flow = Apply(Prim.Input("x", x), Mode.Evaluation);
        var target = Prim.Input("target", loss.Target(flow.Value.Type));
        return Graph.Check([new("y", flow.Value), .. Measures(flow.Value, target, loss)],
            [Prim.Input("x", x), target, .. flow.Parameters.Map(p => p.Input)], "evaluation");
    }

    /// <summary>The parameters' first values from an i64 seed: the same seed gives the same bits on any machine.</summary>
    public Validation<IrError, Graph> Initial(TensorType x)
    {
        var seed = Prim.Input("seed", ElementType.I64.Scalar);
        var outputs = new List<Output>();
        long counter = 0;
        foreach (var p in Parameters(x))
        {
            outputs.Add(new(p.Name, p.Draw(seed, Prim.Scalar(ElementType.I64, counter))));
            counter += p.Draws;
        }
        return Graph.Check(outputs, [seed], "initial");
    }

    /// <summary>
    /// A whole training step as one graph: forward, backward, update. Results that bear an input's name are that input's
    /// next value, so running it again goes on: parameters, the optimiser's states, <c>step</c>.
    /// </summary>
    /// <param name="x">The type of a batch.</param>
    /// <param name="loss">What to make small.</param>
    /// <param name="optimiser">How.</param>
    /// <param name="observed">Whether to measure the gradient flow as well: see <see cref="Observation"/>.</param>
    public Validation<IrError, Graph> TryTrainStep(TensorType x, Loss loss, Optimiser optimiser, bool observed = false)
    {
        var (input, count) = (Prim.Input("x", x), ElementType.I64.Scalar);
        var (seed, step) = (Prim.Input("seed", count), Prim.Input("step", count));
        var flow = Apply(input, new(true, seed, step * Prim.Scalar(ElementType.I64, CountersPerStep)));
        var target = Prim.Input("target", loss.Target(flow.Value.Type));
        var measures = Measures(flow.Value, target, loss);
        var next = step + Prim.Scalar(ElementType.I64, 1L);
        var (updates, flows) = Updates(measures[0].Value, flow.Parameters, optimiser, Prim.Cast(next, ElementType.F64));
        var states = updates.Skip(flow.Parameters.Count).Select(o => Prim.Input(o.Name, o.Value.Type));
        return Graph.Check([.. measures, new("step", next), .. updates, .. observed && !flow.Value.Type.IsUnknown ? flows : []],
            [input, target, seed, step, .. flow.Parameters.Map(p => p.Input), .. flow.Value.Type.IsUnknown ? [] : states], "train_step");
    }

    /// <summary>The same for a script: throws <see cref="IrException"/> with every violation.</summary>
    public Graph TrainStep(TensorType x, Loss loss, Optimiser optimiser) =>
        TryTrainStep(x, loss, optimiser).Match(g => g, errors => throw new IrException(errors));

    private static IEnumerable<Expr> Inputs(Expr x, Seq<Parameter> parameters) => [x, .. parameters.Map(p => p.Input)];

    private static ImmutableArray<Output> Measures(Expr y, Expr target, Loss loss) =>
    [
        new("loss", loss.Of(y, target)),
        .. loss.Correct is { } correct ? new Output[] { new("correct", correct(y, target)) } : [],
        .. loss.Counted is { } counted ? new Output[] { new("counted", counted(target)) } : [],
    ];

    /// <summary>Next values, of every parameter first, then of every state; and the gradient flow.</summary>
    private static (List<Output> Updates, IEnumerable<Output> Flow) Updates(
        Expr loss, Seq<Parameter> parameters, Optimiser optimiser, Expr step)
    {
        var inputs = parameters.Map(p => p.Input).ToImmutableArray();
        var grads = Backward.Grad(loss, inputs);
        var results = inputs.Select((p, i) =>
            optimiser.Update(p, grads[i], s => Prim.Input(State(parameters[i].Name, s), p.Type), step)).ToList();
        return (results.Select((r, i) => new Output(parameters[i].Name, r.Next.Named($"next {parameters[i].Name}")))
            .Concat(results.SelectMany((r, i) => r.States.Map(s => new Output(State(parameters[i].Name, s.Suffix), s.Next)))).ToList(),
            Observation.OfActivations(loss).Concat(
                inputs.SelectMany((p, i) => Observation.OfParameter(p, grads[i], results[i].Next, parameters[i].Name))));
    }

    private static string State(string parameter, string suffix) => $"{parameter}/{suffix}";

    /// <inheritdoc/>
    public override string ToString() => string.Join(" >>> ", Layers.Map(l => l.Text));
}
