using LanguageExt;
using MiniTorch.Ir;
using Xunit;
using static MiniTorch.Frontend.Layers;

namespace MiniTorch.Frontend.Tests;

public sealed class ModuleTreeTests
{
    private static readonly TensorType X = ElementType.F32[2, 3, 9];

    private static readonly Model Net = Conv(4, 3) >>> Relu
        >>> Residual(Conv(8, 3, Same) >>> Relu >>> Module("block", Conv(8, 1) >>> Dropout(0.1)))
        >>> Branches(1, Conv(2, 1), MaxPool(1) >>> Dropout(0.5)) >>> Flatten >>> Linear(5);

    private static IEnumerable<ModuleTree> All(ModuleTree tree) => tree.Modules.AsEnumerable().SelectMany(All).Prepend(tree);

    [Fact]
    public void Its_parameters_are_the_models_each_once()
    {
        var names = All(Net.Tree(X)).SelectMany(m => m.Parameters.AsEnumerable()).Select(p => $"{p.Name} {p.Type}").Order();
        Assert.Equal(Net.Parameters(X).Map(p => $"{p.Name} {p.Type}").AsEnumerable().Order(), names);
        Assert.Equal(Net.Parameters(X).Sum(p => p.Type.Count), Net.Tree(X).Count);
    }

    [Fact]
    public void A_parameter_bears_the_name_of_its_module() => Assert.All(All(Net.Tree(X)), m =>
        Assert.All(m.Parameters.AsEnumerable(), p => Assert.StartsWith($"{m.Name}.", p.Name)));

    [Fact]
    public void Only_modules_with_dropout_draw_and_a_module_what_those_in_it_do()
    {
        var tree = Net.Tree(X);
        Assert.Equal(["", "residual1", "residual1.block1", "residual1.block1.dropout1", "branches1", "branches1.dropout1"],
            All(tree).Where(m => m.Draws > 0).Select(m => m.Name));
        Assert.All(All(tree).Where(m => !m.Modules.IsEmpty), m => Assert.Equal(m.Modules.Sum(c => c.Draws), m.Draws));
    }

    [Fact]
    public void It_prints_as_a_tree() => Assert.Equal("""
        model                     f32[2,3,9] →                     118  f32[2,2]
        ├─ residual1                                                44  f32[2,4,9]
        │  ├─ projection1.weight                                    12  f32[4,3,1]
        │  ├─ projection1.bias                                       4  f32[4]
        │  └─ conv1               Conv(4, 2, causal, dilation: 2)   28  f32[2,4,9]
        │     ├─ weight                                             24  f32[4,3,2]
        │     └─ bias                                                4  f32[4]
        ├─ dropout1               Dropout(0.1)                          f32[2,4,9]  random in training
        ├─ flatten1               Flatten                               f32[2,36]
        └─ linear1                Linear(2)                         74  f32[2,2]
           ├─ weight                                                72  f32[36,2]
           └─ bias                                                   2  f32[2]
        """, $"{(Residual(Conv(4, 2, Layers.Causal, dilation: 2)) >>> Dropout(0.1) >>> Flatten >>> Linear(2)).Tree(X)}");
}
