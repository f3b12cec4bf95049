using MiniTorch.Ir;

namespace MiniTorch.Interop.Onnx;

/// <summary>
/// A file's mistake on its way to the door, where it becomes a value: an operator is a line of mathematics, and a line
/// that can refuse anywhere reads as one only if refusing is no part of its type.
/// </summary>
internal sealed class Refusal(string rule, string message, string where = "") : Exception(message)
{
    private const int Longest = 400;

    /// <summary>A mistake of a graph of ours, that the file made.</summary>
    public static Refusal Of(IrError error) => new(error.Rule, error.Message, error.Where);

    /// <summary>The mistake as a value: one line, whatever names the file has.</summary>
    public IrError Error { get; } = new(rule, OneLine(message), OneLine(where));

    /// <summary>The same mistake, told at a place unless it has one.</summary>
    public Refusal At(string place) => Error.Where.Length > 0 ? this : new(Error.Rule, Error.Message, place);

    private static string OneLine(string text) =>
        string.Concat((text.Length <= Longest ? text : $"{text[..Longest]}…").Select(c => char.IsControl(c) ? '?' : c));
}
