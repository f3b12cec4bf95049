using MiniTorch.Ir;
using MiniTorch.Passes.Analysis;
using Xunit;

namespace MiniTorch.Passes.Tests;

/// <summary>The lecture's counts of parameters.</summary>
public sealed class LayerParametersTests
{
    private static Expr Of(string name, params int[] shape) => Prim.Input(name, new(ElementType.F32, Dims.Of(shape)));

    private static string Counted(Expr y)
    {
        var (graph, names) = (Graph.Of([y]), new HashSet<string> { "w", "b", "v", "c" });
        var layers = LayerParameters.Of(graph, names);
        Assert.Equal(Parameters.Count(graph, names).Values.Sum(), layers.Sum(l => l.Count));
        return string.Join("; ", layers.Select(l => $"{l.Sharing} {l.Law} = {l.Numbers} = {l.Count}"));
    }

    private static Expr Biased(Expr y, int axis = 1) => y + Prim.Broadcast(Of("b", y.Shape[axis]), y.Shape, [axis]);

    private static Expr Conv(Expr x, int features, params int[] kernel) =>
        Prim.Conv(x, Of("w", [features, x.Shape[1], .. kernel]), kernel.Select(_ => Window.Unit));

    [Fact]
    public void A_dense_layer_has_M_times_N_weights()
    {
        var y = Prim.MatMul(Of("x", 1, 25), Of("w", 25, 9));
        Assert.Equal("dense M·N = 25·9 = 225", Counted(y));
        Assert.Equal("dense (M+1)·N = (25+1)·9 = 234", Counted(Biased(y)));
    }

    [Fact]
    public void Receptive_fields_have_K1_K2_plus_1_for_each_of_N_nodes()
    {
        var windows = Unfolding.Of(Of("x", 1, 1, 5, 5), [3, 3], [Window.Unit, Window.Unit]);
        var fields = Prim.Transpose(windows, [0, 2, 3, 1, 4, 5]);
        var y = Prim.Dot(fields, Of("w", 3, 3, 1, 3, 3), [3, 4, 5], [2, 3, 4], [1, 2], [0, 1]);
        Assert.Equal("receptive fields K1·K2·N = 3·3·9 = 81", Counted(y));
        Assert.Equal("receptive fields (K1·K2+1)·N = (3·3+1)·9 = 90",
            Counted(y + Prim.Broadcast(Of("b", 3, 3), y.Shape, [0, 1])));
    }

    [Fact]
    public void Shared_weights_have_K1_K2_plus_1_in_all() =>
        Assert.Equal("shared weights K1·K2+1 = 3·3+1 = 10", Counted(Biased(Conv(Of("x", 1, 1, 5, 5), 1, 3, 3))));

    [Fact]
    public void M_features_have_K1_K2_plus_1_each() => Assert.Equal(
        "shared weights (K1·K2+1)·M = (3·3+1)·4 = 40", Counted(Biased(Conv(Of("x", 1, 1, 5, 5), 4, 3, 3))));

    [Fact]
    public void N_filters_of_an_rgb_image_have_112_parameters_for_3_by_3_and_4() => Assert.Equal(
        "shared weights N·(K1·K2·C+1) = 4·(3·3·3+1) = 112", Counted(Biased(Conv(Of("x", 1, 3, 5, 5), 4, 3, 3))));

    [Fact]
    public void Any_number_of_axes_and_layers_without_biases_are_counted_alike()
    {
        Assert.Equal("shared weights K·M = 5·2 = 10", Counted(Conv(Of("x", 1, 1, 9), 2, 5)));
        Assert.Equal("shared weights N·(K1·K2·K3·C+1) = 2·(2·3·4·3+1) = 146",
            Counted(Biased(Conv(Of("x", 1, 3, 4, 5, 6), 2, 2, 3, 4))));
    }

    [Fact]
    public void Every_layer_counts_what_no_layer_before_it_has_read()
    {
        var x = Of("x", 1, 1, 5, 5);
        var first = Biased(Conv(x, 1, 3, 3));
        var second = Biased(Conv(first, 1, 3, 3));
        Assert.Equal("shared weights K1·K2+1 = 3·3+1 = 10", Counted(second));
        var dense = Prim.MatMul(Prim.Reshape(first, [1, 9]), Prim.Transpose(Of("v", 2, 9), [1, 0]));
        Assert.Equal("shared weights K1·K2+1 = 3·3+1 = 10; dense (M+1)·N = (9+1)·2 = 20",
            Counted(Prim.Broadcast(Of("c", 2), [1, 2], [1]) + dense));
    }

    [Fact]
    public void A_bias_of_another_size_is_not_a_layers()
    {
        var y = Conv(Of("x", 1, 1, 5, 5), 4, 3, 3);
        var graph = Graph.Of([y + Prim.Broadcast(Of("b", 3), y.Shape, [3])]);
        var layers = LayerParameters.Of(graph, new HashSet<string> { "w", "b" });
        Assert.Equal("K1·K2·M", Assert.Single(layers).Law);
    }
}
