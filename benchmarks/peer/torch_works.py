"""What the PyTorch peer computes: for each kind of work its configurations, of which the fastest counts."""
import contextlib
import dataclasses
import typing

import numpy as np
import torch
import torch.nn.functional as F
import torch_models
import torch_networks


@contextlib.contextmanager
def plain(grad):
    with contextlib.nullcontext() if grad else torch.inference_mode():
        yield


@contextlib.contextmanager
def without_onednn(grad):
    with plain(grad), torch.backends.mkldnn.flags(enabled=False):
        yield


@dataclasses.dataclass
class Variant:
    """One way to compute a work: run is timed, check gives the results that are compared."""
    name: str
    run: typing.Callable
    context: typing.Callable
    blas: bool = False  # whether the kernels of OpenBLAS take part
    check: typing.Callable = None

    def __post_init__(self):
        self.check = self.check or self.run


class Work:
    """Configurations of one work; forward of x is what is written as a model."""

    def __init__(self, variants, forward=None, x=None):
        self.variants, self.forward, self.x = {v.name: v for v in variants}, forward, x

    def export(self, file):
        module = self.forward if isinstance(self.forward, torch.nn.Module) else Calling(self.forward)
        torch.onnx.export(module.eval(), (self.x,), file, opset_version=13, input_names=["x"], output_names=["y"])


class Calling(torch.nn.Module):
    def __init__(self, call):
        super().__init__()
        self.call = call

    def forward(self, x):
        return self.call(x)


def leaf(x):
    return x.detach().clone(memory_format=torch.preserve_format).requires_grad_()


def backward(f, inputs, dy):
    """y and the gradients of floats among the inputs."""
    inputs = [leaf(x) if x.is_floating_point() else x for x in inputs]
    wanted = [x for x in inputs if x.requires_grad]

    def run():
        y = f(*inputs)
        return (y, *torch.autograd.grad(y, wanted, dy))
    return run


def forward(f, inputs):
    return lambda: (f(*inputs),)


def either(f, inputs, dy):
    return forward(f, inputs) if dy is None else backward(f, inputs, dy)


def simple(f, inputs, names=("x",), blas=False, dy=None):
    """A work of one configuration."""
    dy, inputs = inputs.get("dy"), [inputs[n] for n in names]
    grad = dy is not None
    return Work([Variant("torch", either(f, inputs, dy), lambda: plain(grad), blas)],
                lambda x: f(x, *inputs[1:]), inputs[0])


def dot(inputs):
    x, y = inputs["x"], inputs["y"]
    a, b, c, out = x.numpy(), y.numpy(), np.empty((x.shape[0], y.shape[1]), np.float32), torch.empty(x.shape[0], y.shape[1])

    def numpy():
        np.matmul(a, b, out=c)
        return (torch.from_numpy(c),)
    blocked = x.to_mkldnn()
    return Work([
        Variant("torch.mm", lambda: (torch.mm(x, y, out=out),), lambda: plain(False), True),
        Variant("numpy", numpy, lambda: plain(False), True),
        Variant("oneDNN", lambda: (torch._C._nn.mkldnn_linear(blocked, y.t()),), lambda: plain(False))])


def conv(inputs, stride, pad, dilation, groups):
    x, w, b, dy = (inputs.get(n) for n in ("x", "w", "b", "dy"))
    rank = x.dim() - 2
    f = {1: F.conv1d, 2: F.conv2d, 3: F.conv3d}[rank]
    grad = dy is not None

    def call(x, w, b):
        return f(x, w, b, stride, pad, dilation, groups)
    variants = [
        Variant("NCHW", either(call, (x, w, b), dy), lambda: plain(grad)),
        Variant("no oneDNN", either(call, (x, w, b), dy), lambda: without_onednn(grad), True)]
    if rank > 1:
        last = torch.channels_last if rank == 2 else torch.channels_last_3d
        moved = [x.to(memory_format=last), w.to(memory_format=last), b]
        variants.append(Variant("channels last", either(call, moved, dy if dy is None else dy.to(memory_format=last)),
                                lambda: plain(grad)))
    if rank > 1 and not grad:
        prepack = torch._C._nn.mkldnn_reorder_conv2d_weight if rank == 2 else torch._C._nn.mkldnn_reorder_conv3d_weight
        with torch.no_grad():  # an inference tensor has no oneDNN layout
            weights = prepack(w.to_mkldnn(), pad, stride, dilation, groups)
            blocked = [x.to_mkldnn(), weights, b.to_mkldnn()]
        variants.append(Variant("oneDNN blocked", forward(call, blocked), torch.no_grad))
    return Work(variants, lambda x: call(x, w, b), x)


def pool(inputs, kind, size, stride, pad, any):
    """In the layout that both sides are given, or in any."""
    f = {"max": F.max_pool2d, "average": F.avg_pool2d}[kind]
    x, dy = inputs["x"], inputs.get("dy")
    grad, last = dy is not None, torch.channels_last

    def call(x):
        return f(x, size, stride, pad)
    variants = [Variant("NCHW", either(call, [x], dy), lambda: plain(grad)),
                Variant("channels last", either(call, [x.to(memory_format=last)], dy if dy is None else dy.to(memory_format=last)),
                        lambda: plain(grad))]
    if not any:
        return Work(variants[:1], call, x)
    if not grad:
        with torch.no_grad():
            blocked = x.to_mkldnn()
        variants.append(Variant("oneDNN blocked", forward(call, [blocked]), torch.no_grad))
    return Work(variants, call, x)


