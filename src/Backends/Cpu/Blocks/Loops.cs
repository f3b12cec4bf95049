using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MiniTorch.Backends.Cpu;

/// <summary>
/// Loops over a block: y from up to three operands. n is rounded up to whole vectors, so a buffer ends with room for one.
/// </summary>
internal static unsafe class Loops
{
    private const MethodImplOptions Fast = MethodImplOptions.AggressiveOptimization;

    /// <summary>y = f(a).</summary>
    [MethodImpl(Fast)]
    public static void Unary<T, F>(void* y, void* a, void* b, void* c, int n)
        where T : unmanaged
        where F : struct, IVector1<T>
    {
        T* to = (T*)y, x = (T*)a;
        for (var i = 0; i < n; i += Vector512<T>.Count) F.Apply(Vector512.Load(x + i)).Store(to + i);
    }

    /// <summary>y = f(a), a number at a time.</summary>
    [MethodImpl(Fast)]
    public static void Scalar<T, F>(void* y, void* a, void* b, void* c, int n)
        where T : unmanaged
        where F : struct, IScalar1<T>
    {
        T* to = (T*)y, x = (T*)a;
        for (var i = 0; i < n; i++) to[i] = F.Apply(x[i]);
    }

    /// <summary>y = f(a, b), a number at a time.</summary>
    [MethodImpl(Fast)]
    public static void ScalarPair<T, F>(void* y, void* a, void* b, void* c, int n)
        where T : unmanaged
        where F : struct, IScalar2<T>
    {
        T* to = (T*)y, x0 = (T*)a, x1 = (T*)b;
        for (var i = 0; i < n; i++) to[i] = F.Apply(x0[i], x1[i]);
    }

    /// <summary>y = f(a, b).</summary>
    [MethodImpl(Fast)]
    public static void Binary<T, F>(void* y, void* a, void* b, void* c, int n)
        where T : unmanaged
        where F : struct, IVector2<T>
    {
        T* to = (T*)y, x0 = (T*)a, x1 = (T*)b;
        for (var i = 0; i < n; i += Vector512<T>.Count)
            F.Apply(Vector512.Load(x0 + i), Vector512.Load(x1 + i)).Store(to + i);
    }

    /// <summary>y = f(a, b) as truth values, where f gives masks.</summary>
    [MethodImpl(Fast)]
    public static void Compare<T, F>(void* y, void* a, void* b, void* c, int n)
        where T : unmanaged
        where F : struct, IVector2<T>
    {
        T* x0 = (T*)a, x1 = (T*)b;
        var to = (byte*)y;
        for (var i = 0; i < n; i += Vector512<T>.Count)
            Lanes.Store(F.Apply(Vector512.Load(x0 + i), Vector512.Load(x1 + i)), to + i);
    }

    /// <summary>y = f(b, a) as truth values.</summary>
    public static void CompareSwapped<T, F>(void* y, void* a, void* b, void* c, int n)
        where T : unmanaged
        where F : struct, IVector2<T> => Compare<T, F>(y, b, a, c, n);

    /// <summary>y = b where the truth value a holds, else c.</summary>
    [MethodImpl(Fast)]
    public static void Select<T>(void* y, void* a, void* b, void* c, int n)
        where T : unmanaged
    {
        T* to = (T*)y, x0 = (T*)b, x1 = (T*)c;
        var condition = (byte*)a;
        for (var i = 0; i < n; i += Vector512<T>.Count)
        {
            var holds = Lanes.Load<T>(condition + i);
            Vector512.ConditionalSelect(holds, Vector512.Load(x0 + i), Vector512.Load(x1 + i)).Store(to + i);
        }
    }

    /// <summary>y = a.</summary>
    [MethodImpl(Fast)]
    public static void Copy<T>(void* y, void* a, void* b, void* c, int n)
        where T : unmanaged
    {
        T* to = (T*)y, x = (T*)a;
        for (var i = 0; i < n; i += Vector512<T>.Count) Vector512.Load(x + i).Store(to + i);
    }

    /// <summary>to[i] = value for i below n, and up to a vector more.</summary>
    [MethodImpl(Fast)]
    public static void Fill<T>(void* to, T value, int n)
        where T : unmanaged
    {
        var x = Vector512.Create(value);
        for (var i = 0; i < n; i += Vector512<T>.Count) x.Store((T*)to + i);
    }
}
