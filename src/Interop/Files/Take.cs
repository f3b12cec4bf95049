namespace MiniTorch.Interop.Files;

/// <summary>Bytes of a stream in memory, as many as are there.</summary>
internal static class Take
{
    private const int Chunk = 1 << 16;

    /// <summary>
    /// The next <paramref name="count"/> bytes, or all that are left. Where the stream does not know its length the
    /// buffer grows with what arrives, so a header that lies costs at most four times what is there.
    /// </summary>
    public static byte[] UpTo(Stream stream, int count)
    {
        var buffer = new byte[Math.Min(count, stream.CanSeek ? stream.Length - stream.Position : Chunk)];
        var filled = 0;
        while (true)
        {
            filled += stream.ReadAtLeast(buffer.AsSpan(filled), buffer.Length - filled, throwOnEndOfStream: false);
            if (filled < buffer.Length) return buffer[..filled];
            if (filled == count || stream.CanSeek) return buffer;
            Array.Resize(ref buffer, (int)Math.Min(count, 2L * buffer.Length));
        }
    }
}
