namespace MiniTorch.Interop.Files;

/// <summary>A stream line by line in one buffer: a file of any size is read in the space of its longest line.</summary>
/// <param name="stream">Read from where it stands.</param>
/// <param name="most">The longest line's bytes.</param>
internal sealed class ByteLines(Stream stream, int most)
{
    private byte[] buffer = new byte[Math.Min(most, 1 << 16)];
    private int start, end;

    /// <summary>The number of the line, counted from 1.</summary>
    internal int Number { get; private set; }

    /// <summary>The line, without what ends it; valid until the next.</summary>
    internal ReadOnlyMemory<byte> Line { get; private set; }

    /// <summary>Whether the line is longer than the most and was cut, after which nothing more is read.</summary>
    internal bool Cut { get; private set; }

    /// <summary>Goes to the next line; false at the end.</summary>
    internal bool Next()
    {
        var length = 0;
        while (!Cut && (length = Unread.IndexOf((byte)'\n')) < 0 && More()) { }
        if (Cut || (length < 0 && Unread.IsEmpty)) return false;
        var found = length < 0 ? Unread.Length : length;
        (Line, Number) = (buffer.AsMemory(start, found), Number + 1);
        start = Math.Min(end, start + found + 1);
        Cut = length < 0 && found == most;
        return true;
    }

    private ReadOnlySpan<byte> Unread => buffer.AsSpan(start, end - start);

    /// <summary>Whether bytes were added; none are at the end of the stream, nor where the line fills the most.</summary>
    private bool More()
    {
        buffer.AsSpan(start, end - start).CopyTo(buffer);
        (start, end) = (0, end - start);
        if (end == buffer.Length && end < most) Array.Resize(ref buffer, (int)Math.Min(most, 2L * end));
        var read = end == buffer.Length ? 0 : stream.Read(buffer.AsSpan(end));
        end += read;
        return read > 0;
    }
}
