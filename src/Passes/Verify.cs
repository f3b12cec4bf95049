using LanguageExt;
using MiniTorch.Ir;

namespace MiniTorch.Passes;

/// <summary>Checks what every graph must be, from its nodes alone; a pass that breaks it is named.</summary>
public static class Verify
{
    /// <summary>The graph when it is well formed and keeps the signature it had; else what the pass broke.</summary>
    public static Either<IrError, Graph> After(Pass pass, Graph before, Graph after) =>
        Violations(after).Concat(SignatureViolations(before, after)).FirstOrDefault() is { } e
            ? e with { Message = $"{e.Message}, after pass '{pass.Name}'" } : after;

    /// <summary>Every broken law of a graph: operands stand before, types are what the shape rules give.</summary>
    public static IEnumerable<IrError> Violations(Graph graph)
    {
        for (var i = 0; i < graph.Nodes.Length; i++)
        {
            var node = graph.Nodes[i];
            if (node.Args.Any(a => !graph.Index.TryGetValue(a, out var at) || at >= i))
                yield return new("verify.V1", $"{node.Describe()} stands before an operand");
            var inferred = node.Op.Infer([.. node.Args.Select(a => a.Type)]);
            if (inferred.Error.IsSome || inferred.Type != node.Type)
                yield return new("verify.V2", $"type error: {node.Describe()} is {node.Type}, its rule gives {inferred.Type}");
        }
    }

    private static IEnumerable<IrError> SignatureViolations(Graph before, Graph after)
    {
        var kept = after.Inputs.ToDictionary(Name, i => i.Type);
        var gone = before.Inputs.Where(i => kept.GetValueOrDefault(Name(i)) != i.Type).Select(Name).ToList();
        if (gone.Count > 0) yield return new("verify.V3", $"the inputs {string.Join(", ", gone)} are gone");
        for (var i = 0; i < before.Outputs.Length; i++)
            if (i >= after.Outputs.Length || after.Outputs[i].Value.Type != before.Outputs[i].Value.Type)
                yield return new("verify.V4", $"result {i} was {before.Outputs[i].Value.Type} and is not any more");
    }

    private static string Name(Expr input) => ((Input)input.Op).Name;
}