def rows(inputs, kind):
    x, dy = inputs["x"], inputs.get("dy")
    if kind == "layer norm":
        return simple(lambda x, w, b: F.layer_norm(x, x.shape[-1:], w, b), inputs, ("x", "w", "b"))
    f = {"softmax": F.softmax, "log-softmax": F.log_softmax}[kind]
    return simple(lambda x: f(x, -1), inputs)


def scripted(f, inputs):
    """The chain as the library runs it, and fused by its compiler."""
    dy, given = inputs.get("dy"), [value for name, value in inputs.items() if name != "dy"]
    grad = dy is not None
    traced = torch.jit.trace(f, tuple(given), check_trace=False)
    for _ in range(3):
        traced(*given)
    return Work([Variant("torch", either(f, given, dy), lambda: plain(grad)),
                 Variant("jit trace", either(traced, given, dy), lambda: plain(grad))], f, given[0])


MAPS = {
    "relu": F.relu,
    "exp": torch.exp,
    "sigmoid": torch.sigmoid,
    "chain": lambda x: torch.sigmoid(x * x + x) * x,
    "gelu": lambda x, b: F.gelu(x + b, approximate="tanh"),
    "norm": lambda x, m, d, w, b: F.relu(F.batch_norm(x, m, d * d, w, b)),
}
MOVES = {
    "sum": lambda x, axes: x.sum(axes),
    "max": lambda x, axes: x.amax(axes),
    "transpose": lambda x, axes: x.permute(axes).contiguous(),
}


def gather(inputs):
    return simple(lambda w, i: F.embedding(i, w), inputs, ("x", "i"))


def scatter_add(inputs, size):
    x, i = inputs["x"], inputs["i"].reshape(-1)
    flat = x.reshape(-1, x.shape[-1])

    def dense():
        return (torch.ops.aten.embedding_dense_backward(x, inputs["i"], size, -1, False),)

    def index_add():
        return (torch.zeros(size, x.shape[-1]).index_add_(0, i, flat),)
    return Work([Variant("embedding_dense_backward", dense, lambda: plain(False)),
                 Variant("index_add", index_add, lambda: plain(False))])


def concat(inputs, axis):
    parts = list(inputs.values())
    return Work([Variant("torch", lambda: (torch.cat(parts, axis),), lambda: plain(False))])


def train(inputs, network, optimiser, rate):
    """Whole training steps of one network by several optimisers' forms and layouts; checked is one step of plain SGD."""
    x, target = inputs.pop("x"), inputs.pop("target")
    values = list(inputs.values())
    make = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam}[optimiser]
    loss, network = torch_networks.LOSSES.get(network, F.nll_loss), torch_networks.NETWORKS[network]

    def stepping(net, x, optimiser):
        def step():
            optimiser.zero_grad(set_to_none=True)
            value = loss(net(x), target)
            value.backward()
            optimiser.step()
            return (value,)
        return step

    def check():
        net, at = torch_networks.Loaded(network(checked=True), values), 1000
        value = stepping(net.net, x, torch.optim.SGD(net.net.parameters(), lr=at))()[0]
        return (value, *((new - old) / at for new, old in zip(net.values(), values)))

    def variant(name, each, context, last=False, trace=False):
        net, data = torch_networks.Loaded(network(checked=False), values).net, x
        if last:
            net, data = net.to(memory_format=torch.channels_last), x.to(memory_format=torch.channels_last)
        if trace:
            net = torch.jit.trace(net, data, check_trace=False)
        return Variant(name, stepping(net, data, make(net.parameters(), lr=rate, foreach=each)), context, True, check)
    variants = [variant("plain", False, lambda: plain(True)), variant("foreach", True, lambda: plain(True)),
                variant("foreach, no oneDNN", True, lambda: without_onednn(True)),
                variant("foreach, jit trace", True, lambda: plain(True), trace=True)]
    if x.dim() == 4:
        variants.append(variant("foreach, channels last", True, lambda: plain(True), last=True))
    return Work(variants)


def model(inputs, name):
    """A whole network forward: eager, and as a frozen trace."""
    if hasattr(torch.backends, "mha"):
        torch.backends.mha.set_fastpath_enabled(False)  # an encoder's fast path is no operator of ONNX
    net, x = torch_models.network(name), inputs["x"]
    with torch.no_grad():
        frozen = torch.jit.freeze(torch.jit.trace(net, x, check_trace=False))
        tuned = torch.jit.optimize_for_inference(torch.jit.trace(net, x, check_trace=False))
        for _ in range(3):
            frozen(x), tuned(x)
    variants = [Variant("eager", forward(net, [x]), torch.no_grad, True),
                Variant("frozen trace", forward(frozen, [x]), torch.no_grad, True),
                Variant("frozen trace, tuned", forward(tuned, [x]), torch.no_grad, True)]
    if x.dim() == 4:
        last = torch_models.network(name).to(memory_format=torch.channels_last)
        variants.append(Variant("channels last", forward(last, [x.to(memory_format=torch.channels_last)]), torch.no_grad, True))
    return Work(variants, net, x)


KINDS = {
    "dot": dot, "conv": conv, "pool": pool, "rows": rows, "gather": gather, "scatter_add": scatter_add, "concat": concat,
    "train": train, "model": model,
    "map": lambda inputs, kind: scripted(MAPS[kind], inputs),
    "move": lambda inputs, kind, axes: simple(lambda x: MOVES[kind](x, axes), inputs),
}
