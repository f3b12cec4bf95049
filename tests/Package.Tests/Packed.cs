using System.IO.Compression;
using System.Reflection;
using MiniTorch.Generators;

namespace MiniTorch.Package.Tests;

/// <summary>The packages of this build, in a folder outside the repository that is gone afterwards.</summary>
public sealed class Packed : IDisposable
{
    private static readonly IReadOnlyDictionary<string, string?> Build = typeof(Packed).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().ToDictionary(a => a.Key, a => a.Value);

    /// <summary>Packs what is built, under a version that no cache can hold.</summary>
    public Packed()
    {
        Home = Directory.CreateTempSubdirectory("minitorch-packages-").FullName;
        Version = $"0.1.0-test{DateTime.UtcNow.Ticks}";
        Said = Child.OfDotnet(Repository.Root, Home, "pack", "MiniTorch.sln", "--no-build", "-c", Build["Configuration"]!,
            "-o", Feed, $"-p:PackageVersion={Version}", $"-p:NuspecOutputPath={Path.Combine(Home, "nuspec")}/");
        File.WriteAllText(Path.Combine(Home, "nuget.config"), Sources);
        foreach (var name in new[] { "Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props" })
            File.WriteAllText(Path.Combine(Home, name), "<Project />");
    }

    internal string Home { get; }

    internal string Version { get; }

    internal string Said { get; }

    internal string Feed => Path.Combine(Home, "feed");

    private string Sources => $"""
        <configuration>
          <packageSources>
            <clear />
            <add key="packed" value="{Feed}" />
            <add key="restored" value="{Build["PackageCache"]}" />
          </packageSources>
        </configuration>
        """;

    /// <summary>A file as text, without the version of this packing.</summary>
    internal string Text(string package, string entry)
    {
        using var zip = ZipFile.OpenRead(Path.Combine(Feed, package));
        using var reader = new StreamReader(zip.GetEntry(entry)!.Open());
        return reader.ReadToEnd().Replace(Version, "VERSION");
    }

    /// <summary>The files of a package that are not the format's own, in order.</summary>
    internal string[] Files(string package)
    {
        using var zip = ZipFile.OpenRead(Path.Combine(Feed, package));
        return [.. zip.Entries.Select(e => e.FullName)
            .Where(f => !f.StartsWith("_rels/") && !f.StartsWith("package/") && !f.StartsWith('['))
            .Order(StringComparer.Ordinal)];
    }

    /// <summary>Removes the folder.</summary>
    public void Dispose() => Directory.Delete(Home, recursive: true);
}
