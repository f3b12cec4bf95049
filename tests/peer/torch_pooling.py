"""Writes what PyTorch gives for random poolings and convolutions, values and gradients, in float64.

    python3 tests/peer/torch_pooling.py --count 400 --seed 5 > cases.txt

A line is a case: kind | sizes of x | whether x has many equal numbers | arguments | sizes of y | y | dx, the last two as
Σ v and Σ v·sin(i) over their elements i = 1, 2, …; the loss is Σ y·cos(i). TorchPoolingTests reads such lines.
"""
import argparse
import random

import torch
import torch.nn.functional as F

KINDS = ["max", "average", "lp", "adaptive_average", "adaptive_max", "unfold", "log_sum_exp", "softmax_weighted", "amax", "conv"]


def numbers(shape, ties):
    v = torch.arange(1, torch.Size(shape).numel() + 1, dtype=torch.float64) * 37 % 101 / 10 - 5
    return (torch.floor(v / 3) if ties else v).reshape(shape).clone().requires_grad_(True)


def checked(t):
    i = torch.arange(1, t.numel() + 1, dtype=torch.float64).reshape(t.shape)
    return f"{t.sum().item():.10g} {(t * torch.sin(i)).sum().item():.10g}"


def windows(x, k, s):
    """[N, C, cells of a window, windows…] without padding."""
    n, c, h, w = x.shape
    return F.unfold(x, k, 1, 0, s).reshape(n, c, k[0] * k[1], (h - k[0]) // s[0] + 1, (w - k[1]) // s[1] + 1)


def pooled(rng, kind, x, rank):
    """The result and the arguments, None where PyTorch lacks the case."""
    k, s, d = ([rng.randint(1, most) for _ in range(rank)] for most in (3, 3, 2))
    p = [rng.randint(0, a // 2) for a in k]
    flag, other = rng.random() < 0.5, rng.random() < 0.5
    nd = lambda name: getattr(F, f"{name}{rank}d")
    if kind == "max":
        return nd("max_pool")(x, k, s, p, d, ceil_mode=flag), [k, s, p, d, flag]
    if kind == "average":
        return nd("avg_pool")(x, k, s, p, ceil_mode=flag, count_include_pad=other), [k, s, p, flag, other]
    if kind == "lp" and rank < 3:
        return nd("lp_pool")(x, 4.0, k if rank == 2 else k[0], s if rank == 2 else s[0]), [k, s]
    if kind.startswith("adaptive"):
        o = [rng.randint(1, 9) for _ in range(rank)]
        return nd("adaptive_max_pool" if kind.endswith("max") else "adaptive_avg_pool")(x, o if rank > 1 else o[0]), [o]
    if kind == "conv":
        g, p = rng.choice([1, 3]), [rng.randint(0, 2) for _ in k]
        shape = [6, 3 // g] + k
        w = torch.arange(1, torch.Size(shape).numel() + 1, dtype=torch.float64).reshape(shape) * 31 % 17 / 4 - 2
        return nd("conv")(x, w, None, s, p, d, g), [k, s, p, d, g]
    if rank != 2 or kind == "lp":
        return None
    if kind == "unfold":
        return F.unfold(x, k, d, p, s), [k, s, p, d]
    u = windows(x, k, s)
    return {"log_sum_exp": lambda: torch.logsumexp(2 * u, 2) / 2, "amax": lambda: torch.amax(u, 2),
            "softmax_weighted": lambda: (torch.softmax(2 * u, 2) * u).sum(2)}[kind](), [k, s]


def text(argument):
    return " ".join(map(str, argument)) if isinstance(argument, list) else str(int(argument))


def case(rng):
    rank, ties, kind = rng.randint(1, 3), rng.random() < 0.5, rng.choice(KINDS)
    shape = [2, 3] + [rng.randint(3, 8) for _ in range(rank)]
    x = numbers(shape, ties)
    try:
        result = pooled(rng, kind, x, rank)
    except RuntimeError:
        return None
    if result is None:
        return None
    y, arguments = result
    (y * torch.cos(torch.arange(1, y.numel() + 1, dtype=torch.float64).reshape(y.shape))).sum().backward()
    line = "|".join([kind, text(shape), text(ties), ";".join(map(text, arguments)), text(list(y.shape)), checked(y), checked(x.grad)])
    return None if "nan" in line else line


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    torch.set_num_threads(1)
    rng, left = random.Random(given.seed), given.count
    while left:
        line = case(rng)
        if line:
            print(line)
            left -= 1


main()
