using System.Text.RegularExpressions;
using LanguageExt;
using MiniTorch.Examples.Course;
using MiniTorch.Examples.Trainings;
using MiniTorch.Frontend;
using MiniTorch.Ir;
using MiniTorch.Passes.Planning;
using Xunit;

namespace MiniTorch.Examples.Tests;

/// <summary><c>minitorch train sentiment</c> on a small budget.</summary>
public sealed class SentimentTrainingTests : IDisposable
{
    private readonly DirectoryInfo scratch = Directory.CreateTempSubdirectory("sentiment");

    public void Dispose() => scratch.Delete(recursive: true);

    private string File(string name) => Path.Combine(scratch.FullName, name);

    private string Written(string name, string text)
    {
        System.IO.File.WriteAllText(File(name), text);
        return File(name);
    }

    private Settings Small(string output) => new(Model: "small", Epochs: 1, Out: File(output));

    private static Either<IrError, string> Run(Settings settings)
    {
        var output = new StringWriter();
        return Experiment.Run(SentimentTraining.Offer, settings, new Printed(output, null)).Map(_ => output.ToString());
    }

    private static string Printed(Settings settings) => Run(settings).Match(t => t, e => throw new InvalidOperationException($"{e}"));

    private static (string Rule, string Message) Mistake(Settings settings) =>
        Run(settings).Match(_ => ("", "trained"), e => (e.Rule, e.Message));

    private byte[] Weights(string output) => System.IO.File.ReadAllBytes(Path.Combine(File(output), "weights.safetensors"));

    [Fact]
    public void The_small_network_learns_and_says_how_well()
    {
        var lines = Printed(Small("a") with { Epochs = 3 }).TrimEnd().Split('\n');
        Assert.Contains("2,400 training and 600 test sentences", lines);
        var accuracy = Regex.Match(lines[^1], @"^test accuracy (\d\d\.\d\d) %$").Groups[1].Value;
        Assert.InRange(double.Parse(accuracy, System.Globalization.CultureInfo.InvariantCulture), 76, 90);
    }

    [Fact]
    public void One_and_two_threads_end_with_the_same_bits()
    {
        Printed(Small("one") with { Threads = 1 });
        Printed(Small("two") with { Threads = 2 });
        Assert.Equal(Weights("one"), Weights("two"));
    }

    [Fact]
    public void A_training_resumed_from_its_checkpoint_ends_bit_for_bit_the_same()
    {
        Printed(Small("whole") with { Epochs = 2 });
        using var stop = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => Experiment.Run(
            SentimentTraining.Offer, Small("half") with { Epochs = 2 }, new StopsAfterAnEpoch(stop), stop.Token));
        Printed(Small("half") with { Epochs = 2, Resume = Path.Combine(File("half"), "checkpoint.safetensors") });
        Assert.Equal(Weights("whole"), Weights("half"));
    }

    private sealed class StopsAfterAnEpoch(CancellationTokenSource stop) : IAudience
    {
        public void Start(Study study, Training training, Plan plan) { }

        public void Epochs(Study study, Training training, IEnumerable<Progress> batches)
        {
            foreach (var p in batches)
                if (p.Epoch == 1) stop.Cancel();
        }

        public void End(Study study, Outcome outcome) { }
    }

    [Fact]
    public void Another_fold_has_other_sentences() =>
        Assert.NotEqual(Printed(Small("a") with { Epochs = 0, Data = "fold0" }), Printed(Small("a") with { Epochs = 0 }));

    [Fact]
    public void A_folder_in_the_form_of_sst_2_and_word_vectors_are_read()
    {
        var lines = Enumerable.Range(0, 60).Select(i => i % 2 == 0 ? "a good film \t1" : "a bad film \t0");
        Written("train.tsv", $"sentence\tlabel\n{string.Join('\n', lines)}\n");
        Written("dev.tsv", "sentence\tlabel\ngood\t1\na bad bad one .\t0\n");
        var vectors = Written("vectors.txt", "good 1 0 0.5\nbad -1 0 0.5\nthe 0 1 0\n");
        var text = Printed(Small("sst") with { Epochs = 40, Data = scratch.FullName, Vectors = vectors });
        Assert.Contains("Words(6, 3, deviation: 0.02, given: 2)", text);
        Assert.Contains("4 words in training, 2 of them with a vector", text);
        Assert.EndsWith("test accuracy 100.00 %\n", text);
    }

    [Fact]
    public void The_page_of_a_training_shows_sentences_that_were_mistaken()
    {
        Printed(Small("page") with { Report = File("page.html") });
        var page = System.IO.File.ReadAllText(File("page.html"));
        var test = Reviews.Read(null).Match(r => r.Test, e => throw new InvalidOperationException($"{e}"));
        Assert.Contains(test, r => page.Contains(r.Text, StringComparison.Ordinal));
    }

    [Fact]
    public void Mistakes_are_told_in_a_sentence()
    {
        Assert.Equal(("sentiment.S5", "there is no network 'lstm'; take kim or small"), Mistake(Small("a") with { Model = "lstm" }));
        Assert.Equal("file.F2", Mistake(Small("a") with { Data = File("none") }).Rule);
        Assert.Equal("glove.G1", Mistake(Small("a") with { Vectors = Written("v.txt", "hello\n") }).Rule);
        Assert.Equal("sentiment.S6", Mistake(Small("a") with { Vectors = Written("v.txt", "zzzyx 1 2\n") }).Rule);
        Assert.Equal("sentiment.S3", Mistake(Small("a") with { Data = Broken() }).Rule);
        Assert.False(Directory.Exists(File("a")));
    }

    private string Broken()
    {
        Written("train.tsv", "sentence\tlabel\ngood\t1\n");
        Written("dev.tsv", "sentence\tlabel\ngood\tyes\n");
        return scratch.FullName;
    }
}
