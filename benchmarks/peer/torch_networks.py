"""The networks whose training steps are compared, with parameters in MiniTorch's order and layout."""
import torch
import torch.nn.functional as F
from torch import nn


class Loaded:
    """A network that begins with given values; a linear layer's weight is [inputs, outputs] there, transposed here."""

    def __init__(self, net, values):
        self.net = net
        self.turned = [isinstance(m, nn.Linear) and p.dim() == 2 for m in net.modules() for p in m.parameters(recurse=False)]
        with torch.no_grad():
            for p, value, turned in zip(net.parameters(), values, self.turned, strict=True):
                p.copy_(value.t() if turned else value)

    def values(self):
        return [p.detach().t() if turned else p.detach() for p, turned in zip(self.net.parameters(), self.turned)]


class Lecture(nn.Module):
    """The lecture's network: its padding stands at the far end; centred, as timed, takes PyTorch the same arithmetic and less time."""

    def __init__(self, checked):
        super().__init__()
        self.checked, self.pad = checked, 0 if checked else 1
        self.c1, self.c2 = nn.Conv2d(1, 4, 3, padding=self.pad), nn.Conv2d(4, 8, 3, padding=self.pad)
        self.l1, self.l2 = nn.Linear(392, 64), nn.Linear(64, 10)

    def far(self, x):
        return F.pad(x, (0, 2, 0, 2)) if self.checked else x

    def forward(self, x):
        x = F.relu(self.c2(self.far(F.relu(self.c1(self.far(x))))))
        x = F.relu(self.l1(torch.flatten(F.avg_pool2d(x, 4), 1)))
        return F.log_softmax(self.l2(x if self.checked else F.dropout(x, 0.25)), 1)


class LogSoftmax(nn.Sequential):
    def forward(self, x):
        return F.log_softmax(super().forward(x), 1)


def lenet(checked):
    return LogSoftmax(
        nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10))


def mlp(checked):
    return LogSoftmax(nn.Linear(784, 512), nn.ReLU(), nn.Linear(512, 512), nn.ReLU(), nn.Linear(512, 10))


def vgg(checked):
    layers, channels = [], 3
    for width in (64, "M", 128, "M", 256, 256, "M", 512, 512, "M", 512, 512, "M"):
        layers += [nn.MaxPool2d(2)] if width == "M" else [nn.Conv2d(channels, width, 3, padding=1), nn.ReLU()]
        channels = channels if width == "M" else width
    return LogSoftmax(*layers, nn.Flatten(), nn.Linear(512, 10))


class Kim(nn.Module):
    """Convolutions over words (Kim 2014), as `minitorch train sentiment` has them."""

    def __init__(self, checked):
        super().__init__()
        self.checked, self.words = checked, nn.Embedding(5000, 128)
        self.convs = nn.ModuleList(nn.Conv1d(128, 100, k) for k in (3, 4, 5))
        self.linear = nn.Linear(300, 1)

    def forward(self, x):
        real = (x != 0).unsqueeze(1)
        e = self.words(x).transpose(1, 2) * real
        best = [(F.relu(c(F.pad(e, (0, c.kernel_size[0] - 1)))) * real).amax(2) for c in self.convs]
        y = torch.cat(best, 1)
        return torch.sigmoid(self.linear(y if self.checked else F.dropout(y, 0.5)))


NETWORKS = {"lecture": Lecture, "lenet": lenet, "mlp": mlp, "vgg": vgg, "kim": Kim}
LOSSES = {"kim": F.binary_cross_entropy}
