#!/usr/bin/python3
"""A long-lived PyTorch beside MiniTorch: a request a line on stdin, an answer a line on stdout, both JSON.

    {"do": "load", "kind": K, "with": {...}, "inputs": [[name, type, shape, file]], "folder": F, "compare": B}
        -> {"variants": {name: whether OpenBLAS takes part}, "results": [file]}   of the first; with compare all have to agree
    {"do": "try", "blas": B}                          -> {"times": {variant: ms}}   a quick look at each, or at those with BLAS
    {"do": "time", "variant": V, "seconds": S}        -> {"median": ms, "min": ms, "runs": n}
    {"do": "export", "file": F}                       -> {}   the work as ONNX
    {"do": "drop"}                                    -> {}

Arrays are raw little-endian files. What is wrong is said in {"error": sentence}. Threads and kernels are
chosen by the environment: THREADS, OPENBLAS_CORETYPE, OPENBLAS_NUM_THREADS.
Needs Debian's python3-torch and python3-numpy.
"""
import json
import os
import statistics
import sys
import time
import warnings

THREADS = int(os.environ.get("THREADS", "1"))
os.environ.setdefault("OPENBLAS_NUM_THREADS", str(THREADS))
os.environ.setdefault("ATEN_CPU_CAPABILITY", "avx512")
os.environ["OMP_NUM_THREADS"] = str(THREADS)
warnings.filterwarnings("ignore")

import numpy as np  # noqa: E402
import torch  # noqa: E402
import torch_works  # noqa: E402

torch.set_num_threads(THREADS)
TYPES = {"f32": np.float32, "i32": np.int32, "i64": np.int64}
work = None


def array(kind, shape, file):
    value = torch.from_numpy(np.fromfile(file, TYPES[kind]).reshape(shape))
    return value if kind == "f32" else value.long()


def dense(results):
    return [r.to_dense() if r.layout == torch._mkldnn else r for r in results]


def numbers(results):
    return [np.ascontiguousarray(r.detach().numpy(), np.float32) for r in dense(results)]


def differs(name, want, got):
    for i, (x, y) in enumerate(zip(want, got)):
        scale = np.abs(x).max(initial=0)
        if x.shape != y.shape or np.abs(x - y).max(initial=0) > 1e-3 * scale + 1e-6:
            return f"PyTorch's {name} differs from its own first configuration in result {i}"
    return None


def load(ask):
    global work
    inputs = {name: array(kind, shape, file) for name, kind, shape, file in ask["inputs"]}
    work = torch_works.KINDS[ask["kind"]](inputs, **ask["with"])
    first, wanted = None, list(work.variants.values())
    for variant in wanted if ask["compare"] else wanted[:1]:
        with variant.context():
            got = numbers(variant.check())
        first = first or got
        if wrong := differs(variant.name, first, got):
            raise ValueError(wrong)
    files = [os.path.join(ask["folder"], f"peer{i}.bin") for i in range(len(first))]
    for file, result in zip(files, first):
        result.tofile(file)
    return {"variants": {v.name: v.blas for v in work.variants.values()}, "results": files}


def once(run):
    at = time.perf_counter()
    run()
    return (time.perf_counter() - at) * 1e3


def timed(run, seconds, least):
    taken, start = [], time.perf_counter()
    while len(taken) < least or time.perf_counter() - start < seconds:
        taken.append(once(run))
    return taken


def glance(ask):
    """One run of each variant, a few more of those that are not far behind; the first does not count."""
    times = {}
    for variant in (v for v in work.variants.values() if v.blas or not ask["blas"]):
        with variant.context():
            took = once(variant.run)
            if took < 3 * min(times.values(), default=took):
                took = statistics.median(timed(variant.run, 0.03, 2 if took > 200 else 4)[1:])
        times[variant.name] = took
    return {"times": times}


def measure(ask):
    variant = work.variants[ask["variant"]]
    with variant.context():
        timed(variant.run, ask["seconds"] / 10, 1)
        taken = timed(variant.run, ask["seconds"], 1)
    return {"median": statistics.median(taken), "min": min(taken), "runs": len(taken)}


def export(ask):
    work.export(ask["file"])
    return {}


def drop(_):
    global work
    work = None
    return {}


def versions():
    import ctypes
    try:
        blas = ctypes.CDLL("libopenblas.so.0")
        blas.openblas_get_config.restype = ctypes.c_char_p
        blas = " ".join(blas.openblas_get_config().decode().split()[:2])
    except OSError:
        blas = "no OpenBLAS"
    onednn = next((line.split("MKL-DNN v")[1].split()[0] for line in torch.__config__.show().splitlines() if "MKL-DNN v" in line), "none")
    return f"PyTorch {torch.__version__}, oneDNN {onednn}, {blas}, numpy {np.__version__}"


def main():
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # whatever else prints does not disturb the answers
    print(json.dumps({"ready": versions()}), file=out, flush=True)
    doors = {"load": load, "try": glance, "time": measure, "export": export, "drop": drop}
    for line in sys.stdin:
        ask = json.loads(line)
        try:
            answer = doors[ask["do"]](ask)
        except Exception as wrong:
            answer = {"error": f"{type(wrong).__name__}: {wrong}".splitlines()[0]}
        print(json.dumps(answer), file=out, flush=True)


main()
