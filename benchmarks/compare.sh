#!/usr/bin/env bash
# Runs MiniTorch and PyTorch in turns and prints ours / peer / ratio: median of the best round, and shortest run.
# Usage: benchmarks/compare.sh [rounds, 2]      BUDGET=seconds a row, 1
# Needs the .NET SDK, and Debian's python3-torch and python3-numpy (apt-get install python3-torch python3-numpy).
set -euo pipefail
cd "$(dirname "$0")/.."
rounds=${1:-2}
python=${PYTHON:-/usr/bin/python3}
"$python" -c 'import torch, numpy' 2>/dev/null || {
  echo "compare.sh: $python has no torch or no numpy; apt-get install python3-torch python3-numpy" >&2
  exit 1
}
# An OpenBLAS older than the processor takes its AVX2 kernels by default; its AVX-512 kernels are the fair peer.
core=$(grep -qm1 avx512f /proc/cpuinfo && echo SkylakeX || echo Haswell)
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
dotnet build tests/Benchmarks -c Release -v quiet -nologo >&2

for ((round = 1; round <= rounds; round++)); do
  for section in train dot; do
    dotnet tests/Benchmarks/bin/Release/net10.0/MiniTorch.Benchmarks.dll steps "$section" >>"$out/ours"
    for threads in $([ "$(nproc)" -gt 1 ] && echo 1 2 || echo 1); do
      "$python" benchmarks/peer/torch_step.py "$threads" "$section" >>"$out/peer"
      OPENBLAS_CORETYPE=$core "$python" benchmarks/peer/torch_step.py "$threads" "$section" >>"$out/peer"
    done
  done
done

echo "$(lscpu | sed -n 's/^Model name: *//p'), $(nproc) cores, load $(cut -d' ' -f1-3 /proc/loadavg), $rounds rounds"
awk '
  /^#/ { next }
  { key = $1 " " $2; side = FILENAME ~ /ours$/ ? "ours" : "peer" }
  side == "ours" && !(key in seen) { order[++n] = key; seen[key] = 1 }
  { if (!((side, key) in median) || $3 < median[side, key]) median[side, key] = $3 }
  { if (!((side, key) in least) || $4 < least[side, key]) least[side, key] = $4 }
  END {
    print "| what | threads | ours ms: median, min | peer ms: median, min | ours / peer: median, min |"
    print "| --- | --- | --- | --- | --- |"
    for (i = 1; i <= n; i++) {
      key = order[i]
      split(key, k, " ")
      if (!(("peer", key) in median)) continue
      a = median["ours", key]; b = least["ours", key]; c = median["peer", key]; d = least["peer", key]
      printf "| %s | %s | %.3f, %.3f | %.3f, %.3f | %.2f, %.2f |\n", k[1], k[2], a, b, c, d, a / c, b / d
    }
  }' "$out/ours" "$out/peer"
