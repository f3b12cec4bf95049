using MiniTorch.Backends.Cpu.Kernels;

namespace MiniTorch.Backends.Cpu;

/// <summary>A batch of products of a matrix and a vector, and their epilogue; a unit is some neighbouring rows of one item.</summary>
internal sealed unsafe class RowDotsStep : Parted
{
    private readonly GemmSpec spec;
    private readonly float* vectors, rows, to;
    private readonly Epilogue? after;
    private readonly long groups, units;

    public RowDotsStep(GemmSpec spec, nint vectors, nint rows, nint to, Epilogue? after)
    {
        (this.spec, this.after) = (spec, after);
        this.vectors = (float*)vectors;
        this.rows = (float*)rows;
        this.to = (float*)to;
        groups = (spec.N + RowDots.Together - 1) / RowDots.Together;
        units = spec.Batch * groups;
        Parts = PartsFor((long)spec.Batch * spec.N * spec.K, units);
    }

    protected override void Part(int part)
    {
        var (from, until) = Share(units, part);
        while (from < until)
        {
            var (item, group) = Math.DivRem(from, groups);
            var last = Math.Min(groups, group + until - from);
            Rows(item, (int)group * RowDots.Together, (int)Math.Min(spec.N, last * RowDots.Together));
            from += last - group;
        }
    }

    private void Rows(long item, int from, int until)
    {
        var first = (item * spec.CBatch) + from;
        var x = vectors + (item * spec.ABatch);
        RowDots.Run(rows + (item * spec.BBatch) + (from * spec.BCol), spec.BCol, x, to + first, until - from, spec.K);
        after?.Done(first, until - from);
    }
}
