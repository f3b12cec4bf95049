#!/usr/bin/python3
"""Networks of the usual kinds, exported from PyTorch, and the time that PyTorch takes for them.

    torch_models.py write FOLDER              FOLDER/NAME/model.onnx and test_data_set_0/{input,output}_0.pb
    torch_models.py time THREADS [NAME ...]   rows: what, threads, median ms, min ms; BUDGET=seconds a row, 1

Weights and inputs are random with fixed seeds. Needs Debian's python3-torch and, to write, python3-onnx.
"""
import os
import sys
import warnings

BUDGET = float(os.environ.get("BUDGET", "1"))
if sys.argv[1] == "time":
    os.environ["OPENBLAS_NUM_THREADS"] = os.environ["OMP_NUM_THREADS"] = sys.argv[2]

import torch  # noqa: E402
import torch.nn.functional as F  # noqa: E402
from timing import bench  # noqa: E402
from torch import nn  # noqa: E402

warnings.filterwarnings("ignore")


def unit(c, o, k=3, stride=1, groups=1, act=nn.ReLU):
    return nn.Sequential(nn.Conv2d(c, o, k, stride, k // 2, groups=groups, bias=False), nn.BatchNorm2d(o), act())


class Plus(nn.Module):
    def __init__(self, path, across, act):
        super().__init__()
        self.path, self.across, self.act = path, across, act

    def forward(self, x):
        return self.act(self.path(x) + self.across(x))


def residual(c, o, stride):
    across = unit(c, o, 1, stride, act=nn.Identity) if c != o or stride > 1 else nn.Identity()
    return Plus(nn.Sequential(unit(c, o, 3, stride), unit(o, o, act=nn.Identity)), across, nn.ReLU())


def resnet18():
    blocks = [residual(c, o, s) for c, o, s in
              [(64, 64, 1), (64, 64, 1), (64, 128, 2), (128, 128, 1), (128, 256, 2), (256, 256, 1), (256, 512, 2), (512, 512, 1)]]
    return nn.Sequential(unit(3, 64, 7, 2), nn.MaxPool2d(3, 2, 1), *blocks, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(512, 10))


def inverted(c, wide, o, stride):
    path = nn.Sequential(unit(c, wide, 1, act=nn.ReLU6), unit(wide, wide, 3, stride, wide, nn.ReLU6), unit(wide, o, 1, act=nn.Identity))
    return Plus(path, nn.Identity(), nn.Identity()) if c == o and stride == 1 else path


def mobilenet():
    blocks = [inverted(16, 96, 24, 2), inverted(24, 144, 24, 1), inverted(24, 144, 32, 2), inverted(32, 192, 32, 1),
              inverted(32, 192, 64, 2), inverted(64, 384, 64, 1)]
    return nn.Sequential(unit(3, 16, 3, 2, act=nn.ReLU6), *blocks, unit(64, 256, 1, act=nn.ReLU6),
                         nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(256, 10))


def lenet():
    return nn.Sequential(nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2),
                         nn.Flatten(), nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10))


class Kim(nn.Module):
    """Convolutions over words (Kim 2014)."""

    def __init__(self):
        super().__init__()
        self.words, self.last = nn.Embedding(5000, 128), nn.Linear(300, 2)
        self.convs = nn.ModuleList([nn.Conv1d(128, 100, k) for k in (3, 4, 5)])

    def forward(self, t):
        x = self.words(t).transpose(1, 2)
        return self.last(torch.cat([F.relu(c(x)).max(2)[0] for c in self.convs], 1))


class Lstm(nn.Module):
    def __init__(self):
        super().__init__()
        self.words, self.rnn, self.last = nn.Embedding(5000, 64), nn.LSTM(64, 128, batch_first=True), nn.Linear(128, 2)

    def forward(self, t):
        return self.last(self.rnn(self.words(t))[0][:, -1])


class Encoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.words, self.places, self.last = nn.Embedding(5000, 128), nn.Parameter(torch.randn(64, 128)), nn.Linear(128, 2)
        self.layers = nn.ModuleList([nn.TransformerEncoderLayer(128, 4, 512, 0.0, "gelu", batch_first=True) for _ in range(2)])

    def forward(self, t):
        x = self.words(t) + self.places
        for layer in self.layers:
            x = layer(x)
        return self.last(x.mean(1))


def mlp():
    return nn.Sequential(nn.Linear(784, 512), nn.ReLU(), nn.Linear(512, 512), nn.ReLU(), nn.Linear(512, 10))


def words(*shape):
    return torch.randint(0, 5000, shape)


NETWORKS = {
    "mlp/b64": (mlp, lambda: torch.randn(64, 784)),
    "lenet/b64": (lenet, lambda: torch.randn(64, 1, 28, 28)),
    "resnet18/b1": (resnet18, lambda: torch.randn(1, 3, 64, 64)),
    "resnet18/b8": (resnet18, lambda: torch.randn(8, 3, 64, 64)),
    "mobilenet/b1": (mobilenet, lambda: torch.randn(1, 3, 96, 96)),
    "kim/b50": (Kim, lambda: words(50, 50)),
    "lstm/b16": (Lstm, lambda: words(16, 40)),
    "encoder/b8": (Encoder, lambda: words(8, 64)),
}


def network(name):
    torch.manual_seed(0)
    make, draw = NETWORKS[name]
    net, x = make().eval(), draw()
    for norm in (m for m in net.modules() if isinstance(m, nn.BatchNorm2d)):
        norm.running_mean.normal_(0, 0.1)
        norm.running_var.uniform_(0.5, 1.5)
    return net, x


def write(folder):
    from onnx import numpy_helper

    for name in NETWORKS:
        net, x = network(name)
        case = os.path.join(folder, name.replace("/", "-"))
        data = os.path.join(case, "test_data_set_0")
        os.makedirs(data, exist_ok=True)
        torch.backends.mha.set_fastpath_enabled(False) if hasattr(torch.backends, "mha") else None
        torch.onnx.export(net, (x,), os.path.join(case, "model.onnx"), opset_version=13, input_names=["x"], output_names=["y"])
        with torch.no_grad():
            values = {"input": ("x", x), "output": ("y", net(x))}
        for kind, (label, value) in values.items():
            with open(os.path.join(data, f"{kind}_0.pb"), "wb") as file:
                file.write(numpy_helper.from_array(value.numpy(), label).SerializeToString())


def times(threads, names):
    torch.set_num_threads(threads)
    for name in names or NETWORKS:
        net, x = network(name)
        with torch.inference_mode():
            traced = torch.jit.freeze(torch.jit.trace(net, x, check_trace=False))
            median, least = min(bench(lambda: net(x), BUDGET), bench(lambda: traced(x), BUDGET))
        print(f"{name.replace('/', '-'):<16} {threads} {median:.4f} {least:.4f}", flush=True)


if sys.argv[1] == "write":
    write(sys.argv[2])
else:
    times(int(sys.argv[2]), [n.replace("-", "/") for n in sys.argv[3:]])
