using Google.Protobuf;
using LanguageExt;
using MiniTorch.Interop.Files;
using MiniTorch.Ir;

namespace MiniTorch.Interop.Onnx;

/// <summary>Bytes to messages: the one place that meets the protocol-buffer library's own complaints.</summary>
/// <remarks>Errors: onnx.F1 bytes that are no such message; those of <see cref="AtomicFile"/>.</remarks>
internal static class Messages
{
    /// <summary>The message that a file spells; what this project does not know of it is skipped.</summary>
    public static Either<IrError, M> Read<M>(string path, MessageParser<M> parser) where M : IMessage<M> =>
        AtomicFile.ReadAllBytes(path, Array.MaxLength).Bind(bytes => Parse(bytes, Path.GetFileName(path), parser));

    /// <summary>The message that bytes spell.</summary>
    public static Either<IrError, M> Parse<M>(byte[] bytes, string name, MessageParser<M> parser) where M : IMessage<M>
    {
        try
        {
            return parser.WithDiscardUnknownFields(true).ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException)
        {
            return new IrError("onnx.F1", $"{name} is no file of ONNX of that kind, or it is cut short; export it again");
        }
    }
}
