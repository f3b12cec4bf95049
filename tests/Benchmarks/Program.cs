using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using MiniTorch.Benchmarks;
using MiniTorch.Benchmarks.Comparing;

if (args is ["steps", .. var sections]) return Steps.Run(sections);
if (args is ["once", var name]) return Once.Run(name);
if (args is ["compare", .. var asked]) return CompareCommand.Run(asked);
if (args is ["stress", .. var what]) return Stress.Run(what);

var config = ManualConfig.Create(DefaultConfig.Instance).AddJob(Job.Default.WithToolchain(InProcessEmitToolchain.Instance));
BenchmarkSwitcher.FromAssembly(typeof(Steps).Assembly).Run(args, config);
return 0;
