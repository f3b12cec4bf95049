using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using MiniTorch.Ir;

namespace MiniTorch.Benchmarks.Comparing;

/// <summary>Where the peers are found.</summary>
/// <param name="Peers">The folder of their programs.</param>
/// <param name="Python">A Python with torch and numpy.</param>
/// <param name="Node">A folder with node_modules/onnxruntime-node.</param>
internal sealed record Places(string Peers, string Python, string Node);

/// <summary>The peers on one number of threads: PyTorch once for each kind of BLAS kernels, and ONNX Runtime.</summary>
internal sealed class Team : IDisposable
{
    /// <summary>The file that PyTorch writes of a work which ONNX Runtime is asked for.</summary>
    internal const string Model = "model.onnx";

    private readonly ImmutableArray<PeerProcess> torches;
    private readonly PeerProcess? onnx;

    private Team(int threads, ImmutableArray<PeerProcess> torches, PeerProcess? onnx) =>
        (Threads, this.torches, this.onnx) = (threads, torches, onnx);

    /// <summary>Threads of each peer.</summary>
    internal int Threads { get; }

    /// <summary>What they are.</summary>
    internal IEnumerable<string> Versions => torches.Take(1).Append(onnx).OfType<PeerProcess>().Select(p => p.Versions);

    /// <summary>What their threads have had of the processors.</summary>
    internal TimeSpan Used => torches.Append(onnx).OfType<PeerProcess>().Aggregate(TimeSpan.Zero, (sum, p) => sum + p.Used);

    /// <summary>Starts those that are there.</summary>
    internal static Team Start(Places places, int threads)
    {
        var kinds = new[] { ("SkylakeX", threads), ("Haswell", threads), ("SkylakeX", 1) }.Distinct();
        return new(threads, [.. Torches(places, threads, kinds)], PeerProcess.TryStart("", "node",
            [Path.Combine(places.Peers, "onnxruntime_peer.js"), $"{threads}", places.Node],
            "there is no ONNX Runtime: npm install onnxruntime-node, and name its folder with --node"));
    }

    private static IEnumerable<PeerProcess> Torches(Places places, int threads, IEnumerable<(string Core, int Blas)> kinds)
    {
        foreach (var (core, blas) in kinds)
        {
            var label = blas == threads ? core : $"{core}, BLAS on 1 thread";
            var peer = PeerProcess.TryStart(label, places.Python, [Path.Combine(places.Peers, "torch_peer.py")],
                $"{places.Python} has no torch or no numpy: apt-get install python3-torch python3-numpy, or name another with --python",
                ("THREADS", $"{threads}"), ("OPENBLAS_CORETYPE", core), ("OPENBLAS_NUM_THREADS", $"{blas}"));
            if (peer is null) yield break;
            yield return peer;
        }
    }

    /// <summary>PyTorch's results of a work, and its configurations from the fastest on, each within a fifth of that.</summary>
    internal (ImmutableArray<float[]> Results, ImmutableArray<Rival> Rivals)? Load(Work work, string folder, JsonArray inputs)
    {
        if (torches.IsEmpty) return null;
        object Ask(bool compare) => new { @do = "load", kind = work.Peer.Kind, with = work.Peer.With, inputs, folder, compare };
        var loaded = torches[0].Ask(Ask(true));
        var blas = loaded["variants"]!.AsObject().Where(v => (bool)v.Value!).Select(v => v.Key).ToHashSet();
        ImmutableArray<float[]> results = [.. loaded["results"]!.AsArray().Select(file => Floats((string)file!))];
        var rivals = new List<Rival>(Looked(torches[0], false, blas));
        foreach (var other in blas.Count > 0 ? torches.Skip(1) : [])
        {
            other.Ask(Ask(false));
            rivals.AddRange(Looked(other, true, blas));
        }
        if (work.Peer.Onnx) torches[0].Ask(new { @do = "export", file = Path.Combine(folder, Model) });
        rivals.Sort((a, b) => a.Glance.CompareTo(b.Glance));
        return (results, [.. rivals.Where(r => r.Glance <= rivals[0].Glance * 1.2).Take(2)]);
    }

    /// <summary>ONNX Runtime with the work as the model that PyTorch wrote, and its result; none where a work is not asked of it.</summary>
    internal (float[] Result, Rival Rival)? LoadOnnx(Work work, string folder, JsonArray inputs)
    {
        if (!work.Peer.Onnx || onnx is null || torches.IsEmpty) return null;
        var result = Path.Combine(folder, "onnx.bin");
        onnx.Ask(new { @do = "load", model = Path.Combine(folder, Model), input = inputs[0], result });
        return (Floats(result), new(onnx, "", "ONNX Runtime", 0));
    }

    /// <summary>Forgets the work.</summary>
    internal void Drop()
    {
        foreach (var peer in torches.Append(onnx).OfType<PeerProcess>()) peer.Ask(new { @do = "drop" });
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var peer in torches.Append(onnx).OfType<PeerProcess>()) peer.Dispose();
    }

    private static IEnumerable<Rival> Looked(PeerProcess peer, bool blas, IReadOnlySet<string> named) =>
        peer.Ask(new { @do = "try", blas })["times"]!.AsObject().Select(v =>
            new Rival(peer, v.Key, named.Contains(v.Key) ? $"{v.Key}, {peer.Label}" : v.Key, (double)v.Value!));

    private static float[] Floats(string file) => MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(file)).ToArray();
}

/// <summary>A configuration of a peer that is worth timing.</summary>
/// <param name="Peer">Who has it loaded.</param>
/// <param name="Variant">Its name there.</param>
/// <param name="Name">Its name in a table.</param>
/// <param name="Glance">Milliseconds at a first look.</param>
internal sealed record Rival(PeerProcess Peer, string Variant, string Name, double Glance);
