namespace MiniTorch.Interop.Npz;

/// <summary>A stream that is read once from front to back, and the checksum of all that was read.</summary>
/// <remarks>Source: the CRC-32 of ISO 3309, polynomial 0xEDB88320 with its bits reversed.</remarks>
internal sealed class SummedStream(Stream inner) : Stream
{
    private static readonly uint[] Table = [.. Enumerable.Range(0, 256).Select(n => Shifted((uint)n, 8))];
    private uint state = uint.MaxValue;

    /// <summary>The checksum so far.</summary>
    public uint Sum => ~state;

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        var count = inner.Read(buffer);
        foreach (var b in buffer[..count]) state = Table[(state ^ b) & 0xff] ^ (state >> 8);
        return count;
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <inheritdoc/>
    public override void Flush() { }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing) inner.Dispose();
        base.Dispose(disposing);
    }

    private static uint Shifted(uint n, int times) =>
        times == 0 ? n : Shifted((n & 1) == 0 ? n >> 1 : (n >> 1) ^ 0xEDB88320, times - 1);
}
