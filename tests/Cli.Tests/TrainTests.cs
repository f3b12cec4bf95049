using System.Buffers.Binary;
using System.Text.Json;
using Xunit;

namespace MiniTorch.Cli.Tests;

public class TrainTests
{
    [Fact]
    public void It_trains_on_a_folder_of_digits_and_goes_on_from_its_checkpoint()
    {
        using var scratch = new Scratch();
        var data = Digits(scratch, 40);
        string[] common = ["train", "mnist", "--data", data, "--batch", "8", "--threads", "1"];
        var whole = Ran.Of([.. common, "--epochs", "2", "--out", scratch["whole"]]);
        Assert.Equal((0, ""), (whole.Code, whole.Error));
        Assert.Matches(@"^test accuracy [0-9.]+ %$", whole.Lines[^1]);
        Assert.Equal(2, whole.Lines.Count(l => l.StartsWith("epoch ", StringComparison.Ordinal)));
        string[] resume = ["--resume", scratch["whole/checkpoint.safetensors"]];
        Assert.Equal(0, Ran.Of([.. common, "--epochs", "2", .. resume, "--out", scratch["again"]]).Code);
        Assert.Equal(Weights(scratch, "whole"), Weights(scratch, "again"));
    }

    [Fact]
    public void Json_is_a_line_before_a_line_an_epoch_and_a_line_after()
    {
        using var scratch = new Scratch();
        var ran = Ran.Of("train", "mnist", "--data", Digits(scratch, 20), "--batch", "4", "--epochs", "1", "--json",
            "--out", scratch["out"]);
        Assert.Equal((0, ""), (ran.Code, ran.Error));
        Assert.Equal(["model", "epoch", "test_accuracy"], ran.Lines.Select(line =>
        {
            using var json = JsonDocument.Parse(line);
            return json.RootElement.EnumerateObject().First().Name;
        }));
    }

    [Fact]
    public void A_report_tells_the_training_and_is_the_same_page_each_time()
    {
        using var scratch = new Scratch();
        string[] train = ["train", "mnist", "--data", Digits(scratch, 40), "--batch", "8", "--epochs", "2", "--out", scratch["out"],
            "--report", scratch["out/page.html"]];
        var ran = Ran.Of(train);
        Assert.Equal((0, ""), (ran.Code, ran.Error));
        Assert.Contains($"wrote {scratch["out/page.html"]}", ran.Lines);
        var page = File.ReadAllText(scratch["out/page.html"]);
        Assert.All(["Gradient flow", "conv1.weight", "relu1", "href=\"./00-input.ir\"", "--seed 1", ran.Lines[^1]],
            words => Assert.Contains(words, page, StringComparison.Ordinal));
        Assert.Equal(0, Ran.Of(train).Code);
        Assert.Equal(page, File.ReadAllText(scratch["out/page.html"]));
    }

    [Fact]
    public void What_a_training_leaves_is_a_model_that_the_tool_runs_converts_and_explains()
    {
        using var scratch = new Scratch();
        Assert.Equal(0, Ran.Of("train", "mnist", "--data", Digits(scratch, 40), "--batch", "8", "--epochs", "1",
            "--out", scratch["out"], "--report", scratch["out/page.html"]).Code);
        string[] given = ["-i", $"x={scratch["out/example.npy"]}"];
        var ran = Ran.Of(["run", scratch["out/weights.ir"], .. given]);
        Assert.Equal((0, ""), (ran.Code, ran.Error));
        Assert.Equal(0, Ran.Of("convert", scratch["out/weights.ir"], scratch["net.onnx"]).Code);
        Assert.Equal(ran.Lines, Ran.Of(["run", scratch["net.onnx"], .. given]).Lines);
        Assert.Equal(0, Ran.Of(["explain", scratch["out/weights.ir"], .. given, "--page", scratch["own.html"]]).Code);
        Assert.Contains("href=\"./example.html\"", File.ReadAllText(scratch["out/page.html"]), StringComparison.Ordinal);
        Assert.Contains("conv1: convolution, 2-D", File.ReadAllText(scratch["out/example.html"]), StringComparison.Ordinal);
    }

    [Fact]
    public void A_report_changes_no_bit_of_the_weights()
    {
        using var scratch = new Scratch();
        string[] common = ["train", "mnist", "--data", Digits(scratch, 24), "--batch", "8", "--epochs", "1"];
        Assert.Equal(0, Ran.Of([.. common, "--out", scratch["plain"]]).Code);
        Assert.Equal(0, Ran.Of([.. common, "--out", scratch["told"], "--report", scratch["told/page.html"]]).Code);
        Assert.Equal(Weights(scratch, "plain"), Weights(scratch, "told"));
    }

    [Theory]
    [InlineData("train.T1: --epochs is -1; give 0 or more", "--epochs", "-1")]
    [InlineData("train.T1: --batch is 99, there are 20 training images; give fewer", "--batch", "99")]
    [InlineData("train.T3: the training 'mnist' takes no --vectors; leave it out", "--vectors", "words.txt")]
    public void A_wish_that_cannot_be_met_is_told_in_a_sentence(string sentence, string option, string value)
    {
        using var scratch = new Scratch();
        var ran = Ran.Of("train", "mnist", "--data", Digits(scratch, 20), "--out", scratch["out"], option, value);
        Assert.Equal((1, $"{sentence}{Environment.NewLine}"), (ran.Code, ran.Error));
    }

    [Fact]
    public void Asked_to_stop_it_stops_and_writes_no_weights()
    {
        using var scratch = new Scratch();
        var ran = Ran.Of(new CancellationToken(canceled: true), "train", "mnist", "--data", Digits(scratch, 20),
            "--batch", "4", "--out", scratch["out"]);
        Assert.Equal((Exit.Stopped, $"stopped{Environment.NewLine}"), (ran.Code, ran.Error));
        Assert.Empty(Directory.GetFiles(scratch["out"]));
    }

    private static byte[] Weights(Scratch scratch, string run) => File.ReadAllBytes(scratch[$"{run}/weights.safetensors"]);

    /// <summary>Images of one bright row each, the row telling the digit.</summary>
    private static string Digits(Scratch scratch, int count)
    {
        var folder = Directory.CreateDirectory(scratch["digits"]).FullName;
        foreach (var name in new[] { "train", "t10k" })
        {
            File.WriteAllBytes(Path.Combine(folder, $"{name}-images-idx3-ubyte"), Idx([count, 28, 28], Pixel));
            File.WriteAllBytes(Path.Combine(folder, $"{name}-labels-idx1-ubyte"), Idx([count], i => i % 10));
        }
        return folder;
    }

    private static int Pixel(int i) => i / 28 % 28 == i / 784 % 10 ? 255 : 0;

    private static byte[] Idx(int[] shape, Func<int, int> element)
    {
        var head = new byte[4 + (4 * shape.Length)];
        (head[2], head[3]) = (8, (byte)shape.Length);
        for (var i = 0; i < shape.Length; i++) BinaryPrimitives.WriteInt32BigEndian(head.AsSpan(4 + (4 * i)), shape[i]);
        return [.. head, .. Enumerable.Range(0, shape.Aggregate((a, b) => a * b)).Select(i => (byte)element(i))];
    }
}
