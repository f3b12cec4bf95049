using MiniTorch.Ir;

namespace MiniTorch.Examples.Course;

/// <summary>A piece of a page; what prints a page has a form for each.</summary>
public abstract record Block
{
    private Block()
    {
    }

    /// <summary>The head of a section.</summary>
    public sealed record Heading(string Text) : Block;

    /// <summary>Sentences, wrapped where they are printed.</summary>
    public sealed record Prose(string Text) : Block;

    /// <summary>Lines of mathematics, as they stand.</summary>
    public sealed record Formula(string Text) : Block;

    /// <summary>Lines of a program, as they stand.</summary>
    public sealed record Code(string Text) : Block;

    /// <summary>A value, as the lecture prints it; the name may be empty.</summary>
    public sealed record Number(string Name, Tensor Value) : Block
    {
        /// <summary>A row stands beside its name, more stands below it.</summary>
        internal string Text
        {
            get
            {
                var text = TensorText.Print(Value);
                return Name.Length == 0 ? text : text.Contains('\n') ? $"{Name} =\n{text}" : $"{Name} = {text}";
            }
        }

        /// <summary>Whether it is a line.</summary>
        internal bool IsShort => Value.Type.Rank < 2;
    }

    /// <summary>Rows under a head.</summary>
    public sealed record Table(IReadOnlyList<string> Head, IReadOnlyList<IReadOnlyList<string>> Rows) : Block;

    /// <summary>A graph in the text form.</summary>
    public sealed record Listing(string Title, string Text) : Block;

    /// <summary>Two graphs side by side.</summary>
    public sealed record Pair(Listing Left, Listing Right) : Block;

    /// <summary>A law that was checked when the page was made.</summary>
    public sealed record Law(string Text) : Block;

    /// <summary>Where to read on, as a path from the repository's root.</summary>
    public sealed record Link(string Path, string About) : Block;

    /// <summary>Matrices as pictures beside each other: the larger a cell the darker.</summary>
    public sealed record Grids(IReadOnlyList<(string Title, Tensor Cells)> Parts) : Block;

    /// <summary>Pictures beside each other.</summary>
    public sealed record Gallery(IReadOnlyList<(string Text, Report.Picture Chart)> Parts) : Block;

    /// <summary>A picture: letters on a terminal; on a page of HTML a chart, where there is one.</summary>
    public sealed record Picture(string Text, Report.Picture? Chart) : Block;
}
