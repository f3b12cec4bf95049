using LanguageExt;
using MiniTorch.Interop.Onnx.Proto;
using MiniTorch.Ir;
using MiniTorch.Ir.Text;

namespace MiniTorch.Interop.Onnx.Export;

/// <summary>A graph of ours as a model of ONNX: each node becomes the operators that mean the same.</summary>
internal sealed class Exporter
{
    private const int Least = 17, WithBits = 18;
    private readonly StoredModel model;
    private readonly Weights weights;
    private readonly GraphProto proto = new();
    private readonly Names names = new();
    private readonly Sheet sheet;
    private readonly Intervals intervals = new();
    private readonly Dictionary<Expr, Wire> wires = [];
    private readonly Results results;
    private readonly Pools pools;
    private readonly int opset;

    private Exporter(StoredModel model, Weights weights)
    {
        (this.model, this.weights) = (model, weights);
        proto.Name = model.Graph.Name;
        foreach (var input in Inputs) names.Take(input.Name);
        results = new(model.Graph, names);
        pools = new(model.Graph);
        opset = model.Graph.Nodes.Any(NeedsBits) ? WithBits : Least;
        sheet = new(proto, names, opset);
    }

    /// <summary>The model.</summary>
    public static ModelProto Run(StoredModel model, Weights weights) => new Exporter(model, weights).Run();

    private IEnumerable<Input> Inputs => model.Graph.Inputs.Select(i => (Input)i.Op);

    /// <summary>Bitwise operators on integers came with operator set 18; nothing else asks for it.</summary>
    private static bool NeedsBits(Expr e) =>
        e.Op is RandomBits || (e.Op is And or Or or Xor or Not && e.Type.Element != ElementType.Pred);

    private ModelProto Run()
    {
        foreach (var input in model.Graph.Inputs) Add(input);
        var printed = Printer.Names(model.Graph);
        for (var i = model.Graph.Inputs.Length; i < printed.Length; i++) Lower(model.Graph.Nodes[i], printed[i]);
        for (var i = 0; i < model.Graph.Outputs.Length; i++) Finish(i);
        var made = new ModelProto { IrVersion = 8, ProducerName = "minitorch", ProducerVersion = Version, Graph = proto };
        made.OpsetImport.Add(new OperatorSetIdProto { Domain = "", Version = opset });
        made.MetadataProps.AddRange(results.Renamed);
        return made;
    }

    private static string Version => typeof(Exporter).Assembly.GetName().Version!.ToString(3);

    private static string Named(Expr e, string printed) => e.Label.Length > 0 ? e.Label : printed.TrimStart('%');

    /// <summary>
    /// An input with a value is an initialiser. One that changes from run to run, or that a reader would take for a
    /// constant, is an input as well, so that a caller may give another value.
    /// </summary>
    private void Add(Expr input)
    {
        var name = ((Input)input.Op).Name;
        wires[input] = new(name, input.Type);
        if (model.Values.TryGetValue(name, out var value)) proto.Initializer.Add(weights.Add(name, value));
        if (!IsWeight(name, input.Type)) proto.Input.Add(Typed(name, input.Type));
    }

    private bool IsWeight(string name, TensorType type) =>
        model.Values.ContainsKey(name) && !results.IsState(name) && type.Element.IsFloat && type.Rank > 0;

    private void Lower(Expr e, string printed)
    {
        intervals.Add(e);
        if (pools.Absorbs(e)) return;
        wires[e] = e.Op is Constant { Value: { Type.Rank: 0 } scalar } && results.NameOf(e) is null
            ? sheet.Constant(scalar) : Write(e, Named(e, printed));
    }

    private Wire Write(Expr e, string name)
    {
        sheet.Begin(name);
        var result = results.NameOf(e);
        var wire = sheet.End(Meaning(e), result ?? names.Take(name));
        if (result is null) proto.ValueInfo.Add(Typed(wire.Name, e.Type));
        return wire;
    }

    private Wire Meaning(Expr e)
    {
        if (e.Type.Count == 0) return sheet.Node(Tensor.Zeros(e.Type));
        if (pools.Of(e) is var (x, op)) return new Windows(sheet, e.Type, [wires[x]]).Max(op);
        var (data, computed) = (Widening.Data(e), Widening.Of(e.Op, Widening.Data(e)));
        var type = e.Type.Element == data ? e.Type.With(computed) : e.Type;
        var lowering = new Lowering(sheet, type, [.. e.Args.Select(Operand)], size => intervals.Inside(e.Args[1], size));
        return Elementwise.Cast(sheet, e.Op.Accept<Lowering, Wire>(lowering), e.Type.Element);

        Wire Operand(Expr a, int i) => Widening.IsData(e.Op, i) ? Elementwise.Cast(sheet, wires[a], computed) : wires[a];
    }

    /// <summary>A result that another bears already, or an input, is passed through a node of its own.</summary>
    private void Finish(int i)
    {
        var (name, value) = (results.Names[i], model.Graph.Outputs[i].Value);
        if (results.NameOf(value) != name || value.Op is Input)
        {
            sheet.Begin(name);
            sheet.End(wires[value], name);
        }
        proto.Output.Add(Typed(name, value.Type));
    }

    private static ValueInfoProto Typed(string name, TensorType type)
    {
        var shape = new TensorShapeProto();
        shape.Dim.AddRange(type.Shape.Select(n => new TensorShapeProto.Types.Dimension { DimValue = n }));
        var tensor = new TypeProto.Types.Tensor { ElemType = DataTypes.Theirs(type.Element), Shape = shape };
        return new ValueInfoProto { Name = name, Type = new TypeProto { TensorType = tensor } };
    }
}
