using System.Collections.Concurrent;
using MiniTorch.Examples.Course;

namespace MiniTorch.Examples.Tests;

/// <summary>The lectures' pages, each made once for all tests.</summary>
internal static class Pages
{
    private static readonly ConcurrentDictionary<string, Lazy<Page>> Made = new();

    /// <summary>The lecture of this name.</summary>
    internal static Lecture Lecture(string name) => Course.Course.Named(name)!;

    /// <summary>The page of the lecture of this name.</summary>
    internal static Page Of(string name) => Made.GetOrAdd(name, n => new(() => Lecture(n).Page())).Value;

    /// <summary>The page as text.</summary>
    internal static string Text(string name, int width = PlainText.Width) => Lecture(name).Print(width, Of(name));
}
