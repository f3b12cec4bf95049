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
    /// <param name="page">The page, where it was made before.</param>
    public string Html(Page? page = null) => WebPage.Of(this, page ?? Page()).Text;

    /// <summary>The page as text of so many columns.</summary>
    /// <param name="width">Columns.</param>
    /// <param name="page">The page, where it was made before.</param>
    public string Print(int width = PlainText.Width, Page? page = null) => PlainText.Print(Title, page ?? Page(), width);
}
