using LanguageExt;
using MiniTorch.Examples.Trainings;
using MiniTorch.Frontend;
using MiniTorch.Interop.Idx;
using MiniTorch.Ir;
using static LanguageExt.Prelude;

namespace MiniTorch.Examples.Mnist;

/// <summary>The digits: the 10,000 + 10,000 of this repository, or the full files of a folder.</summary>
public sealed record Digits(GreyImages Training, GreyImages Test)
{
    /// <summary>Mean and standard deviation of the training pixels, which the images are scaled by.</summary>
    private const float Mean = 0.1307f, Deviation = 0.3081f;

    /// <summary>Reads them; the folder's files may be gzipped.</summary>
    public static Either<IrError, Digits> Read(string? folder) =>
        from place in DataFolder.Of(folder, "mnist", "the four IDX files")
        from training in Images(place, "train")
        from test in Images(place, "t10k")
        select new Digits(training, test);

    private static Either<IrError, GreyImages> Images(string folder, string part) =>
        from images in File(folder, part, "images", 3)
        from labels in File(folder, part, "labels", 1)
        from _ in images.Shape[0] == labels.Shape[0] && images.Shape[0] > 0 && images.Shape[1] == 28 && images.Shape[2] == 28
            ? Right<IrError, Unit>(unit)
            : Left<IrError, Unit>(new("mnist.M3",
                $"{folder} has {images.Shape[0]} images of {images.Shape[1]}×{images.Shape[2]} "
                + $"and {labels.Shape[0]} labels; give 28×28 images with a label each"))
        from __ in labels.Data.All(l => l < 10) ? Right<IrError, Unit>(unit)
            : Left<IrError, Unit>(new("mnist.M4", $"{folder} has a label above 9; give labels 0 to 9"))
        select new GreyImages(images.Data, labels.Data, Mean, Deviation);

    /// <summary>The whole file, or the first 10,000 of it as they lie in this repository; gzipped or not.</summary>
    private static Either<IrError, IdxArray> File(string folder, string part, string what, int rank)
    {
        var file = $"{part}-{what}-idx{rank}-ubyte";
        string[] names = [file, $"{file}.gz", $"{part}-{what}-10000-idx{rank}-ubyte.gz"];
        var path = names.Select(f => Path.Combine(folder, f)).FirstOrDefault(System.IO.File.Exists);
        if (path is null)
            return new IrError("mnist.M2", $"{folder} has no {file} or {file}.gz; give the folder of the four IDX files");
        return IdxFile.Read(path).MapLeft(e => new IrError(e.Rule, e.Message))
            .Bind(a => a.Shape.Count == rank ? Right<IrError, IdxArray>(a)
                : Left<IrError, IdxArray>(new("mnist.M3", $"{path} has {a.Shape.Count} axes; {what} take {rank}")));
    }
}
