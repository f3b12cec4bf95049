using MiniTorch.Backends.Cpu.Kernels;
using MiniTorch.Passes.Planning;

namespace MiniTorch.Backends.Cpu;

/// <summary>A batch of products of a matrix and a vector, and their epilogue; a unit is some neighbouring results of one item.</summary>
internal sealed unsafe class MatrixVectorStep : Parted
{
    private readonly GemmSpec spec;
    private readonly float* vectors, matrices, to;
    private readonly int together;
    private readonly Epilogue? after;
    private readonly long groups, units;

    /// <summary>The most groups that the kernel gets at a time.</summary>
    private long Most => RowSums.Most / together;

    public MatrixVectorStep(GemmSpec spec, nint vectors, nint matrices, nint to, Epilogue? after)
    {
        (this.spec, this.after) = (spec, after);
        together = RowDots.Fits(spec) ? RowDots.Together : RowSums.Together;
        this.vectors = (float*)vectors;
        this.matrices = (float*)matrices;
        this.to = (float*)to;
        groups = (spec.N + together - 1) / together;
        units = spec.Batch * groups;
        Parts = PartsFor((long)spec.Batch * spec.N * spec.K, units);
    }

    /// <summary>One thread goes through whole rows, as they lie.</summary>
    public override void Run(Workers workers)
    {
        if (workers.Threads == 1) Compute(0, units);
        else base.Run(workers);
    }

    protected override void Part(int part)
    {
        var (from, until) = Share(units, part);
        Compute(from, until);
    }

    private void Compute(long from, long until)
    {
        while (from < until)
        {
            var (item, group) = Math.DivRem(from, groups);
            var last = Math.Min(groups, Math.Min(group + until - from, group + Most));
            Results(item, (int)group * together, (int)Math.Min(spec.N, last * together));
            from += last - group;
        }
    }

    private void Results(long item, int from, int until)
    {
        var first = (item * spec.CBatch) + from;
        float* x = vectors + (item * spec.ABatch), w = matrices + (item * spec.BBatch) + (from * spec.BCol);
        if (RowDots.Fits(spec)) RowDots.Run(w, spec.BCol, x, to + first, until - from, spec.K);
        else RowSums.Run(x, spec.ACol, w, spec.BRow, to + first, until - from, spec.K);
        after?.Done(first, until - from);
    }

    /// <summary>Whether a product is one.</summary>
    public static bool Fits(in GemmSpec spec) => RowDots.Fits(spec) || RowSums.Fits(spec);

    /// <summary>The algorithm, and seconds on one thread.</summary>
    public static Estimate Estimate(in GemmSpec spec)
    {
        var elements = (double)spec.Batch * spec.K * spec.N;
        return new(RowDots.Fits(spec) ? "row-dots" : "row-sums",
            Rates.Region + Math.Max(Rates.Computing(2 * elements, 0.4), Rates.Moving(4 * elements, 4 * elements)));
    }
}
