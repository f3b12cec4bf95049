using MiniTorch.Examples.Course;

// Shows a part of the lectures: dotnet run -c Release --project examples/Course -- conv1d

var asked = args.Select(name => (Name: name, Lecture: Course.Named(name))).ToList();
if (asked.Find(a => a.Lecture is null).Name is { } unknown)
{
    Console.Error.WriteLine($"there is no lecture '{unknown}'; take {string.Join(", ", Course.All.Select(l => l.Name))}");
    return 1;
}
foreach (var (_, lecture) in asked) Console.WriteLine(lecture!.Print());
if (asked.Count == 0)
    foreach (var lecture in Course.All) Console.WriteLine($"{lecture.Name,-20} {lecture.Title}: {lecture.About}");
return 0;
