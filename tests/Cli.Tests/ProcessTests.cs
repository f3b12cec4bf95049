using System.Diagnostics;
using System.Runtime.InteropServices;
using MiniTorch.Generators;
using Xunit;

namespace MiniTorch.Cli.Tests;

/// <summary>The tool as a process of its own, which the shell sees.</summary>
public class ProcessTests
{
    private const int Interrupt = 2;

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Kill(int process, int signal);

    private static ProcessStartInfo Tool(params string[] args) =>
        new("dotnet", [Path.Combine(AppContext.BaseDirectory, "minitorch.dll"), .. args])
        {
            RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false,
        };

    private static async Task<Ran> Finish(Process process)
    {
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return new(process.ExitCode, await output, await error);
    }

    private static Task<Ran> Run(params string[] args) => Finish(Process.Start(Tool(args))!);

    [Fact]
    public async Task Piped_output_has_no_escapes_and_is_what_the_function_writes()
    {
        var ran = await Run("devices");
        Assert.Equal((0, ""), (ran.Code, ran.Error));
        Assert.DoesNotContain('\u001b', ran.Out);
        Assert.Equal(Ran.Of("devices").Out, ran.Out);
    }

    [Fact]
    public async Task The_exit_code_of_a_mistake_reaches_the_shell()
    {
        var ran = await Run("run", "no-such-file.ir");
        Assert.Equal(new Ran(1, "", $"file.F2: there is no file no-such-file.ir{Environment.NewLine}"), ran);
    }

    /// <summary>
    /// The first hash of LanguageExt's HashMap, Arr or Seq reflects over every loaded assembly: a quarter of a second before
    /// anything is computed.
    /// </summary>
    [Fact]
    public async Task A_run_looks_through_no_assemblies()
    {
        using var scratch = new Scratch();
        var tool = Tool("run", Path.Combine(Repository.Root, "tests/Golden/conv_relu_pool.ir"), "--random", "1");
        tool.Environment["DOTNET_JitDisasmSummary"] = "1";
        tool.Environment["DOTNET_JitStdOutFile"] = scratch["compiled"];
        Assert.Equal(0, (await Finish(Process.Start(tool)!)).Code);
        var compiled = await File.ReadAllTextAsync(scratch["compiled"]);
        Assert.Contains("Program:<Main>$", compiled, StringComparison.Ordinal);
        Assert.DoesNotContain("ClassInstancesAssembly:.cctor", compiled, StringComparison.Ordinal);
    }

    [FactWhere("/proc/self/status")]
    public async Task Ctrl_c_stops_it_with_one_word()
    {
        using var scratch = new Scratch();
        using var process = Process.Start(Tool("train", "mnist", "--epochs", "100000", "--out", scratch["out"]))!;
        Assert.NotNull(await process.StandardOutput.ReadLineAsync());
        Assert.Equal(0, Kill(process.Id, Interrupt));
        var ran = await Finish(process);
        Assert.Equal((130, $"stopped{Environment.NewLine}"), (ran.Code, ran.Error));
    }
}
