using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using MiniTorch.Backends.Cpu.Kernels;
using MiniTorch.Ir;

namespace MiniTorch.Backends.Cpu;

/// <summary>Folds of vectors and of memory, in an order that lengths alone decide.</summary>
internal static unsafe partial class Folding
{
    /// <summary>Bytes from what is folded to what is fetched: the third cache level answers that late.</summary>
    private const int Ahead = 1024;

    /// <summary>Folds n elements into four vectors; element i goes to lane i mod 4 vectors, the rest are neutral.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Into<T, F>(Vector512<T>* sums, T* x, int n)
        where T : unmanaged
        where F : struct, IFold<T>
    {
        Vector512<T> a = sums[0], b = sums[1], c = sums[2], d = sums[3];
        Into<T, F>(ref a, ref b, ref c, ref d, x, n);
        (sums[0], sums[1], sums[2], sums[3]) = (a, b, c, d);
    }

    /// <summary>Folds one row of n elements to one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static T Row<T, F>(T* x, int n)
        where T : unmanaged
        where F : struct, IFold<T>
    {
        if (n <= Vector512<T>.Count) return Across<T, F>(First<T, F>(x, n));
        Vector512<T> a = Vector512.Create(F.Identity), b = a, c = a, d = a;
        Into<T, F>(ref a, ref b, ref c, ref d, x, n);
        return Across<T, F>(F.Apply(F.Apply(a, b), F.Apply(c, d)));
    }

    /// <summary>Makes four vectors neutral.</summary>
    public static void Clear<T, F>(Vector512<T>* sums)
        where T : unmanaged
        where F : struct, IFold<T> => sums[0] = sums[1] = sums[2] = sums[3] = Vector512.Create(F.Identity);

    /// <summary>Folds four vectors to one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Joined<T, F>(Vector512<T>* sums)
        where T : unmanaged
        where F : struct, IFold<T> => F.Apply(F.Apply(sums[0], sums[1]), F.Apply(sums[2], sums[3]));

    /// <summary>Folds four vectors to one element.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static T Finish<T, F>(Vector512<T>* sums)
        where T : unmanaged
        where F : struct, IFold<T> => Across<T, F>(Joined<T, F>(sums));

    /// <summary>to[i] = f(to[i], x[i]), rounded up to whole vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Columns<T, F>(T* to, T* x, int n)
        where T : unmanaged
        where F : struct, IFold<T>
    {
        for (var i = 0; i < n; i += Vector512<T>.Count) F.Apply(Vector512.Load(to + i), Vector512.Load(x + i)).Store(to + i);
    }

    /// <summary>The same, no element beyond n.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Exactly<T, F>(T* to, T* x, int n)
        where T : unmanaged
        where F : struct, IFold<T>
    {
        var whole = n / Vector512<T>.Count * Vector512<T>.Count;
        Columns<T, F>(to, x, whole);
        for (var i = whole; i < n; i++) to[i] = F.Apply(to[i], x[i]);
    }

    /// <summary>Folds rows that lie one after the other, each to one element.</summary>
    public static void Rows<T, F>(T* x, int length, long rows, byte* to, ElementKind kind, long first)
        where T : unmanaged
        where F : struct, IFold<T>
    {
        var sums = stackalloc T[Vector512<T>.Count];
        var row = 0L;
        if (typeof(T) == typeof(float) && kind == ElementKind.F32 && length is > 1 and <= Turns.Few && Avx512F.IsSupported)
        {
            row = FewColumns<T, F>((float*)x, length, rows, (float*)to + first);
            x += row * length;
        }
        if (typeof(T) == typeof(float) && length <= Short)
            for (; row + 16 <= rows; row += 16, x += 16 * length)
            {
                Sixteen<T, F>(x, length).Store(sums);
                Store(to, kind, first + row, sums, 16);
            }
        for (; row < rows; row++, x += length) Store(to, kind, first + row, Row<T, F>(x, length));
    }

    /// <summary>Rows of up to so many floats fill one vector.</summary>
    private const int Short = 16;

