#!/usr/bin/python3
"""Ten training steps of a network in a process of their own, and the most memory that it had: {"resident": bytes}.

usage: torch_memory.py NETWORK OPTIMISER TYPE SHAPE    as torch_memory.py lenet sgd f32 64,1,28,28
"""
import json
import sys

import torch
import torch.nn.functional as F
import torch_networks

torch.set_num_threads(1)
name, optimiser, kind, shape = sys.argv[1], sys.argv[2], sys.argv[3], [int(n) for n in sys.argv[4].split(",")]
x = torch.randint(0, 5000, shape) if kind == "i32" else torch.randn(shape)
net = torch_networks.NETWORKS[name](checked=False)
loss = torch_networks.LOSSES.get(name, F.nll_loss)
target = torch.ones(shape[0], 1) if name == "kim" else torch.arange(shape[0]) % 10
steps = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam}[optimiser](net.parameters(), lr=1e-5)
for _ in range(10):
    steps.zero_grad(set_to_none=True)
    loss(net(x), target).backward()
    steps.step()
# Not ru_maxrss: a process starts with that of the one that forked it.
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(json.dumps({"resident": int(peak.split()[1]) << 10}))
