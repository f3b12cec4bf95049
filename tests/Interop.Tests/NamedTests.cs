using MiniTorch.Ir;
using Xunit;

namespace MiniTorch.Interop.Tests;

public class NamedTests
{
    private static readonly Tensor One = Tensor.Of([1], 1), Two = Tensor.Of([1], 2);

    [Fact]
    public void Names_are_ordered_by_their_code_units() =>
        Assert.Equal(["B", "a", "a\u200b", "é"], Named.Of(("é", 0), ("a\u200b", 1), ("a", 2), ("B", 3)).Keys);

    [Fact]
    public void What_is_known_is_equal_when_its_names_and_values_are()
    {
        Assert.Equal(Binding.Of(("x", One), ("y", Two)), Binding.Of(("y", Two), ("x", Tensor.Of([1], 1))));
        Assert.Equal(Binding.OfShapes(("x", [1, 3])).GetHashCode(), Binding.OfShapes(("x", [1, 3])).GetHashCode());
        Assert.NotEqual(Binding.OfShapes(("x", [1, 3])), Binding.OfShapes(("x", [3, 1])));
        Assert.NotEqual(Binding.Of(("x", One)), Binding.None);
    }

    [Fact]
    public void A_model_is_equal_to_one_of_the_same_graph_and_values()
    {
        Assert.Equal(Model(One), Model(Tensor.Of([1], 1)));
        Assert.Equal(Model(One).GetHashCode(), Model(Tensor.Of([1], 1)).GetHashCode());
        Assert.NotEqual(Model(One), Model(Two));
    }

    [Fact]
    public void A_name_with_two_values_is_refused() =>
        Assert.Throws<ArgumentException>(() => Binding.Of(("x", One), ("x", Two)));

    private static StoredModel Model(Tensor w) =>
        StoredModel.Of(Graph.Of([Prim.Exp(Prim.Input("w", w.Type))]), ("w", w));
}
