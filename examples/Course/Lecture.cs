namespace MiniTorch.Examples.Course;

/// <summary>One part of the lectures, which prints its page: every number on it is computed when it is asked for.</summary>
/// <param name="Name">As the command line spells it.</param>
/// <param name="Title">As the page is headed.</param>
/// <param name="About">One line for the list.</param>
/// <param name="Show">Writes the page.</param>
public sealed record Lecture(string Name, string Title, string About, Action<Page> Show)
{
    /// <summary>The page, the same at every call.</summary>
    public Page Page()
    {
        var page = new Page();
        Show(page);
        return page;
    }

    /// <summary>The page as HTML that needs nothing beside itself, with pictures.</summary>
    public string Html() => WebPage.Of(this).Text;

    /// <summary>The page as text of so many columns.</summary>
    public string Print(int width = PlainText.Width)
    {
        using var text = new StringWriter { NewLine = "\n" };
        PlainText.Write(text, this, width);
        return text.ToString();
    }
}
