using System.Collections.Immutable;
using System.Globalization;
using LanguageExt;

namespace MiniTorch.Ir.Text;

/// <summary>Reads the text form of GRAMMAR.md: <c>Parse(Print(g)) == g</c>, labels and all.</summary>
public static class Parser
{
    /// <summary>The graph of a text, or where it goes wrong: the first mistake in form, or all broken shape rules.</summary>
    public static Validation<IrError, Graph> Parse(string text)
    {
        try
        {
            var (name, inputs, outputs) = new Reader(Lexer.Split(text)).Graph();
            return Graph.Check(outputs, inputs, name);
        }
        catch (SyntaxError e)
        {
            return Prelude.Fail<IrError, Graph>(e.Error);
        }
    }

    private sealed class Reader(List<Token> tokens)
    {
        private readonly Dictionary<string, Expr> inputs = [];
        private readonly Dictionary<string, Expr> nodes = [];
        private int at;

        private Token Now => tokens[at];

        internal (string, List<Expr>, List<Output>) Graph()
        {
            SkipLines();
            Expect("graph");
            var name = Name("the graph's name");
            var given = Inputs();
            EndOfLine();
            while (Now.Kind == TokenKind.Word && Now.Text.StartsWith('%')) Node();
            var outputs = Return();
            SkipLines();
            if (Now.Kind != TokenKind.End) throw Wrong("the end of the text");
            return (name, given, outputs);
        }

        private List<Expr> Inputs()
        {
            var given = new List<Expr>();
            Expect("(");
            if (Take(")")) return given;
            do given.Add(Parameter()); while (Take(","));
            Expect(")");
            return given;
        }

        private Expr Parameter()
        {
            var token = Now;
            var name = Name("an input's name");
            Expect(":");
            var input = Prim.Input(name, Type()).At(Place(token));
            return inputs.TryAdd(name, input) ? input : throw new SyntaxError(token, "a new input name", $"'{name}' again");
        }

        private TensorType Type()
        {
            var element = ElementType.All.FirstOrDefault(e => e.Name == Now.Text) ?? throw Wrong("an element type, one of "
                + string.Join(' ', ElementType.All));
            at++;
            Expect("[");
            var dims = new List<int>();
            if (!Take("]"))
            {
                do dims.Add(Size()); while (Take(","));
                Expect("]");
            }
            var shape = Dims.Of(dims);
            return ShapeRule.Fits(shape) ? new(element, shape)
                : throw new SyntaxError(tokens[at - 1], "at most 2147483647 elements", $"{element}{shape}");
        }

        private int Size() => int.TryParse(Now.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var size)
            ? Next(size) : throw Wrong("a size");

        private void Node()
        {
            var token = Next(Now);
            Expect("=");
            var mnemonic = Now;
            if (!OpTable.Readers.TryGetValue(mnemonic.Text, out var read)) throw Wrong("an operator");
            at++;
            var args = Operands();
            var values = Attributes();
            Expect(":");
            var typeAt = Now;
            var type = Type();
            var label = Now.Comment;
            EndOfLine();
            var attributes = new Attributes(mnemonic, values, type);
            var op = read(attributes);
            attributes.Done();
            if (op.Arity < 0 ? args.IsEmpty : args.Length != op.Arity)
                throw new SyntaxError(
                    mnemonic, $"{(op.Arity < 0 ? "some" : op.Arity)} operands for {mnemonic.Text}", $"{args.Length}");
            var node = Expr.Of(op, args).At(Place(token)).Named(label);
            if (!node.Type.IsUnknown && node.Type != type)
                throw new SyntaxError(typeAt, $"the type {node.Type}, which {mnemonic.Text} has here", $"{type}");
            if (!nodes.TryAdd(token.Text, node)) throw new SyntaxError(token, "a new name", $"'{token.Text}' again");
        }

        private ImmutableArray<Expr> Operands()
        {
            var args = ImmutableArray.CreateBuilder<Expr>();
            while (IsOperand) args.Add(Operand());
            return args.ToImmutable();
        }

        private Expr Operand()
        {
            var token = Next(Now);
            if (token.Kind is TokenKind.Word or TokenKind.Quoted)
                return Known(token) ?? throw new SyntaxError(token, "an input or a node above", $"{token}");
            if (token.Kind != TokenKind.Number) throw new SyntaxError(token, "a node, an input or a number", $"{token}");
            var element = ElementType.F32;
            // in "max x 0.0 : f32[3]" the colon begins the node's type, in "max x 0.0:f64 : f64[3]" first the literal's
            if (Now.Text == ":" && ElementType.All.FirstOrDefault(e => e.Name == tokens[at + 1].Text) is { } other
                && tokens[at + 2].Text != "[")
            {
                element = other;
                at += 2;
            }
            var data = new byte[element.Bytes];
            return Literals.TryRead(element, token.Text, data, 0) ? Prim.Constant(Tensor.Adopt(element.Scalar, data))
                : throw new SyntaxError(token, $"a number of {element}", $"{token}");
        }

        private Expr? Known(Token token) => Names.Read(token) is { } name
            ? inputs.GetValueOrDefault(name) : nodes.GetValueOrDefault(token.Text);

        private bool IsOperand => Now.Kind is TokenKind.Word or TokenKind.Number or TokenKind.Quoted;

        private Dictionary<string, Value> Attributes()
        {
            var values = new Dictionary<string, Value>();
            if (!Take("{")) return values;
            while (!Take("}"))
            {
                var key = Now;
                var name = Now.Kind == TokenKind.Word ? Name("an attribute or '}'") : throw Wrong("an attribute or '}'");
                Expect("=");
                if (!values.TryAdd(name, Value())) throw new SyntaxError(key, "each attribute once", $"{key}");
            }
            return values;
        }

        private Value Value()
        {
            var start = Now;
            if (!Take("[")) return IsAtom ? new(start, [Next(Now)], false) : throw Wrong("a value");
            var items = new List<Token>();
            while (!Take("]")) items.Add(IsAtom || Now.Text == ":" ? Next(Now) : throw Wrong("a value or ']'"));
            return new(start, items, true);
        }

        private bool IsAtom => Now.Kind is TokenKind.Word or TokenKind.Number;

        private List<Output> Return()
        {
            if (Now.Text != "return") throw Wrong("a node or 'return'");
            at++;
            var outputs = new List<Output>();
            while (IsOperand)
            {
                var name = tokens[at + 1].Text == "=" ? Name("a result's name") : "";
                if (name.Length > 0) Expect("=");
                outputs.Add(new(name, Operand()));
            }
            return outputs.Count > 0 ? outputs : throw Wrong("a result");
        }

        private string Name(string what) => Names.Read(Now) is { } name ? Next(name) : throw Wrong(what);

        private void EndOfLine()
        {
            if (Now.Kind is not (TokenKind.Line or TokenKind.End)) throw Wrong("the end of the line");
            SkipLines();
        }

        private void SkipLines()
        {
            while (Now.Kind == TokenKind.Line) at++;
        }

        private void Expect(string text)
        {
            if (!Take(text)) throw Wrong($"'{text}'");
        }

        private bool Take(string text)
        {
            if (Now.Text != text || Now.Kind == TokenKind.End) return false;
            at++;
            return true;
        }

        private T Next<T>(T value)
        {
            if (Now.Kind != TokenKind.End) at++;
            return value;
        }

        private SyntaxError Wrong(string expected) => new(Now, expected, $"{Now}");

        private static string Place(Token t) => $"line {t.LineNumber}, {t.Text}";
    }
}
