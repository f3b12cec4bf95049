using LanguageExt;
using MiniTorch.Examples.Trainings;
using MiniTorch.Frontend;
using MiniTorch.Ir;

namespace MiniTorch.Examples.Course;

/// <summary>Points of a square told apart: the network of <see cref="PointModels"/> on a <see cref="PointSet"/>.</summary>
public static class PointsTraining
{
    private const int Rows = 20, Columns = 40, Fine = 80, Shown = 300;

    /// <summary>The training.</summary>
    public static readonly Offer Offer = new("points",
        $"points of a square: --data {string.Join(", ", PointSet.All)}", settings =>
            from _ in settings.Without("points", "--model", "--vectors")
            from set in PointSet.Named(settings.Data ?? "spiral")
            let points = Enumerable.Range(0, 2).Select(part => set.Draw(PointModels.Count, settings.Seed, part)).ToArray()
            select Of(set, points[0], points[1]));

    private static Study Of(PointSet set, Labelled[] training, Labelled[] test) => new()
    {
        Name = "points",
        About = $"Points of a square, the set {set}: label 1 where {set.Rule}.",
        Things = "points",
        Model = PointModels.Of(set),
        Loss = Loss.BinaryCrossEntropy,
        Training = PointModels.Examples(training),
        Test = PointModels.Examples(test),
        X = PointModels.Points,
        Batch = PointModels.Batch,
        Epochs = set.Epochs,
        Rate = set.Rate,
        Judge = y => Verdict.Binary(y, [.. test.Select(p => p.Label)], ["label 0", "label 1"]),
        Picture = (report, parameters) => report with
        {
            Regions = Boundary.Regions(Over(set, parameters, Fine, Fine), Fine, Fine, test.Take(Shown)),
        },
        Words = (parameters, _) =>
            [Boundary.Draw(Over(set, parameters, Rows, Columns), Rows, Columns, test.Take(Shown / 4)), ""],
    };

    private static Tensor Over(PointSet set, Seq<(string, Tensor)> parameters, int rows, int columns) =>
        new Learned(PointModels.Training(set, PointModels.Batch, seed: 1), parameters).Outputs(Boundary.Grid(rows, columns));
}
