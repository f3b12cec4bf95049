using System.Text.Json;
using System.Xml.Linq;
using MiniTorch.Generators;
using Xunit;

namespace MiniTorch.Package.Tests;

/// <summary>The packages as a user meets them: from the packed files alone, outside this repository.</summary>
public sealed class PackageTests(Packed packed) : IClassFixture<Packed>
{
    private static readonly string[] Libraries = ["Backends.Cpu", "Frontend", "Interop", "Ir", "Passes", "Report"];

    private static readonly string[] Page = Fences.Of("docs", "packages.md");

    private string Library => $"MiniTorch.{packed.Version}";

    private string Tool => $"MiniTorch.Tool.{packed.Version}";

    [Fact]
    public void Packing_gives_two_packages_and_their_symbols() => Assert.Equal(
        new[] { $"{Library}.nupkg", $"{Library}.snupkg", $"{Tool}.nupkg", $"{Tool}.snupkg" }.Order(StringComparer.Ordinal),
        Directory.GetFiles(packed.Feed).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal));

    [Fact]
    public void The_library_holds_six_assemblies_with_their_comments() => Assert.Equal(
        ["LICENSE", "MiniTorch.nuspec", "PACKAGE.md",
            .. Libraries.SelectMany(l => new[] { $"lib/net10.0/MiniTorch.{l}.dll", $"lib/net10.0/MiniTorch.{l}.xml" })],
        packed.Files($"{Library}.nupkg"));

    [Fact]
    public void The_symbols_are_of_the_same_assemblies() => Assert.Equal(
        ["MiniTorch.nuspec", .. Libraries.Select(l => $"lib/net10.0/MiniTorch.{l}.pdb")], packed.Files($"{Library}.snupkg"));

    [Fact]
    public void The_tool_holds_its_page_licence_libraries_and_symbols()
    {
        var (files, symbols) = (packed.Files($"{Tool}.nupkg"), packed.Files($"{Tool}.snupkg"));
        string[] wanted = [.. Libraries.Select(l => $"MiniTorch.{l}"), "minitorch"];
        Assert.Superset(
            new HashSet<string>(["LICENSE", "PACKAGE.md", "tools/net10.0/any/DotnetToolSettings.xml",
                .. wanted.Select(w => $"tools/net10.0/any/{w}.dll")]), new HashSet<string>(files));
        Assert.Superset(new HashSet<string>(wanted.Select(w => $"tools/net10.0/any/{w}.pdb")), new HashSet<string>(symbols));
    }

    [Theory, InlineData("MiniTorch"), InlineData("MiniTorch.Tool")]
    public void A_package_says_what_it_is(string id)
    {
        var spec = Spec(id);
        string Of(string name) => spec.Descendants().Single(e => e.Name.LocalName == name).Value;
        Assert.Equal((id, "MIT", "PACKAGE.md"), (Of("id"), Of("license"), Of("readme")));
        Assert.All(["description", "tags", "authors"], name => Assert.NotEmpty(Of(name)));
    }

    [Fact]
    public void The_library_depends_on_what_its_assemblies_take_from_elsewhere()
    {
        var taken =
            from library in Libraries
            let folder = Path.Combine(Repository.Root, "src", library.Replace('.', Path.DirectorySeparatorChar))
            from r in XDocument.Load(Path.Combine(folder, $"MiniTorch.{library}.csproj")).Descendants("PackageReference")
            where (string?)r.Attribute("PrivateAssets") != "all"
            select (string)r.Attribute("Include")!;
        var named = Spec("MiniTorch").Descendants().Where(e => e.Name.LocalName == "dependency")
            .Select(d => (string)d.Attribute("id")!);
        Assert.Equal(taken.Distinct().Order(StringComparer.Ordinal), named.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_pages_of_the_packages_show_what_is_tested_here()
    {
        Assert.Equal(Page[..2], Fences.Of("src", "Package", "PACKAGE.md"));
        Assert.Equal(Page[2..], Fences.Of("src", "Cli", "PACKAGE.md"));
    }

    /// <summary>Least squares in closed form: the slope is the covariance of x and y over the variance of x.</summary>
    [Fact]
    public void A_model_of_five_lines_runs_from_the_library_package()
    {
        double[] x = [0, 1, 2, 3], y = [1, 2, 2, 4];
        var slope = Covariance(x, y) / Covariance(x, x);
        var bias = y.Average() - slope * x.Average();
        var error = x.Zip(y, (p, q) => slope * p + bias - q).Average(d => d * d);
        var said = FormattableString.Invariant(
            $"mean squared error {error:F4}\nlinear1.weight {slope:F4}\nlinear1.bias {bias:F4}\n");
        Assert.Equal(said, Page[1]);
        Assert.Equal(said, RunProgram(Page[0]));
    }

    [Fact]
    public void The_tool_installs_and_runs()
    {
        var (home, tools) = (packed.Home, Path.Combine(packed.Home, "tools"));
        Child.OfDotnet(home, home, "tool", "install", "MiniTorch.Tool", "--tool-path", tools, "--version", packed.Version,
            "--configfile", Path.Combine(home, "nuget.config"));
        string Minitorch(params string[] words) =>
            Child.Of(Path.Combine(tools, OperatingSystem.IsWindows() ? "minitorch.exe" : "minitorch"), home, home, words);
        var devices = JsonDocument.Parse(Minitorch("devices", "--json")).RootElement;
        Assert.True(devices.GetProperty("cpu").GetProperty("usable").GetBoolean());
        File.WriteAllText(Path.Combine(home, "squares.ir"), Page[2]);
        var result = Minitorch("run", "squares.ir", "--json");
        Assert.Equal(Page[3], result);
        Assert.Equal(Enumerable.Range(0, 4).Select(i => i * i + 1.0), JsonDocument.Parse(result).RootElement
            .GetProperty("results")[0].GetProperty("first").EnumerateArray().Select(v => v.GetDouble()));
    }

    private static double Covariance(double[] x, double[] y) =>
        x.Zip(y, (p, q) => (p - x.Average()) * (q - y.Average())).Average();

    private XDocument Spec(string id) => XDocument.Parse(packed.Text($"{id}.{packed.Version}.nupkg", $"{id}.nuspec"));

    private string RunProgram(string program)
    {
        var folder = Directory.CreateDirectory(Path.Combine(packed.Home, "line")).FullName;
        File.WriteAllText(Path.Combine(folder, "Program.cs"), program);
        File.WriteAllText(Path.Combine(folder, "line.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <Nullable>enable</Nullable>
                <UseAppHost>false</UseAppHost>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="MiniTorch" Version="{packed.Version}" />
              </ItemGroup>
            </Project>
            """);
        Child.OfDotnet(folder, packed.Home, "build", "-o", "built");
        return Child.OfDotnet(folder, packed.Home, Path.Combine("built", "line.dll"));
    }
}
