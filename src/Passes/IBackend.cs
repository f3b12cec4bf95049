using LanguageExt;
using MiniTorch.Ir;
using MiniTorch.Passes.Planning;

namespace MiniTorch.Passes;

/// <summary>Something that runs graphs.</summary>
public interface IBackend
{
    /// <summary>A name, as <c>cpu</c>.</summary>
    string Name { get; }

    /// <summary>Makes a graph ready to run.</summary>
    Either<IrError, IExecutable> Compile(Graph graph);
}

/// <summary>A graph ready to run over one arena. Not for use by several threads at once.</summary>
public interface IExecutable : IDisposable
{
    /// <summary>What runs.</summary>
    Plan Plan { get; }

    /// <summary>Sets an input; it keeps its value until set again or replaced by the result that bears its name.</summary>
    void Write(string input, ReadOnlySpan<byte> bytes);

    /// <summary>Computes every result.</summary>
    void Run();

    /// <summary>Copies a result, or the present value of an input.</summary>
    void Read(string name, Span<byte> bytes);

    /// <summary>Copies result number i.</summary>
    void Read(int result, Span<byte> bytes);
}
