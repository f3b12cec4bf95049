namespace MiniTorch.Generators;

/// <summary>The source tree that these tests were built from.</summary>
public static class Repository
{
    /// <summary>Its folder.</summary>
    public static string Root { get; } = Find(new DirectoryInfo(AppContext.BaseDirectory));

    /// <summary>The files below a folder of it that match a pattern, built ones aside.</summary>
    public static string[] Sources(string folder, string pattern = "*.cs") =>
        [.. Directory.EnumerateFiles(Path.Combine(Root, folder), pattern, SearchOption.AllDirectories)
            .Where(f => !f.Split(Path.DirectorySeparatorChar).Any(part => part is "obj" or "bin"))];

    private static string Find(DirectoryInfo? at) =>
        at is null ? throw new DirectoryNotFoundException("MiniTorch.sln is in no folder above the tests")
        : File.Exists(Path.Combine(at.FullName, "MiniTorch.sln")) ? at.FullName : Find(at.Parent);
}
