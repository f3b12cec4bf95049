using LanguageExt;
using MiniTorch.Examples.Course;
using MiniTorch.Examples.Trainings;
using MiniTorch.Interop.Npy;
using MiniTorch.Ir;
using Xunit;

namespace MiniTorch.Examples.Tests;

/// <summary>Zachary's club, what a folder of a graph may hold, and sides found from two members.</summary>
public sealed class KarateTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("society").FullName;

    private static readonly Society Club = Ok(DataFolder.Of(null, "karate", "").Bind(SocietyFolder.Read));

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static T Ok<T>(Either<IrError, T> value) =>
        value.Match(v => v, e => throw new InvalidOperationException($"{e}"));

    private Either<IrError, Society> Read(string labels, string edges, string? train = null, Tensor? features = null)
    {
        File.WriteAllText(Path.Combine(folder, "labels.txt"), labels);
        File.WriteAllText(Path.Combine(folder, "edges.txt"), edges);
        if (train is not null) File.WriteAllText(Path.Combine(folder, "train.txt"), train);
        if (features is not null) Ok(NpyFile.Save(Path.Combine(folder, "features.npy"), features));
        return SocietyFolder.Read(folder);
    }

    private string Mistake(Either<IrError, Society> read) => read.Match(_ => "", e => $"{e}".Replace(folder, "FOLDER"));

    [Fact]
    public void The_club_is_Zacharys()
    {
        Assert.Equal((34, 78, 156), (Club.Names.Count, Club.Pairs.Count, Club.Edges.Count));
        Assert.Equal((16, 17, 12), (Club.Degree(0), Club.Degree(33), Club.Degree(32)));
        Assert.Equal([17, 17], Enumerable.Range(0, 2).Select(c => Club.Labels.Count(l => l == c)));
        Assert.Equal(["instructor", "administrator"], Club.Told.Map(i => Club.Classes[Club.Labels[i]]).AsEnumerable());
    }

    [Fact]
    public void Two_told_members_give_95_percent_of_the_sides_whatever_the_seed()
    {
        for (var seed = 1; seed <= 10; seed++)
        {
            var settings = new Settings(Seed: seed, Threads: 1, Out: folder);
            var outcome = Ok(Experiment.Run(KarateTraining.Offer, settings, new Printed(TextWriter.Null, null)));
            Assert.InRange(((Classified)outcome.Verdict).Accuracy, 0.95, 1);
        }
    }

    [Fact]
    public void A_folder_is_read_as_it_says()
    {
        var features = Tensor.Of([4, 2], 1, 2, 3, 4, 5, 6, 7, 8);
        var society = Ok(Read("# people\na x\nb y\n\nc z\r\nd x\n", "a b\nb  d\nd a\n", "d\nb\n", features));
        Assert.Equal(["a", "b", "c", "d"], society.Names.AsEnumerable());
        Assert.Equal(["x", "y", "z"], society.Classes.AsEnumerable());
        Assert.Equal([0, 1, 2, 0], society.Labels.AsEnumerable());
        Assert.Equal([3, 1], society.Told.AsEnumerable());
        Assert.Equal([0, 2], society.Asked.AsEnumerable());
        Assert.Equal([(0, 1), (1, 3), (3, 0)], society.Pairs.AsEnumerable());
        Assert.Equal(Tensor.Of([1, 4, 2], 1, 2, 3, 4, 5, 6, 7, 8), society.X);
        Assert.Equal([0, -1, 2, -1], society.Target(society.Asked).ToDoubles());
    }

    [Fact]
    public void Without_more_files_the_first_of_each_class_is_told_and_a_node_is_its_own_feature()
    {
        var society = Ok(Read("a x\nb x\nc y\n", "a b\n"));
        Assert.Equal([0, 2], society.Told.AsEnumerable());
        Assert.Equal(Tensor.Of([1, 3, 3], 1, 0, 0, 0, 1, 0, 0, 0, 1), society.X);
    }

    [Fact]
    public void A_graph_of_a_folder_is_learned()
    {
        // two rings of eight, joined at one place
        string Lines(int count, Func<int, string> line) => string.Concat(Enumerable.Range(0, count).Select(line));
        string Ring(char c) => Lines(8, i => $"{c}{i} {c}{(i + 1) % 8}\n{c}{i} {c}{(i + 2) % 8}\n");
        var labels = Lines(16, i => $"{"pq"[i / 8]}{i % 8} {(i < 8 ? "left" : "right")}\n");
        Ok(Read(labels, $"{Ring('p')}{Ring('q')}p0 q0\n"));
        var out1 = Directory.CreateTempSubdirectory("out").FullName;
        var outcome = Ok(Experiment.Run(
            KarateTraining.Offer, new Settings(Data: folder, Threads: 1, Out: out1), new Printed(TextWriter.Null, null)));
        Assert.Equal("test accuracy 100.00 %", outcome.Verdict.Line);
        Assert.Equal("16 of 16 nodes right, those told counted", outcome.Words[1]);
        Directory.Delete(out1, recursive: true);
    }

    [Fact]
    public void A_line_of_other_than_its_words_is_an_error()
    {
        Assert.Equal("society.S1: line 2 of FOLDER/labels.txt has 3 words; give 2: a node and its class",
            Mistake(Read("a x\nb y z\n", "a b\n")));
        Assert.Equal("society.S1: line 1 of FOLDER/edges.txt has 1 words; give 2: two nodes that are joined",
            Mistake(Read("a x\nb y\n", "a\n")));
    }

    [Fact]
    public void A_node_labelled_twice_is_an_error() => Assert.Equal(
        "society.S2: line 3 of FOLDER/labels.txt labels node a again; give each node one line",
        Mistake(Read("a x\nb y\na x\n", "a b\n")));

    [Fact]
    public void A_node_without_a_label_is_an_error()
    {
        const string Way = "which labels.txt lacks; add it there or leave the line out";
        Assert.Equal($"society.S3: line 2 of FOLDER/edges.txt names node c, {Way}", Mistake(Read("a x\nb y\n", "a b\nb c\n")));
        Assert.Equal($"society.S3: line 1 of FOLDER/train.txt names node d, {Way}",
            Mistake(Read("a x\nb y\n", "a b\n", "d\n")));
    }

    [Fact]
    public void One_class_is_an_error() => Assert.Equal(
        "society.S4: FOLDER/labels.txt has 1 classes; give nodes of two or more", Mistake(Read("a x\nb x\n", "a b\n")));

    [Fact]
    public void Features_of_other_nodes_are_an_error() => Assert.Equal(
        "society.S5: FOLDER/features.npy is f32[3,1]; give a row of numbers for each of the 2 nodes",
        Mistake(Read("a x\nb y\n", "a b\n", features: Tensor.Of([3, 1], 1, 2, 3))));

    [Fact]
    public void A_missing_file_is_an_error() => Assert.Equal("file.F2: there is no file FOLDER/labels.txt",
        Mistake(SocietyFolder.Read(folder)));
}
