using MiniTorch.Backends.Cuda;
using MiniTorch.Generators;
using MiniTorch.Passes.Planning;
using Xunit;

namespace MiniTorch.Tests;

public class CudaTargetTests
{
    [Fact]
    public void Plans_for_a_CUDA_device_pass_the_checker() =>
        Check.Holds(Graphs.Any(), graph => !PlanCheck.Violations(Planner.Of(graph, new CudaTarget())).Any(), 200);

    [Fact]
    public void A_step_of_a_CUDA_plan_needs_no_working_memory() =>
        Check.Holds(Graphs.Any(), graph => Planner.Of(graph, new CudaTarget()).Steps.All(step => step.Scratch == 0), 200);
}
