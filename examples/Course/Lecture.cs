namespace MiniTorch.Examples.Course;

/// <summary>One part of the lectures as a page that is computed when it is shown.</summary>
/// <param name="Name">As the command line spells it.</param>
/// <param name="Title">As the lecture calls it.</param>
/// <param name="About">A few words.</param>
/// <param name="Show">Writes the page.</param>
public sealed record Lecture(string Name, string Title, string About, Action<Page> Show);
