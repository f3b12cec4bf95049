"""The sentence CNN of `minitorch train sentiment` in PyTorch: same data, words, network, batches and optimiser.

usage: torch_sentiment.py [--seeds N] [--threads N] [--folds 4]
prints for each seed and fold the test accuracy and the seconds of training, then the means
"""
import argparse
import collections
import math
import pathlib
import random
import re
import statistics
import time

import torch
import torch.nn.functional as F
from torch import nn

DATA = pathlib.Path(__file__).resolve().parents[2] / "data" / "sentiment"
WORD = re.compile(r"[^\W_]+?(?=n't\b)|n't\b|'(?:s|re|ve|ll|d|m)\b|[^\W_]+|[^\s\w]|_")
BATCH, EPOCHS, RATE, POOL = 50, 8, 1e-3, 16


def reviews():
    for site in ("amazon", "imdb", "yelp"):
        for line in (DATA / f"{site}.tsv").read_text(encoding="utf-8").splitlines()[1:]:
            text, label = line.split("\t")
            yield WORD.findall(text.replace("’", "'").lower()), float(label)


class Net(nn.Module):
    def __init__(self, vocabulary, width=50, features=100):
        super().__init__()
        self.words = nn.Embedding(vocabulary, width)
        nn.init.normal_(self.words.weight, std=0.02)
        self.convs = nn.ModuleList(nn.Conv1d(width, features, k) for k in (3, 4, 5))
        self.linear = nn.Linear(3 * features, 1)

    def forward(self, x):
        real = (x != 0).unsqueeze(1)
        e = self.words(x).transpose(1, 2) * real
        best = [(F.relu(c(F.pad(e, (0, c.kernel_size[0] - 1)))) * real).amax(2) for c in self.convs]
        return torch.sigmoid(self.linear(F.dropout(torch.cat(best, 1), 0.5, self.training))).squeeze(1)


def padded(sentences):
    length = max(len(words) for words, _ in sentences)
    x = torch.tensor([words + [0] * (length - len(words)) for words, _ in sentences])
    return x, torch.tensor([label for _, label in sentences])


def batches(sentences):
    """Of like length together, in random order, as Buckets.Epoch makes them."""
    order = random.sample(sentences, len(sentences) // BATCH * BATCH)
    pools = [sorted(order[i:i + BATCH * POOL], key=lambda s: len(s[0])) for i in range(0, len(order), BATCH * POOL)]
    made = [pool[i:i + BATCH] for pool in pools for i in range(0, len(pool), BATCH)]
    return random.sample(made, len(made))


def train(net, sentences):
    steps, step = EPOCHS * (len(sentences) // BATCH), 0
    adam = torch.optim.Adam(net.parameters())
    for _ in range(EPOCHS):
        for batch in batches(sentences):
            adam.param_groups[0]["lr"] = RATE / 2 * (1 + math.cos(math.pi * step / steps))
            x, y = padded(batch)
            adam.zero_grad()
            F.binary_cross_entropy(net(x), y).backward()
            adam.step()
            step += 1


def right(net, sentences):
    net.eval()
    with torch.no_grad():
        parts = [padded(sentences[i:i + 100]) for i in range(0, len(sentences), 100)]
        return sum(((net(x) > 0.5) == (y > 0.5)).sum().item() for x, y in parts)


def one(seed, fold, everything):
    torch.manual_seed(seed)
    random.seed(seed)
    training = [s for i, s in enumerate(everything) if i % 5 != fold]
    test = [s for i, s in enumerate(everything) if i % 5 == fold]
    counts = collections.Counter(w for words, _ in training for w in words)
    numbers = {w: i + 2 for i, w in enumerate(sorted(counts, key=lambda w: (-counts[w], w)))}
    training, test = ([([numbers.get(w, 1) for w in words] or [1], y) for words, y in part] for part in (training, test))
    net, start = Net(len(numbers) + 2), time.perf_counter()
    train(net, training)
    seconds = time.perf_counter() - start
    return 100 * right(net, test) / len(test), seconds


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--seeds", type=int, default=1)
    options.add_argument("--threads", type=int, default=1)
    options.add_argument("--folds", type=int, nargs="*", default=[0, 1, 2, 3, 4])
    asked = options.parse_args()
    torch.set_num_threads(asked.threads)
    everything, results = list(reviews()), []
    for seed in range(1, asked.seeds + 1):
        for fold in asked.folds:
            results.append(one(seed, fold, everything))
            print(f"seed {seed} fold{fold} test accuracy {results[-1][0]:.2f} %, {results[-1][1]:.2f} s of training", flush=True)
    print(f"mean {statistics.mean(r[0] for r in results):.2f} %, {statistics.mean(r[1] for r in results):.2f} s")


main()
