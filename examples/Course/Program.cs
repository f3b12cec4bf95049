using MiniTorch.Examples.Course;

// Shows a lecture: dotnet run -c Release --project examples/Course -- conv1d

var chosen = Course.All.Where(l => args.Contains(l.Name)).ToList();
foreach (var lecture in chosen) lecture.Show(new Page(Console.Out));
if (chosen.Count == 0) foreach (var lecture in Course.All) Console.WriteLine($"{lecture.Name,-20} {lecture.Title}");
return 0;
