namespace MiniTorch.Examples.Course;

/// <summary>The course.</summary>
public static class Course
{
    /// <summary>Every part, in the order of the lectures.</summary>
    public static IReadOnlyList<Lecture> All { get; } =
    [
        // before convolutions
        Operators.Lecture,
        GradCheck.Lecture,
        Module.Lecture,
        Points.Lecture,
        GradientFlow.Lecture,

        // convolution
        SlidingWindow.Lecture,
        Conv1d.Lecture,
        Conv2d.Lecture,
        CrossCorrelation.Lecture,

        // sizes and parameters
        Sizes.Lecture,
        Parameters.Lecture,

        // what a convolution sees
        ReceptiveField.Lecture,
        Equivariance.Lecture,

        // pooling
        LocalPooling.Lecture,
        MaxAndTies.Lecture,
        ActivationFunctions.Lecture,

        // other convolutions, sequences
        Conv3d.Lecture,
        Video.Lecture,
        GraphConvolution.Lecture,
        TemporalCnn.Lecture,
        Embedding.Lecture,
        Sentiment.Lecture,
    ];

    /// <summary>The part of this name, null if there is none.</summary>
    public static Lecture? Named(string name) => All.FirstOrDefault(l => l.Name == name);
}
