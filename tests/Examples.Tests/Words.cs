using MiniTorch.Examples.Course;

namespace MiniTorch.Examples.Tests;

/// <summary>A page as its words, however its lines are broken.</summary>
internal static class Words
{
    internal static string Of(Lecture lecture) =>
        string.Join(' ', Pages.Text(lecture.Name).Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries));
}
