"""How long a call takes: the one clock of the PyTorch peers."""
import statistics
import time


def bench(run, budget):
    """Median and least milliseconds of at least five calls within a budget of seconds, after three to warm up."""
    for _ in range(3):
        run()
    taken, start = [], time.perf_counter()
    while len(taken) < 5 or time.perf_counter() - start < budget:
        at = time.perf_counter()
        run()
        taken.append((time.perf_counter() - at) * 1e3)
    return statistics.median(taken), min(taken)
