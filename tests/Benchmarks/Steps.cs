using MiniTorch.Backends.Cpu;
using MiniTorch.Examples.Mnist;
using MiniTorch.Frontend;

namespace MiniTorch.Benchmarks;

/// <summary>The quick look: rows of medians and minima, without a BenchmarkDotNet run.</summary>
public static class Steps
{
    /// <summary>Prints the sections asked for, or all: train, dot, scale.</summary>
    public static int Run(IReadOnlyList<string> sections)
    {
        if (sections.FirstOrDefault(s => s is not ("train" or "dot" or "scale")) is { } unknown)
        {
            Console.Error.WriteLine($"there is no section '{unknown}'; take train, dot or scale");
            return 1;
        }
        bool Wants(string section) => sections.Count == 0 || sections.Contains(section);
        if (Wants("train") || Wants("dot")) Console.WriteLine($"{"# what",-24} {"th",2} {"median ms",10} {"min ms",10} {"GFLOP/s",8}");
        if (Wants("train")) Train();
        if (Wants("dot")) Dot();
        if (Wants("scale")) Scale.Print();
        return 0;
    }

    private static void Train()
    {
        foreach (var threads in Threads)
        {
            foreach (var optimiser in new[] { "sgd", "adam" })
            {
                Step("minitorch", Networks.MiniTorch, 16, optimiser, threads);
                Step("lenet", Networks.LeNet, 64, optimiser, threads);
            }
        }
    }

    private static void Step(string name, Model model, int batch, string optimiser, int threads) =>
        Row($"train/{name}/b{batch}/{optimiser}", threads, Workloads.TrainStep(model, batch, Workloads.Optimiser(optimiser), threads));

    private static void Dot()
    {
        foreach (var threads in Threads)
            foreach (var n in new[] { 256, 512, 1024, 2048 })
                Row($"dot/{n}", threads, Workloads.Dot(n, threads), 2.0 * n * n * n);
    }

    private static void Row(string what, int threads, CpuRun run, double flops = 0)
    {
        using var owned = run;
        Clock.Row(what, threads, Clock.Time(run.Run, Clock.Budget), flops);
    }

    private static IEnumerable<int> Threads => Environment.ProcessorCount == 1 ? [1] : [1, 2];
}
