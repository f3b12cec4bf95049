#:project ../Generators/MiniTorch.Generators.csproj
#:project ../../src/Interop/MiniTorch.Interop.csproj
#:property PublishAot=false

// Writes random graphs as models of ONNX with inputs and what the oracle gives, a folder each, in the form of ONNX's own
// backend tests: see README.md beside this file.
// usage: dotnet run onnx_cases.cs FOLDER COUNT SEED

using FsCheck.Fluent;
using LanguageExt;
using MiniTorch.Generators;
using MiniTorch.Interop;
using MiniTorch.Interop.Onnx;
using MiniTorch.Ir;
using MiniTorch.Passes.Autodiff;
using MiniTorch.Passes.Evaluation;

var (folder, count, seed) = (args[0], int.Parse(args[1]), ulong.Parse(args[2]));
var number = 0;
foreach (var kind in new[] { "any", "gradient" })
    Check.Holds(kind == "any" ? Graphs.Any() : Graphs.Differentiable(),
        graph => IsOpen(graph) || Write(kind == "any" ? graph : WithGradients(graph), $"{kind}_{number++:D4}"), count, seed);
Console.WriteLine($"{number} cases in {folder}");

// docs/adr/0007: NaN in a kernel beside padding, and docs/onnx.md: NaN in a max-pooling
bool IsOpen(Graph graph)
{
    var values = Evaluator.Nodes(graph, Inputs.For(graph, number + 1)).IfLeft([]);
    return graph.Nodes.Any(n => n.Op switch
    {
        Conv => !values[graph.Index[n.Args[1]]].ToDoubles().All(double.IsFinite),
        WindowArgMax => values[graph.Index[n.Args[0]]].ToDoubles().Any(double.IsNaN),
        _ => false,
    });
}

bool Write(Graph graph, string name)
{
    var data = Directory.CreateDirectory(Path.Combine(folder, name, "test_data_set_0")).FullName;
    var inputs = Inputs.For(graph, number);
    var done = from results in Evaluator.Run(graph, inputs)
               from model in OnnxFile.Save(Path.Combine(folder, name, "model.onnx"), StoredModel.Of(graph))
               from given in All(graph.Inputs.Select((x, i) => (Name(x), inputs[Name(x)], $"input_{i}.pb")))
               from expected in All(results.Select((y, i) => ($"{i}", y, $"output_{i}.pb")))
               select model;
    return done.Match(_ => true, error => throw new InvalidOperationException($"{error}"));

    Either<IrError, Unit> All(IEnumerable<(string Name, Tensor Value, string File)> tensors) =>
        tensors.Aggregate((Either<IrError, Unit>)Unit.Default, (all, t) => all.Bind(_ => Save(t)));

    Either<IrError, Unit> Save((string Name, Tensor Value, string File) t) =>
        TensorProtoFile.Save(Path.Combine(data, t.File), t.Name, t.Value);
}

static string Name(Expr input) => ((Input)input.Op).Name;

static Graph WithGradients(Graph g)
{
    var loss = g.Outputs.Select(o => Prim.Sum(o.Value, Dims.Range(0, o.Value.Type.Rank))).Aggregate((x, y) => x + y);
    var slopes = Backward.Grad(loss, g.Inputs);
    return Graph.Of([new Output("loss", loss), .. slopes.Select((d, i) => new Output($"d{i}", d))], g.Inputs);
}
