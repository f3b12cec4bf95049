#!/usr/bin/env bash
# Times the same ONNX models in MiniTorch, ONNX Runtime and PyTorch, in turns, and prints a table; results are compared first.
# Usage: benchmarks/onnx.sh [rounds, 2]      BUDGET=seconds a row, 1      ORT=folder with node_modules/onnxruntime-node, .
# Needs the .NET SDK, Debian's python3-torch and python3-onnx, Node, and `npm install onnxruntime-node` in $ORT.
set -euo pipefail
node_home=$(cd "${ORT:-.}" && pwd)
cd "$(dirname "$0")/.."
root=$PWD
rounds=${1:-2}
python=${PYTHON:-/usr/bin/python3}
export BUDGET=${BUDGET:-1}
"$python" -c 'import torch, onnx' 2>/dev/null || {
  echo "onnx.sh: $python has no torch or no onnx; apt-get install python3-torch python3-onnx" >&2
  exit 1
}
(cd "$node_home" && node -e 'require("onnxruntime-node")' 2>/dev/null) || {
  echo "onnx.sh: $node_home has no onnxruntime-node; npm install onnxruntime-node there, or set ORT" >&2
  exit 1
}
# An OpenBLAS older than the processor takes its AVX2 kernels by default; its AVX-512 kernels are the fair peer.
core=$(grep -qm1 avx512f /proc/cpuinfo && echo SkylakeX || echo Haswell)
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
dotnet build src/Cli -c Release -v quiet -nologo >&2
minitorch() { dotnet src/Cli/bin/Release/net10.0/minitorch.dll "$@"; }

"$python" benchmarks/peer/torch_models.py write "$out/models"
echo "MiniTorch against PyTorch's results: $(minitorch verify "$out/models")"
for ((round = 1; round <= rounds; round++)); do
  for threads in $([ "$(nproc)" -gt 1 ] && echo 1 2 || echo 1); do
    for model in "$out"/models/*; do
      name=$(basename "$model")
      minitorch bench "$model/model.onnx" --input "x=$model/test_data_set_0/input_0.pb" --threads "$threads" \
        --seconds "$BUDGET" --json |
        sed -E "s/.*\"median_ms\":([^,]*),\"min_ms\":([^,]*),.*/$name $threads \1 \2/" >>"$out/ours"
      (cd "$node_home" && node "$root/benchmarks/peer/onnxruntime_step.js" "$threads" "$model") >>"$out/ort"
      OPENBLAS_CORETYPE=$core "$python" benchmarks/peer/torch_models.py time "$threads" "$name" >>"$out/torch"
    done
  done
done

versions=$(cd "$node_home" && node -p '"ONNX Runtime " + require("onnxruntime-node/package.json").version')
echo "$(lscpu | sed -n 's/^Model name: *//p'), $(nproc) cores, load $(cut -d' ' -f1-3 /proc/loadavg), $rounds rounds," \
  "$versions, PyTorch $("$python" -c 'import torch; print(torch.__version__)')"
awk '
  { key = $1 " " $2; side = FILENAME; sub(/.*\//, "", side) }
  side == "ours" && !(key in seen) { order[++n] = key; seen[key] = 1 }
  { if (!((side, key) in median) || $3 < median[side, key]) median[side, key] = $3 }
  { if (!((side, key) in least) || $4 < least[side, key]) least[side, key] = $4 }
  function cell(side, key) { return sprintf("%.3f, %.3f", median[side, key], least[side, key]) }
  function ratio(side, key) { return sprintf("%.2f, %.2f", median["ours", key] / median[side, key], least["ours", key] / least[side, key]) }
  END {
    print "| model | threads | ours ms: median, min | ONNX Runtime ms | PyTorch ms | ours / ONNX Runtime | ours / PyTorch |"
    print "| --- | --- | --- | --- | --- | --- | --- |"
    for (i = 1; i <= n; i++) {
      split(order[i], k, " ")
      printf "| %s | %s | %s | %s | %s | %s | %s |\n", k[1], k[2], cell("ours", order[i]), cell("ort", order[i]),
        cell("torch", order[i]), ratio("ort", order[i]), ratio("torch", order[i])
    }
  }' "$out/ours" "$out/ort" "$out/torch"
