#!/usr/bin/python3
"""The rows of `MiniTorch.Benchmarks steps train dot` for PyTorch and numpy: what, threads, median ms, min ms.

Needs Debian's python3-torch and python3-numpy. Usage: torch_step.py THREADS [train] [dot]
Every variant that computes the same is timed and printed as a comment; the row is the fastest.
OPENBLAS_CORETYPE acts when the library is loaded: run again with another value for its variants.
"""
import os
import sys

THREADS = int(sys.argv[1]) if len(sys.argv) > 1 else 1
SECTIONS = sys.argv[2:] or ["train", "dot"]
BUDGET = float(os.environ.get("BUDGET", "1"))
RATE = 1e-5  # as on the other side: thousands of steps on one batch leave the numbers as they were
os.environ["OPENBLAS_NUM_THREADS"] = os.environ["OMP_NUM_THREADS"] = str(THREADS)

import numpy as np  # noqa: E402
import torch  # noqa: E402
import torch.nn.functional as F  # noqa: E402
from timing import bench  # noqa: E402
from torch import nn  # noqa: E402

torch.set_num_threads(THREADS)
torch.manual_seed(0)


def row(what, variants, flops=0):
    for name, (median, least) in variants.items():
        print(f"#   {what} {name}: {median:.4f} {least:.4f}")
    median, least = min(variants.values())
    print(f"{what:<24} {THREADS:2} {median:10.4f} {least:10.4f}" + (f" {flops / least / 1e6:8.1f}" if flops else ""), flush=True)


class MiniTorch(nn.Module):
    """The lecture's network; its padding is centred, which takes the same arithmetic as top-left."""

    def __init__(self):
        super().__init__()
        self.c1, self.c2 = nn.Conv2d(1, 4, 3, padding=1), nn.Conv2d(4, 8, 3, padding=1)
        self.l1, self.l2 = nn.Linear(392, 64), nn.Linear(64, 10)

    def forward(self, x):
        x = F.avg_pool2d(F.relu(self.c2(F.relu(self.c1(x)))), 4)
        x = F.dropout(F.relu(self.l1(torch.flatten(x, 1))), 0.25, self.training)
        return F.log_softmax(self.l2(x), 1)


class LeNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.c1, self.c2 = nn.Conv2d(1, 6, 5, padding=2), nn.Conv2d(6, 16, 5)
        self.l1, self.l2, self.l3 = nn.Linear(400, 120), nn.Linear(120, 84), nn.Linear(84, 10)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.c1(x)), 2)
        x = F.max_pool2d(F.relu(self.c2(x)), 2)
        x = F.relu(self.l2(F.relu(self.l1(torch.flatten(x, 1)))))
        return F.log_softmax(self.l3(x), 1)


def step_of(net, optimiser, x, target):
    def step():
        optimiser.zero_grad(set_to_none=True)
        F.nll_loss(net(x), target).backward()
        optimiser.step()
    return step


def train(name, network, batch, kind):
    x, target = torch.randn(batch, 1, 28, 28), torch.arange(batch) % 10
    make = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam}[kind]
    variants = {}
    for each in (False, True):
        label = "foreach" if each else "plain"
        net = network()
        variants[label] = bench(step_of(net, make(net.parameters(), lr=RATE, foreach=each), x, target), BUDGET)
        with torch.backends.mkldnn.flags(enabled=False):
            variants[label + "+no-onednn"] = bench(step_of(net, make(net.parameters(), lr=RATE, foreach=each), x, target), BUDGET)
        traced = torch.jit.trace(network(), x, check_trace=False)
        variants[label + "+jit"] = bench(step_of(traced, make(traced.parameters(), lr=RATE, foreach=each), x, target), BUDGET)
    row(f"train/{name}/b{batch}/{kind}", variants)


def dot(n):
    x, y = (np.random.default_rng(i).standard_normal((n, n), dtype=np.float32) for i in (1, 2))
    z = np.empty((n, n), np.float32)
    tx, ty, tz = torch.from_numpy(x), torch.from_numpy(y), torch.from_numpy(z)
    with torch.no_grad():
        row(f"dot/{n}", {
            "numpy": bench(lambda: np.matmul(x, y, out=z), BUDGET),
            "torch.mm": bench(lambda: torch.mm(tx, ty, out=tz), BUDGET),
        }, 2 * n ** 3)


print(f"# torch {torch.__version__}, numpy {np.__version__}, OPENBLAS_CORETYPE={os.environ.get('OPENBLAS_CORETYPE', '(default)')}")
if "train" in SECTIONS:
    for kind in ("sgd", "adam"):
        train("minitorch", MiniTorch, 16, kind)
        train("lenet", LeNet, 64, kind)
if "dot" in SECTIONS:
    for n in (256, 512, 1024, 2048):
        dot(n)
