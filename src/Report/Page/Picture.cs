using System.Xml.Linq;

namespace MiniTorch.Report;

/// <summary>A picture with a title and a description for those who do not see it. Made by charts and images.</summary>
public sealed class Picture
{
    private readonly XElement element;

    internal Picture(string title, string about, XElement element) => (Title, About, this.element) = (title, about, element);

    /// <summary>What it shows, in a few words.</summary>
    public string Title { get; }

    /// <summary>What there is to see.</summary>
    public string About { get; }

    /// <summary>
    /// The drawing as a file of its own, light or dark as its reader's screen is; without the legend beside it, and null where
    /// the picture is no drawing.
    /// </summary>
    public string? Svg => Drawing.Text(element);

    /// <summary>The same beneath a new element: an element has one place.</summary>
    internal XElement Element => new(element);
}
