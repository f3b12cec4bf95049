"""Writes ONNX's own backend node cases that hold plain tensors as folders of model.onnx and test_data_set_N.

    python3 tests/peer/onnx_node_cases.py OUT
    minitorch verify OUT

Needs Python with onnx and numpy (run with onnx 1.12); nothing of MiniTorch's build or tests does. The cases are ONNX's,
under its licence (Apache 2.0), and are not part of this repository.
"""
import os
import shutil
import sys
import warnings

import numpy as np

warnings.filterwarnings("ignore")
# the cases are written with aliases that NumPy 1.24 dropped
for alias, real in (("float", float), ("int", int), ("bool", bool), ("object", object), ("str", str)):
    if alias not in np.__dict__:
        setattr(np, alias, real)

from onnx import TensorProto, numpy_helper  # noqa: E402
from onnx.backend.test.case.node import collect_testcases  # noqa: E402


def save(value, name, path):
    """A value that is no plain tensor is a ValueError."""
    if isinstance(value, (list, tuple, dict)):
        raise ValueError("no tensor")
    proto = value if isinstance(value, TensorProto) else numpy_helper.from_array(np.asarray(value), name)
    with open(path, "wb") as f:
        f.write(proto.SerializeToString())


def write(case, folder):
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, "model.onnx"), "wb") as f:
        f.write(case.model.SerializeToString())
    graph = case.model.graph
    for i, (inputs, outputs) in enumerate(case.data_sets):
        data = os.path.join(folder, f"test_data_set_{i}")
        os.makedirs(data, exist_ok=True)
        for kind, values, infos in (("input", inputs, graph.input), ("output", outputs, graph.output)):
            for k, value in enumerate(values):
                save(value, infos[k].name, os.path.join(data, f"{kind}_{k}.pb"))


def main(out):
    written = 0
    for case in collect_testcases(None):
        folder = os.path.join(out, case.name)
        try:
            write(case, folder)
            written += 1
        except (ValueError, NotImplementedError):
            shutil.rmtree(folder)
    print(f"{written} cases")


if __name__ == "__main__":
    main(sys.argv[1])
