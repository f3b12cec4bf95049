namespace MiniTorch.Tests;

/// <summary>One instruction of a thread of a small machine with memory words, semaphores, and one register a thread.</summary>
internal abstract record Code
{
    /// <summary>Memory takes the value later: the store waits in the thread's buffer.</summary>
    internal sealed record Store(int Word, int Value) : Code;

    /// <summary>The register takes the newest value in the thread's own buffer, or memory's.</summary>
    internal sealed record Load(int Word) : Code;

    /// <summary>Atomic; waits until the own buffer is empty; the register takes the old value.</summary>
    internal sealed record Exchange(int Word, int Value) : Code;

    /// <summary>Atomic; waits until the own buffer is empty; the register takes the old value.</summary>
    internal sealed record Swap(int Word, int From, int To) : Code;

    /// <summary>Adds a number, atomically.</summary>
    internal sealed record Add(int Word, int Value) : Code;

    /// <summary>Waits until the own buffer is empty.</summary>
    internal sealed record Fence : Code;

    /// <summary>Takes one of a semaphore, or waits for one.</summary>
    internal sealed record Wait(int Semaphore) : Code;

    /// <summary>Gives one to a semaphore; as a system call it empties the buffer first.</summary>
    internal sealed record Release(int Semaphore) : Code;

    /// <summary>Goes to a place if the register has one of the values.</summary>
    internal sealed record If(string To, params int[] Values) : Code;

    /// <summary>Goes to a place.</summary>
    internal sealed record Go(string To) : Code;

    /// <summary>Goes on, or goes to a place: both are possible.</summary>
    internal sealed record Either(string To) : Code;

    /// <summary>Must find a word at a value, else the run is wrong.</summary>
    internal sealed record Must(int Word, int Value) : Code;

    /// <summary>A place.</summary>
    internal sealed record At(string Name) : Code;
}

/// <summary>Explores every interleaving of a few threads under total store order (x86): stores wait in buffers, in order.</summary>
/// <remarks>Source: Sewell, Sarkar, Owens, Zappa Nardelli and Myreen, x86-TSO, 2010.</remarks>
internal sealed class StoreBuffers(int words, params Code[][] threads)
{
    private const int Most = 2_000_000;

    /// <summary>
    /// What can go wrong: "stuck: …", a state from which the threads that must end cannot end any more, whatever the others
    /// do; "wrong: …" where a Must fails; null if nothing.
    /// </summary>
    internal (string? Fault, int States) Explore(params int[] mustEnd)
    {
        var (places, memory) = (new int[threads.Length], new int[words]);
        var begin = new State(places, [.. places], memory, [.. threads.Select(_ => Array.Empty<int>())]);
        var start = Enumerable.Range(0, threads.Length).Aggregate(begin, Settle);
        var numbers = new Dictionary<string, int> { [start.Key] = 0 };
        var (states, before, ended) = (new List<State> { start }, new List<List<int>> { new() }, new Stack<int>());
        for (var i = 0; i < states.Count; i++)
        {
            if (i > Most) throw new InvalidOperationException("the model is too large");
            if (mustEnd.All(t => states[i].Places[t] == threads[t].Length)) ended.Push(i);
            foreach (var next in Enumerable.Range(0, threads.Length).SelectMany(t => Steps(states[i], t).Select(s => Settle(s, t))))
            {
                if (next.Fault is not null) return (next.Fault, states.Count);
                if (numbers.TryAdd(next.Key, states.Count))
                {
                    states.Add(next);
                    before.Add([]);
                }
                before[numbers[next.Key]].Add(i);
            }
        }
        var hopeless = Enumerable.Range(0, states.Count).Except(Before(ended, before)).ToList();
        return (hopeless.Count == 0 ? null : $"stuck: {states[hopeless[0]].Key}", states.Count);
    }

    private static HashSet<int> Before(Stack<int> open, List<List<int>> before)
    {
        var seen = new HashSet<int>(open);
        while (open.TryPop(out var i)) foreach (var b in before[i]) if (seen.Add(b)) open.Push(b);
        return seen;
    }

    private IEnumerable<State> Steps(State s, int t)
    {
        if (s.Buffers[t] is [var word, var value, ..]) yield return s.Write(word, value) with { Buffers = s.Buffer(t, s.Buffers[t][2..]) };
        if (s.Places[t] == threads[t].Length) yield break;
        var empty = s.Buffers[t].Length == 0;
        var on = s.To(t, s.Places[t] + 1);
        switch (threads[t][s.Places[t]])
        {
            case Code.Store x: yield return on with { Buffers = s.Buffer(t, [.. s.Buffers[t], x.Word, x.Value]) }; break;
            case Code.Load x: yield return on.Register(t, s.Read(t, x.Word)); break;
            case Code.Exchange x when empty: yield return on.Register(t, s.Memory[x.Word]).Write(x.Word, x.Value); break;
            case Code.Swap x when empty:
                yield return on.Register(t, s.Memory[x.Word]).Write(x.Word, s.Memory[x.Word] == x.From ? x.To : s.Memory[x.Word]);
                break;
            case Code.Add x when empty: yield return on.Write(x.Word, s.Memory[x.Word] + x.Value); break;
            case Code.Fence when empty: yield return on; break;
            case Code.Wait x when empty && s.Memory[x.Semaphore] > 0: yield return on.Write(x.Semaphore, s.Memory[x.Semaphore] - 1); break;
            case Code.Release x when empty: yield return on.Write(x.Semaphore, s.Memory[x.Semaphore] + 1); break;
            case Code.Either x: yield return on; yield return s.To(t, Place(t, x.To)); break;
            case Code.Must x:
                yield return s.Read(t, x.Word) == x.Value ? on : on with { Fault = $"wrong: word {x.Word} is not {x.Value}" };
                break;
            default: break;
        }
    }

    /// <summary>What a thread does by itself comes at once: nobody can see in between.</summary>
    private State Settle(State s, int t)
    {
        while (s.Places[t] < threads[t].Length)
        {
            if (threads[t][s.Places[t]] is Code.Go go) s = s.To(t, Place(t, go.To));
            else if (threads[t][s.Places[t]] is Code.If jump)
                s = s.To(t, jump.Values.Contains(s.Registers[t]) ? Place(t, jump.To) : s.Places[t] + 1);
            else if (threads[t][s.Places[t]] is Code.At) s = s.To(t, s.Places[t] + 1);
            else break;
        }
        return s;
    }

    private int Place(int t, string name) => Array.FindIndex(threads[t], c => c is Code.At at && at.Name == name);

    private sealed record State(int[] Places, int[] Registers, int[] Memory, int[][] Buffers, string? Fault = null)
    {
        public string Key => string.Join('|', new[] { Places, Registers, Memory }.Concat(Buffers).Select(a => string.Join(',', a)));

        public State To(int t, int place) => this with { Places = With(Places, t, place) };

        public State Register(int t, int value) => this with { Registers = With(Registers, t, value) };

        public State Write(int word, int value) => this with { Memory = With(Memory, word, value) };

        public int[][] Buffer(int t, int[] buffer) => With(Buffers, t, buffer);

        /// <summary>The newest own store that still waits, or memory.</summary>
        public int Read(int t, int word)
        {
            var buffer = Buffers[t];
            for (var i = buffer.Length - 2; i >= 0; i -= 2) if (buffer[i] == word) return buffer[i + 1];
            return Memory[word];
        }

        private static T[] With<T>(T[] all, int i, T value)
        {
            var copy = (T[])all.Clone();
            copy[i] = value;
            return copy;
        }
    }
}
