#!/usr/bin/env bash
# Runs MiniTorch and PyTorch in turns and prints ours / peer / ratio, from the medians of each side's best round.
# Usage: benchmarks/compare.sh [rounds, 2]      BUDGET=seconds a row of the peer, 1
# Needs the .NET SDK, and Debian's python3-torch and python3-numpy (apt-get install python3-torch python3-numpy).
set -euo pipefail
cd "$(dirname "$0")/.."
rounds=${1:-2}
python=${PYTHON:-/usr/bin/python3}
"$python" -c 'import torch, numpy' 2>/dev/null || {
  echo "compare.sh: $python has no torch or no numpy; apt-get install python3-torch python3-numpy" >&2
  exit 1
}
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
dotnet build tests/Benchmarks -c Release -v quiet -nologo >&2

for ((round = 1; round <= rounds; round++)); do
  dotnet tests/Benchmarks/bin/Release/net10.0/MiniTorch.Benchmarks.dll steps train dot >>"$out/ours"
  for threads in $([ "$(nproc)" -gt 1 ] && echo 1 2 || echo 1); do
    "$python" benchmarks/peer/torch_step.py "$threads" train dot >>"$out/peer"
    OPENBLAS_CORETYPE=Haswell "$python" benchmarks/peer/torch_step.py "$threads" train dot >>"$out/peer"
  done
done

echo "$(lscpu | sed -n 's/^Model name: *//p'), $(nproc) cores, load $(cut -d' ' -f1-3 /proc/loadavg), $rounds rounds"
awk '
  /^#/ { next }
  { key = $1 " " $2; side = FILENAME ~ /ours$/ ? "ours" : "peer" }
  side == "ours" && !(key in ours) { order[++n] = key }
  side == "ours" { if (!(key in ours) || $3 < ours[key]) ours[key] = $3 }
  side == "peer" { if (!(key in peer) || $3 < peer[key]) peer[key] = $3 }
  END {
    print "| what | threads | ours ms | peer ms | ours / peer time |"
    print "| --- | --- | --- | --- | --- |"
    for (i = 1; i <= n; i++) {
      split(order[i], k, " ")
      if (order[i] in peer)
        printf "| %s | %s | %.3f | %.3f | %.2f |\n", k[1], k[2], ours[order[i]], peer[order[i]], ours[order[i]] / peer[order[i]]
    }
  }' "$out/ours" "$out/peer"
