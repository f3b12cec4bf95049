using LanguageExt;
using MiniTorch.Ir;

namespace MiniTorch.Interop;

/// <summary>Many results as one.</summary>
internal static class Each
{
    /// <summary>All values, or the first broken rule; nothing after it is looked at.</summary>
    public static Either<IrError, List<B>> Of<A, B>(IEnumerable<A> items, Func<A, Either<IrError, B>> read)
    {
        var values = new List<B>();
        foreach (var item in items)
        {
            IrError? broken = null;
            read(item).Match(Right: values.Add, Left: e => broken = e);
            if (broken is not null) return broken;
        }
        return values;
    }
}
