using Xunit;

namespace MiniTorch.Tests;

/// <summary>The protocol of the pool's threads, every interleaving of it, store buffers and all.</summary>
/// <remarks>
/// One who forks and joins jobs, and threads with a slot each. Word 0 is the joiner's semaphore; of thread t,
/// word 4t+1 is its slot, 4t+2 its semaphore, 4t+3 the job it reads, 4t+4 how often shares of it ran.
/// </remarks>
public sealed class PoolModelTests
{
    private const int Idle = 0, Ready = 1, Taken = 2, Awaited = 3, Parked = 4;

    private static int Slot(int t) => (4 * t) + 1;

    private static int Wake(int t) => (4 * t) + 2;

    private static int Task(int t) => (4 * t) + 3;

    private static int Ran(int t) => (4 * t) + 4;

    [Theory, InlineData(1, 3, true), InlineData(1, 3, false), InlineData(2, 2, true), InlineData(2, 2, false)]
    public void No_wake_up_is_lost_every_share_runs_once_and_a_join_waits_for_all(int threads, int jobs, bool takesBack)
    {
        var (fault, states) = Explore(threads, new(jobs, TakesBack: takesBack));
        Assert.Null(fault);
        Assert.True(states > 200, $"{states} states");
    }

    [Fact]
    public void A_joiner_that_takes_parked_for_running_waits_for_ever() =>
        Assert.StartsWith("stuck", Explore(1, new(3, WaitsForIdle: true)).Fault);

    [Fact]
    public void A_fork_that_looks_and_then_stores_loses_a_wake_up() =>
        Assert.StartsWith("stuck", Explore(1, new(3, TakesBack: false, Exchanges: false)).Fault);

    [Fact]
    public void Two_words_lose_a_wake_up_without_a_fence_between_store_and_load()
    {
        Assert.StartsWith("stuck", TwoWords(fenced: false).Fault);
        Assert.Null(TwoWords(fenced: true).Fault);
    }

    /// <summary>What may be done otherwise than the pool does it.</summary>
    private sealed record Way(int Jobs, bool TakesBack = true, bool WaitsForIdle = false, bool Exchanges = true);

    private static (string? Fault, int States) Explore(int threads, Way way)
    {
        var team = Enumerable.Range(0, threads).ToArray();
        Code[][] bodies = [Forker(team, way), .. team.Select(t => Worker(t, way.Jobs))];
        return new StoreBuffers((4 * threads) + 1, bodies).Explore(0);
    }

    private static Code[] Forker(int[] team, Way way) => [.. Enumerable.Range(1, way.Jobs).SelectMany(job => (Code[])
    [
        .. team.SelectMany(t => Fork(t, job, way.Exchanges)), .. way.TakesBack ? team.SelectMany(t => TakeBack(t, job)) : [],
        .. team.SelectMany(t => Join(t, job, way)), .. team.Select(t => new Code.Must(Ran(t), job)),
    ])];

    private static Code[] Fork(int t, int job, bool exchanges) =>
    [
        new Code.Store(Task(t), job),
        .. exchanges ? [new Code.Exchange(Slot(t), Ready)] : new Code[] { new Code.Load(Slot(t)), new Code.Store(Slot(t), Ready) },
        new Code.If($"wake {t} {job}", Parked), new Code.Go($"forked {t} {job}"),
        new Code.At($"wake {t} {job}"), new Code.Release(Wake(t)),
        new Code.At($"forked {t} {job}"),
    ];

    private static Code[] TakeBack(int t, int job) =>
    [
        new Code.Swap(Slot(t), Ready, Idle), new Code.If($"own {t} {job}", Ready), new Code.Go($"others {t} {job}"),
        new Code.At($"own {t} {job}"), new Code.Add(Ran(t), 1),
        new Code.At($"others {t} {job}"),
    ];

    private static Code[] Join(int t, int job, Way way) =>
    [
        new Code.At($"look {t} {job}"), new Code.Load(Slot(t)),
        new Code.If($"joined {t} {job}", way.WaitsForIdle ? [Idle] : way.TakesBack ? [Idle, Ready, Parked] : [Idle, Parked]),
        new Code.Either($"look {t} {job}"),
        new Code.Swap(Slot(t), Taken, Awaited), new Code.If($"wait {t} {job}", Taken), new Code.Go($"look {t} {job}"),
        new Code.At($"wait {t} {job}"), new Code.Wait(0), new Code.Go($"look {t} {job}"),
        new Code.At($"joined {t} {job}"),
    ];

    // One body a job, as the machine knows no arithmetic; each must find that the jobs before have run, and no other.
    private static Code[] Worker(int t, int jobs) =>
    [
        new Code.At("look"), new Code.Load(Slot(t)), new Code.If("take", Ready),
        new Code.Either("look"),
        new Code.Swap(Slot(t), Idle, Parked), new Code.If("park", Idle), new Code.Go("look"),
        new Code.At("park"), new Code.Wait(Wake(t)), new Code.Go("look"),
        new Code.At("take"), new Code.Swap(Slot(t), Ready, Taken), new Code.If("run", Ready), new Code.Go("look"),
        new Code.At("run"), new Code.Load(Task(t)), .. Enumerable.Range(1, jobs).Select(job => new Code.If($"job {job}", job)),
        new Code.Must(Task(t), -1),
        .. Enumerable.Range(1, jobs).SelectMany(job => new Code[]
            { new Code.At($"job {job}"), new Code.Must(Ran(t), job - 1), new Code.Store(Ran(t), job), new Code.Go("done") }),
        new Code.At("done"), new Code.Exchange(Slot(t), Idle), new Code.If("tell", Awaited), new Code.Go("look"),
        new Code.At("tell"), new Code.Release(0), new Code.Go("look"),
    ];

    // Publisher: epoch = job, then wakes whoever is marked as parked. Worker: marks itself as parked, then looks at the epoch.
    private static (string? Fault, int States) TwoWords(bool fenced)
    {
        const int epoch = 0, parked = 1, wake = 2, done = 3;
        Code[] barrier = fenced ? [new Code.Fence()] : [];
        Code[] publisher = [.. Enumerable.Range(1, 2).SelectMany(job => (Code[])
        [
            new Code.Store(epoch, job), .. barrier, new Code.Load(parked), new Code.If($"wake {job}", 1), new Code.Go($"join {job}"),
            new Code.At($"wake {job}"), new Code.Store(parked, 0), new Code.Release(wake),
            new Code.At($"join {job}"), new Code.Load(done), new Code.If($"next {job}", job), new Code.Go($"join {job}"),
            new Code.At($"next {job}"),
        ])];
        Code[] worker = [.. Enumerable.Range(1, 2).SelectMany(job => (Code[])
        [
            new Code.At($"look {job}"), new Code.Load(epoch), new Code.If($"run {job}", job), new Code.Either($"look {job}"),
            new Code.Store(parked, 1), .. barrier, new Code.Load(epoch), new Code.If($"unpark {job}", job),
            new Code.Wait(wake), new Code.Go($"look {job}"),
            new Code.At($"unpark {job}"), new Code.Swap(parked, 1, 0), new Code.If($"run {job}", 1), new Code.Wait(wake),
            new Code.At($"run {job}"), new Code.Store(done, job),
        ])];
        return new StoreBuffers(4, publisher, worker).Explore(0, 1);
    }
}
