namespace MiniTorch.Examples.Course;

/// <summary>Every lecture, in the order of the lectures.</summary>
public static class Course
{
    /// <summary>One more is a folder with a page and a line here.</summary>
    public static IReadOnlyList<Lecture> All => [];
}
