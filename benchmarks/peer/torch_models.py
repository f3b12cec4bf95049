"""Networks of the usual kinds whose forward pass is compared: random weights with fixed seeds."""
import torch
import torch.nn.functional as F
from torch import nn


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


NETWORKS = {
    "mlp": mlp, "lenet": lenet, "resnet18": resnet18, "mobilenet": mobilenet, "kim": Kim, "lstm": Lstm, "encoder": Encoder,
}


def network(name):
    torch.manual_seed(0)
    net = NETWORKS[name]().eval()
    for norm in (m for m in net.modules() if isinstance(m, nn.BatchNorm2d)):
        norm.running_mean.normal_(0, 0.1)
        norm.running_var.uniform_(0.5, 1.5)
    return net