    /// <summary>
    /// Sixteen rows of floats, a lane each, in the order in which <see cref="Across"/> folds lanes; what is neutral counts
    /// once, which makes a zero of a sum positive.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization), SkipLocalsInit]
    private static Vector512<T> Sixteen<T, F>(T* x, int length)
        where T : unmanaged
        where F : struct, IFold<T>
    {
        const int Half = Short / 2;
        var columns = stackalloc Vector512<T>[Short];
        Turns.Block((float*)x, length, (float*)columns, Short, length, Short);
        var neutral = Vector512.Create(F.Identity);
        for (var i = 0; i < length && i < Half; i++) columns[i] = F.Apply(columns[i], i + Half < length ? columns[i + Half] : neutral);
        for (int half = Half / 2, live = Math.Min(length, Half); half > 0; live = Math.Min(live, half), half /= 2)
            for (var i = 0; i + half < live; i++) columns[i] = F.Apply(columns[i], columns[i + half]);
        return columns[0];
    }

    /// <summary>Rows that go into columns at once.</summary>
    public const int Together = 8;

    /// <summary>The same of several rows, one after the other: a sum is fetched and put back once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ColumnsTogether<T, F>(T* to, T** rows, int n)
        where T : unmanaged
        where F : struct, IFold<T>
    {
        T* a = rows[0], b = rows[1], c = rows[2], d = rows[3], e = rows[4], f = rows[5], g = rows[6], h = rows[7];
        for (var i = 0; i < n; i += Vector512<T>.Count)
        {
            var sum = F.Apply(F.Apply(Vector512.Load(to + i), Vector512.Load(a + i)), Vector512.Load(b + i));
            sum = F.Apply(F.Apply(sum, Vector512.Load(c + i)), Vector512.Load(d + i));
            sum = F.Apply(F.Apply(sum, Vector512.Load(e + i)), Vector512.Load(f + i));
            F.Apply(F.Apply(sum, Vector512.Load(g + i)), Vector512.Load(h + i)).Store(to + i);
        }
    }

    /// <summary>Vectors of lanes that a row is folded into in turn, so that no sum waits for the one before it.</summary>
    public const int Chains = 4;

    /// <summary>Folds n floats into lanes; the loop of a body's instruction. Vector i goes to the first, which becomes the last.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void IntoLanes<F>(void* to, void* x, void* b, void* c, int n)
        where F : struct, IFold<float>
    {
        var lanes = (Vector512<float>*)to;
        var (first, second, third, fourth) = (lanes[0], lanes[1], lanes[2], lanes[3]);
        for (var i = 0; i < n; i += 16)
        {
            var v = Vector512.Load((float*)x + i);
            if (i + 16 > n) v = Kept<F>(v, n - i);
            (first, second, third, fourth) = (second, third, fourth, F.Apply(first, v));
        }
        (lanes[0], lanes[1], lanes[2], lanes[3]) = (first, second, third, fourth);
    }

    /// <summary>All lanes as one number, in every lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Finished<F>(Vector512<float> a, Vector512<float> b, Vector512<float> c, Vector512<float> d)
        where F : struct, IFold<float> => Vector512.Create(Across<float, F>(F.Apply(F.Apply(a, b), F.Apply(c, d))));

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float OfLanes<F>(float* lanes)
        where F : struct, IFold<float> => Finish<float, F>((Vector512<float>*)lanes);

    /// <summary>Stores a number of a row: a truth value as bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Tell<T>(Vector512<T> number, byte* to, bool truth)
        where T : unmanaged
    {
        if (truth) Lanes.Store(number, to);
        else number.Store((T*)to);
    }

    /// <summary>The first n lanes; the others are neutral.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Kept<F>(Vector512<float> x, int n)
        where F : struct, IFold<float> => Vector512.ConditionalSelect(Below(n).AsSingle(), x, Vector512.Create(F.Identity));

    /// <summary>The loop that folds floats into lanes by a reduction.</summary>
    public static nint LanesOf(Op op) => op switch
    {
        ReduceSum => At(&IntoLanes<AddF<float>>),
        ReduceMax => At(&IntoLanes<MaxF<float>>),
        ReduceMin => At(&IntoLanes<MinF<float>>),
        var _ => At(&IntoLanes<MulF<float>>),
    };

    /// <summary>The function of the lanes' address that folds them to one number.</summary>
    public static nint OfLanes(Op op) => op switch
    {
        ReduceSum => At(&OfLanes<AddF<float>>),
        ReduceMax => At(&OfLanes<MaxF<float>>),
        ReduceMin => At(&OfLanes<MinF<float>>),
        var _ => At(&OfLanes<MulF<float>>),
    };

