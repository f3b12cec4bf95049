using MiniTorch.Examples.Course;
using Xunit;

namespace MiniTorch.Examples.Tests;

public class CourseTests
{
    [Fact]
    public void Names_of_lectures_differ() =>
        Assert.Equal(Course.Course.All.Count, Course.Course.All.Select(l => l.Name).Distinct().Count());
}