    /// <summary><see cref="Kept{F}"/> for a reduction.</summary>
    public static MethodInfo Kept(Op op) => Method(nameof(Kept), op);

    /// <summary><see cref="Finished{F}"/> for a reduction.</summary>
    public static MethodInfo Finished(Op op) => Method(nameof(Finished), op);

    private static MethodInfo Method(string name, Op op) => typeof(Folding).GetMethods()
        .Single(m => m.Name == name && m.IsGenericMethod).MakeGenericMethod(FunctionOf(op));

    /// <summary>A reduction's function of two vectors.</summary>
    public static MethodInfo Applied(Op op) =>
        FunctionOf(op).GetMethod("Apply", [typeof(Vector512<float>), typeof(Vector512<float>)])!;

    /// <summary>What a reduction of nothing is.</summary>
    public static float Neutral(Op op) => op switch
    {
        ReduceSum => AddF<float>.Identity,
        ReduceMax => MaxF<float>.Identity,
        ReduceMin => MinF<float>.Identity,
        var _ => MulF<float>.Identity,
    };

    private static Type FunctionOf(Op op) => op switch
    {
        ReduceSum => typeof(AddF<float>),
        ReduceMax => typeof(MaxF<float>),
        ReduceMin => typeof(MinF<float>),
        var _ => typeof(MulF<float>),
    };

    private static nint At(delegate*<void*, void*, void*, void*, int, void> loop) => (nint)loop;

    private static nint At(delegate*<float*, float> fold) => (nint)fold;

    /// <summary>Stores n elements, each rounded to its type.</summary>
    public static void Store<T>(byte* to, ElementKind kind, long first, T* values, int n)
        where T : unmanaged
    {
        if (kind is ElementKind.F16 or ElementKind.BF16)
            for (var i = 0; i < n; i++) Store(to, kind, first + i, values[i]);
        else new ReadOnlySpan<T>(values, n).CopyTo(new Span<T>((T*)to + first, n));
    }

    /// <summary>Stores one element, rounded to its type.</summary>
    public static void Store<T>(byte* to, ElementKind kind, long i, T value)
        where T : unmanaged
    {
        if (kind == ElementKind.F16) ((Half*)to)[i] = (Half)Unsafe.BitCast<T, float>(value);
        else if (kind == ElementKind.BF16) ((ushort*)to)[i] = Elements.ToBFloat16(Unsafe.BitCast<T, float>(value));
        else ((T*)to)[i] = value;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> First<T, F>(T* x, int n)
        where T : unmanaged
        where F : struct, IFold<T>
    {
        var spare = Vector512.Create(F.Identity);
        if (sizeof(T) == 1) return Vector512.ConditionalSelect(Below<byte>((byte)n).As<byte, T>(), Vector512.Load(x), spare);
        if (sizeof(T) == 4) return Vector512.ConditionalSelect(Below(n).As<int, T>(), Vector512.Load(x), spare);
        return Vector512.ConditionalSelect(Below<long>(n).As<long, T>(), Vector512.Load(x), spare);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<I> Below<I>(I n) => Vector512.LessThan(Vector512<I>.Indices, Vector512.Create(n));

    /// <summary>Folds the lanes of a vector to one element: halves first.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Across<T, F>(Vector512<T> x)
        where T : unmanaged
        where F : struct, IFold<T>
    {
        if (typeof(T) == typeof(float))
        {
            var v = x.AsSingle();
            x = F.Apply(x, Vector512.Create(v.GetUpper(), v.GetLower()).As<float, T>());
            v = x.AsSingle();
            x = F.Apply(x, Vector512.Shuffle(v, Vector512.Create(4, 5, 6, 7, 0, 1, 2, 3, 4, 5, 6, 7, 0, 1, 2, 3)).As<float, T>());
            v = x.AsSingle();
            x = F.Apply(x, Vector512.Shuffle(v, Vector512.Create(2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1)).As<float, T>());
            return F.Apply(x[0], x[1]);
        }
        var lanes = (T*)&x;
        for (var half = Vector512<T>.Count / 2; half > 0; half /= 2)
            for (var i = 0; i < half; i++) lanes[i] = F.Apply(lanes[i], lanes[i + half]);
        return lanes[0];
    }
}
