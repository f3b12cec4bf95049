"""Writes folders of ONNX backend tests with cotangents and gradients, whose numbers PyTorch computes in float64.

    python3 tests/peer/torch_gradients.py OUT [--count N] [--seed S] [--only family]
    minitorch verify OUT

Each folder: model.onnx, test_data_set_0/{input,output,cotangent,gradient}_K.pb. A model is one operator or a small chain,
built here node by node (not exported from PyTorch), so that the two sides share nothing but the operator's definition.
Needs Python with torch, onnx and numpy; nothing of MiniTorch's build or tests does.
"""
import argparse
import os
import random

import numpy as np
import onnx
import torch
import torch.nn.functional as F
from onnx import TensorProto, helper, numpy_helper

OPSET = 17
rng = random.Random(0)


def pick(*xs):
    return rng.choice(xs)


def ints(lo, hi, n):
    return [rng.randint(lo, hi) for _ in range(n)]


class Case:
    """A model under construction: each call adds a node and computes the same with PyTorch."""

    def __init__(self):
        self.nodes, self.inputs, self.initial, self.opset = [], [], [], OPSET

    def input(self, *shape, scale=1.0, positive=False, grad=True):
        x = torch.randn(shape) * scale
        x = x.abs() + 0.1 if positive else x
        return self.value(x, grad)

    def value(self, x, grad=True):
        name = f"x{len(self.inputs)}"
        t = x.double() if x.is_floating_point() else x
        t = t.clone().requires_grad_(grad and x.is_floating_point())
        self.inputs.append((name, x, t))
        return (name, t)

    def const(self, values, dtype=np.int64):
        name = f"c{len(self.initial)}"
        self.initial.append(numpy_helper.from_array(np.array(values, dtype), name))
        return name

    def node(self, op, args, result, outputs=1, keep=0, **attributes):
        names = [f"n{len(self.nodes)}_{i}" for i in range(outputs)]
        args = [a[0] if isinstance(a, tuple) else a for a in args]
        self.nodes.append(helper.make_node(op, args, names, **{k: v for k, v in attributes.items() if v is not None}))
        return (names[keep], result)

    def write(self, folder, results):
        path = os.path.join(folder, "test_data_set_0")
        os.makedirs(path, exist_ok=True)
        info = lambda n, x: helper.make_tensor_value_info(n, helper.np_dtype_to_tensor_dtype(x.dtype), x.shape) if hasattr(
            helper, "np_dtype_to_tensor_dtype") else helper.make_tensor_value_info(
            n, onnx.mapping.NP_TYPE_TO_TENSOR_TYPE[x.dtype], x.shape)
        single = lambda t: np.array(t.detach().numpy(), np.float32 if t.is_floating_point() else None, order="C")
        graph = helper.make_graph(self.nodes, "case", [info(n, single(x)) for n, x, _ in self.inputs],
                                  [info(n, single(r)) for n, r in results], self.initial)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", self.opset)], ir_version=8)
        if self.opset <= onnx.defs.onnx_opset_version():
            onnx.checker.check_model(model)
        with open(os.path.join(folder, "model.onnx"), "wb") as f:
            f.write(model.SerializeToString())

        def save(kind, k, x, name):
            with open(os.path.join(path, f"{kind}_{k}.pb"), "wb") as f:
                f.write(numpy_helper.from_array(single(x), name).SerializeToString())

        floats = [(k, r) for k, (_, r) in enumerate(results) if r.is_floating_point()]
        cotangents = [torch.randn(r.shape).double() for _, r in floats]
        wrt = [(k, t) for k, (_, _, t) in enumerate(self.inputs) if t.requires_grad]
        gradients = torch.autograd.grad([r for _, r in floats], [t for _, t in wrt], cotangents, allow_unused=True)
        for k, (n, x, _) in enumerate(self.inputs):
            save("input", k, x, n)
        for k, (n, r) in enumerate(results):
            save("output", k, r, n)
        for (k, _), c in zip(floats, cotangents):
            save("cotangent", k, c.float(), results[k][0])
        for (k, t), g in zip(wrt, gradients):
            save("gradient", k, torch.zeros_like(t) if g is None else g, self.inputs[k][0])


def torch_pads(lo, hi):
    return [p for a, b in reversed(list(zip(lo, hi))) for p in (a, b)]


CONV = {1: F.conv1d, 2: F.conv2d, 3: F.conv3d}
TRANSPOSED = {1: F.conv_transpose1d, 2: F.conv_transpose2d, 3: F.conv_transpose3d}
MAXPOOL = {1: F.max_pool1d, 2: F.max_pool2d, 3: F.max_pool3d}
AVGPOOL = {1: F.avg_pool1d, 2: F.avg_pool2d, 3: F.avg_pool3d}


def conv(c):
    d, g = pick(1, 2, 2, 3), pick(1, 1, 2, 3)
    n, ci, co = rng.randint(1, 3), g * rng.randint(1, 3), g * rng.randint(1, 3)
    k, s, dil, lo, hi = ints(1, 4, d), ints(1, 3, d), ints(1, 2, d), ints(0, 2, d), ints(0, 2, d)
    size = [(a - 1) * b + 1 + rng.randint(0, 6 if d < 3 else 3) for a, b in zip(k, dil)]
    x, w = c.input(n, ci, *size), c.input(co, ci // g, *k)
    b = c.input(co) if pick(0, 1) else None
    y = CONV[d](F.pad(x[1], torch_pads(lo, hi)), w[1], b[1] if b else None, s, 0, dil, g)
    return [c.node("Conv", [x, w] + ([b] if b else []), y, strides=s, dilations=dil, pads=lo + hi, group=g, kernel_shape=k)]


def conv_transpose(c):
    d, g = pick(1, 2, 2, 3), pick(1, 1, 2)
    n, ci, co = rng.randint(1, 2), g * rng.randint(1, 3), rng.randint(1, 3)
    k, s, dil = ints(1, 4, d), ints(1, 3, d), ints(1, 2, d)
    out = [rng.randint(0, max(a, b) - 1) for a, b in zip(s, dil)]
    x, w = c.input(n, ci, *ints(2, 5 if d < 3 else 3, d)), c.input(ci, co, *k)
    full = TRANSPOSED[d](x[1], w[1], None, s, 0, out, g, dil)
    lo, hi = [rng.randint(0, min(2, (m - 1) // 2)) for m in full.shape[2:]], [rng.randint(0, min(2, (m - 1) // 2)) for m in full.shape[2:]]
    y = F.pad(full, torch_pads([-p for p in lo], [-p for p in hi]))
    return [c.node("ConvTranspose", [x, w], y, strides=s, dilations=dil, pads=lo + hi, output_padding=out, group=g, kernel_shape=k)]


def max_pool(c):
    d = pick(1, 2, 2, 3)
    k, s, dil = ints(1, 4, d), ints(1, 3, d), ints(1, 2, d)
    pad = [rng.randint(0, m // 2) for m in k]
    size = [(a - 1) * b + 1 + rng.randint(0, 6 if d < 3 else 3) for a, b in zip(k, dil)]
    x, ceil = c.input(rng.randint(1, 2), rng.randint(1, 3), *size), pick(False, True)
    y = MAXPOOL[d](x[1], k, s, pad, dil, ceil)
    return [c.node("MaxPool", [x], y, kernel_shape=k, strides=s, dilations=dil, pads=pad + pad, ceil_mode=int(ceil))]


def average_pool(c):
    d = pick(1, 2, 2, 3)
    k, s = ints(1, 4, d), ints(1, 3, d)
    pad, count = [rng.randint(0, m // 2) for m in k], pick(False, True)
    x = c.input(rng.randint(1, 2), rng.randint(1, 3), *[a + rng.randint(0, 6 if d < 3 else 3) for a in k])
    y = AVGPOOL[d](x[1], k, s, pad, False, count)
    return [c.node("AveragePool", [x], y, kernel_shape=k, strides=s, pads=pad + pad, count_include_pad=int(count))]


def lp_pool(c):
    k, s, p = ints(1, 3, 2), ints(1, 2, 2), pick(1, 2, 3)
    x = c.input(2, 2, *[a + rng.randint(0, 5) for a in k], positive=True)
    y = F.avg_pool2d(x[1].pow(p), k, s, divisor_override=1).pow(1 / p)
    return [c.node("LpPool", [x], y, kernel_shape=k, strides=s, p=p)]


def global_pool(c):
    op, f = pick(("GlobalMaxPool", torch.amax), ("GlobalAveragePool", torch.mean))
    d = rng.randint(1, 3)
    x = c.input(2, 3, *ints(1, 5, d))
    return [c.node(op, [x], f(x[1], dim=list(range(2, 2 + d)), keepdim=True))]


def pad(c):
    mode = pick("constant", "reflect", "edge")
    d = pick(1, 2)
    size = ints(3, 6, d)
    lo, hi = ints(0, 2, d), ints(0, 2, d)
    if mode == "constant" and pick(0, 1):
        lo[0] = -1
    x = c.input(2, 2, *size)
    y = F.pad(x[1], torch_pads(lo, hi), {"edge": "replicate"}.get(mode, mode))
    return [c.node("Pad", [x, c.const([0, 0] + lo + [0, 0] + hi)], y, mode=mode)]


def softmax(c):
    op, f = pick(("Softmax", F.softmax), ("LogSoftmax", F.log_softmax))
    r = rng.randint(1, 4)
    x, axis = c.input(*ints(1, 6, r), scale=pick(1, 5, 50)), rng.randint(-r, r - 1)
    return [c.node(op, [x], f(x[1], axis), axis=axis)]


ACTIVATIONS = [
    ("Relu", F.relu, {}), ("LeakyRelu", lambda x: F.leaky_relu(x, 0.2), dict(alpha=0.2)), ("Elu", lambda x: F.elu(x, 0.7), dict(alpha=0.7)),
    ("Selu", F.selu, {}), ("Celu", lambda x: F.celu(x, 1.5), dict(alpha=1.5)), ("Sigmoid", torch.sigmoid, {}), ("Tanh", torch.tanh, {}),
    ("Softplus", F.softplus, {}), ("Softsign", F.softsign, {}), ("HardSwish", F.hardswish, {}), ("Erf", torch.erf, {}),
    ("HardSigmoid", F.hardsigmoid, dict(alpha=1 / 6, beta=0.5)), ("ThresholdedRelu", lambda x: F.threshold(x, 0.3, 0.0), dict(alpha=0.3)),
    ("Exp", torch.exp, {}), ("Abs", torch.abs, {}), ("Neg", torch.neg, {}), ("Sin", torch.sin, {}), ("Cos", torch.cos, {}),
    ("Tan", torch.tan, {}), ("Sinh", torch.sinh, {}), ("Cosh", torch.cosh, {}), ("Asinh", torch.asinh, {}), ("Atan", torch.atan, {}),
    ("Reciprocal", torch.reciprocal, {}), ("Mish", F.mish, {}),
]
BOUNDED = [("Asin", torch.asin), ("Acos", torch.acos), ("Atanh", torch.atanh)]
POSITIVE = [("Log", torch.log), ("Sqrt", torch.sqrt), ("Acosh", lambda x: torch.acosh(x))]


def activation(c):
    kind = rng.randint(0, 9)
    shape = ints(1, 5, rng.randint(0, 4))
    if kind == 0:
        op, f = pick(*BOUNDED)
        x = c.value(torch.rand(shape) * 1.8 - 0.9)
        return [c.node(op, [x], f(x[1]))]
    if kind == 1:
        op, f = pick(*POSITIVE)
        x = c.value(torch.rand(shape) * 3 + 1.1)
        return [c.node(op, [x], f(x[1]))]
    if kind == 2:
        x, slope = c.input(2, 3, 4), c.input(*pick([3, 1], [1], [2, 3, 4]))
        return [c.node("PRelu", [x, slope], torch.where(x[1] > 0, x[1], slope[1] * x[1]))]
    op, f, attributes = pick(*ACTIVATIONS)
    x = c.input(*shape)
    if op == "Mish":
        c.opset = 18
        attributes = {}
    return [c.node(op, [x], f(x[1]), **attributes)]


def binary(c):
    a, b = pick(([2, 3, 4], [3, 1]), ([4], [2, 1]), ([2, 3], [2, 3]), ([1, 5], [5, 1]), ([], [3]))
    op, f = pick(("Add", torch.add), ("Sub", torch.sub), ("Mul", torch.mul), ("Div", torch.div), ("Pow", torch.pow),
                 ("Max", torch.maximum), ("Min", torch.minimum))
    x, y = c.input(*a, positive=op == "Pow"), c.input(*b, positive=op in ("Div", "Pow"))
    return [c.node(op, [x, y], f(x[1], y[1]))]


def reduction(c):
    r = rng.randint(1, 4)
    shape = ints(1, 5, r)
    axes, keep = sorted(rng.sample(range(r), rng.randint(1, r))), pick(True, False)
    name, f = pick(
        ("ReduceMean", torch.mean), ("ReduceMax", torch.amax), ("ReduceMin", torch.amin), ("ReduceLogSumExp", torch.logsumexp),
        ("ReduceL1", lambda x, dim, keepdim: x.abs().sum(dim, keepdim)), ("ReduceL2", lambda x, dim, keepdim: x.pow(2).sum(dim, keepdim).sqrt()),
        ("ReduceSumSquare", lambda x, dim, keepdim: x.pow(2).sum(dim, keepdim)), ("ReduceSum", torch.sum), ("ReduceProd", None))
    x = c.input(*shape)
    if name == "ReduceProd":
        y = x[1]
        for a in reversed(axes):
            y = y.prod(a, keepdim=keep)
    else:
        y = f(x[1], dim=axes, keepdim=keep)
    if name == "ReduceSum":
        return [c.node(name, [x, c.const(axes)], y, keepdims=int(keep))]
    return [c.node(name, [x], y, axes=axes, keepdims=int(keep))]


def product(c):
    kind = rng.randint(0, 2)
    if kind == 0:
        a, b = pick(([3, 4], [4, 5]), ([2, 3, 4], [4, 5]), ([2, 1, 3, 4], [5, 4, 2]), ([4], [4, 3]), ([2, 3, 4], [4]), ([4], [4]))
        x, y = c.input(*a), c.input(*b)
        return [c.node("MatMul", [x, y], torch.matmul(x[1], y[1]))]
    if kind == 1:
        ta, tb, (m, k, n) = pick(0, 1), pick(0, 1), ints(1, 5, 3)
        x, y = c.input(*([k, m] if ta else [m, k])), c.input(*([n, k] if tb else [k, n]))
        z = c.input(*pick([m, n], [n], [m, 1], [1]))
        r = 0.5 * (x[1].T if ta else x[1]) @ (y[1].T if tb else y[1]) + 2 * z[1]
        return [c.node("Gemm", [x, y, z], r, alpha=0.5, beta=2.0, transA=ta, transB=tb)]
    e, shapes = pick(("bij,bjk->bik", ([2, 3, 4], [2, 4, 5])), ("ij,kj->ik", ([3, 4], [5, 4])), ("ijk,k->ij", ([2, 3, 4], [4])),
                     ("bhid,bhjd->bhij", ([2, 2, 3, 4], [2, 2, 5, 4])), ("i,j->ij", ([3], [4])), ("...ij,...jk", ([2, 3, 4], [4, 2])))
    x, y = c.input(*shapes[0]), c.input(*shapes[1])
    return [c.node("Einsum", [x, y], torch.einsum(e, x[1], y[1]), equation=e)]


def normalization(c):
    kind = rng.randint(0, 3)
    if kind == 0:
        shape, axis = [2, 3, 4, 2], rng.randint(1, 3)
        x, w, b = c.input(*shape), c.input(*shape[axis:]), c.input(*shape[axis:])
        return [c.node("LayerNormalization", [x, w, b], F.layer_norm(x[1], shape[axis:], w[1], b[1], 1e-5), axis=axis)]
    x, w, b = c.input(3, 4, *ints(2, 4, 2)), c.input(4), c.input(4)
    if kind == 1:
        return [c.node("InstanceNormalization", [x, w, b], F.instance_norm(x[1], weight=w[1], bias=b[1], eps=1e-5))]
    if kind == 2:
        m, v = c.input(4), c.input(4, positive=True)
        channel = lambda t: t[1].reshape(1, 4, 1, 1)
        y = (x[1] - channel(m)) / torch.sqrt(channel(v) + 1e-5) * channel(w) + channel(b)
        return [c.node("BatchNormalization", [x, w, b, m, v], y)]
    return [c.node("LRN", [x], F.local_response_norm(x[1], 3, 0.1, 0.75, 1.0), alpha=0.1, beta=0.75, bias=1.0, size=3)]


def movement(c):
    kind = rng.randint(0, 7)
    x = c.input(2, 3, 4)
    if kind == 0:
        perm = rng.sample(range(3), 3)
        return [c.node("Transpose", [x], x[1].permute(*perm), perm=perm)]
    if kind == 1:
        y = c.input(2, 5, 4)
        return [c.node("Concat", [x, y], torch.cat([x[1], y[1]], 1), axis=1)]
    if kind == 2:
        return [c.node("Slice", [x, c.const([-1, 0]), c.const([-9, 4]), c.const([1, 2]), c.const([-2, 2])], x[1].flip(1)[:, ::2, ::2])]
    if kind == 3:
        i = torch.tensor([[0, 2], [1, 0]])
        return [c.node("Gather", [x, c.value(i)], x[1][:, i], axis=1)]
    if kind == 4:
        i = torch.randint(0, 3, (2, 2, 4))
        return [c.node("GatherElements", [x, c.value(i)], torch.gather(x[1], 1, i), axis=1)]
    if kind == 5:
        i, u = torch.randint(0, 3, (2, 2, 4)), c.input(2, 2, 4)
        y = x[1].scatter_add(1, i, u[1])
        return [c.node("ScatterElements", [x, c.value(i), u], y, axis=1, reduction="add")]
    if kind == 6:
        m, y = torch.rand(2, 3, 4) > 0.5, c.input(4)
        return [c.node("Where", [c.value(m), x, y], torch.where(m, x[1], y[1]))]
    return [c.node("Expand", [c.input(3, 1), c.const([2, 3, 4])], c.inputs[-1][2].expand(2, 3, 4)),
            c.node("Tile", [x, c.const([1, 2, 2])], x[1].repeat(1, 2, 2))]


def order(c):
    kind, x = rng.randint(0, 2), c.input(3, 5)
    if kind == 0:
        values, at = torch.topk(x[1], 3, dim=1)
        c.nodes.append(helper.make_node("TopK", [x[0], c.const([3])], ["values", "at"], axis=1))
        return [("values", values), ("at", at)]
    if kind == 1:
        return [c.node("CumSum", [x, c.const(1)], torch.cumsum(x[1], 1))]
    return [c.node("Clip", [x, c.const(-0.5, np.float32), c.const(0.6, np.float32)], torch.clamp(x[1], -0.5, float(np.float32(0.6))))]


def resize(c):
    x, up = c.input(1, 2, 4, 5), pick(2.0, 3.0)
    scales = c.const([1, 1, up, up], np.float32)
    kind = rng.randint(0, 3)
    if kind == 0:
        y = F.interpolate(x[1], scale_factor=up, mode="nearest")
        return [c.node("Resize", [x, "", scales], y, mode="nearest", coordinate_transformation_mode="asymmetric", nearest_mode="floor")]
    if kind == 1:
        y = F.interpolate(x[1], scale_factor=up, mode="bilinear", align_corners=True)
        return [c.node("Resize", [x, "", scales], y, mode="linear", coordinate_transformation_mode="align_corners")]
    if kind == 2:
        y = F.interpolate(x[1], scale_factor=up, mode="bicubic", align_corners=False)
        return [c.node("Resize", [x, "", scales], y, mode="cubic", cubic_coeff_a=-0.75, coordinate_transformation_mode="pytorch_half_pixel")]
    y = F.interpolate(x[1], scale_factor=up, mode="bilinear", align_corners=False)
    return [c.node("Resize", [x, "", scales], y, mode="linear", coordinate_transformation_mode="pytorch_half_pixel")]


def loss(c):
    n, k, r = 4, 5, pick("mean", "sum", "none")
    x, t = c.input(n, k, *pick([], [3])), None
    t = torch.randint(0, k, [n] + list(x[1].shape[2:]))
    w = c.input(k, positive=True, grad=False) if pick(0, 1) else None
    args = [x, c.value(t)] + ([w] if w else [])
    if pick(0, 1):
        y = F.cross_entropy(x[1], t, weight=w[1] if w else None, reduction=r)
        return [c.node("SoftmaxCrossEntropyLoss", args, y, reduction=r)]
    y = F.nll_loss(x[1], t, weight=w[1] if w else None, reduction=r)
    return [c.node("NegativeLogLikelihoodLoss", args, y, reduction=r)]


def recurrent(c):
    s, n, i, h = rng.randint(1, 4), rng.randint(1, 3), rng.randint(1, 4), rng.randint(1, 4)
    op, gates, run, both = pick(("RNN", 1, torch.rnn_tanh, 0), ("GRU", 3, torch.gru, 0), ("LSTM", 4, torch.lstm, 0),
                                ("LSTM", 4, torch.lstm, 1), ("GRU", 3, torch.gru, 1))
    d = 1 + both
    x, w, r, b = c.input(s, n, i), c.input(d, gates * h, i), c.input(d, gates * h, h), c.input(d, 2 * gates * h)
    # gates: PyTorch has i f g o and r z n, ONNX i o f c and z r h
    rows = {1: [0], 3: [1, 0, 2], 4: [0, 2, 3, 1]}[gates]
    theirs = lambda m, *e: m.reshape(gates, h, *e)[rows].reshape(gates * h, *e)
    weights = [t for k in range(d) for t in (theirs(w[1][k], i), theirs(r[1][k], h),
                                             theirs(b[1][k][:gates * h]), theirs(b[1][k][gates * h:]))]
    zero = torch.zeros(d, n, h).double()
    y, *state = run(x[1], (zero, zero) if op == "LSTM" else zero, weights, True, 1, 0.0, False, bool(both), False)
    names = ["y", "y_h", "y_c"][:1 + len(state)]
    c.nodes.append(helper.make_node(op, [x[0], w[0], r[0], b[0]], names, hidden_size=h,
                                    direction="bidirectional" if both else "forward", **(dict(linear_before_reset=1) if op == "GRU" else {})))
    return list(zip(names, [y.reshape(s, n, d, h).permute(0, 2, 1, 3)] + state))


def chain(c):
    n, ch, size = rng.randint(1, 3), rng.randint(1, 3), rng.randint(8, 12)
    x = y = c.input(n, ch, size, size)
    for _ in range(rng.randint(1, 3)):
        out = rng.randint(2, 4)
        w, b = c.input(out, y[1].shape[1], 3, 3, scale=0.4), c.input(out)
        y = c.node("Conv", [y, w, b], F.conv2d(y[1], w[1], b[1], padding=1), pads=[1, 1, 1, 1])
        op, f, attributes = pick(*ACTIVATIONS[:8])
        y = c.node(op, [y], f(y[1]), **attributes)
        if y[1].shape[2] >= 4:
            y = pick(lambda: c.node("MaxPool", [y], F.max_pool2d(y[1], 2), kernel_shape=[2, 2], strides=[2, 2]),
                     lambda: c.node("AveragePool", [y], F.avg_pool2d(y[1], 3, 2), kernel_shape=[3, 3], strides=[2, 2]),
                     lambda: y)()
    y = c.node("Flatten", [y], y[1].flatten(1))
    w, b = c.input(y[1].shape[1], 5, scale=0.3), c.input(5)
    y = c.node("Gemm", [y, w, b], y[1] @ w[1] + b[1])
    if pick(0, 1):
        return [c.node("LogSoftmax", [y], F.log_softmax(y[1], 1), axis=1)]
    t = torch.randint(0, 5, (n,))
    return [c.node("SoftmaxCrossEntropyLoss", [y, c.value(t)], F.cross_entropy(y[1], t))]


FAMILIES = [conv, conv, conv_transpose, max_pool, average_pool, lp_pool, global_pool, pad, softmax, activation, activation, binary,
            reduction, product, normalization, movement, order, resize, loss, recurrent, chain, chain]


def main():
    args = argparse.ArgumentParser()
    args.add_argument("out")
    args.add_argument("--count", type=int, default=440)
    args.add_argument("--seed", type=int, default=1)
    args.add_argument("--only")
    a = args.parse_args()
    families = [f for f in FAMILIES if not a.only or f.__name__ == a.only]
    for i in range(a.count):
        family = families[i % len(families)]
        rng.seed(a.seed * 1_000_003 + i)
        torch.manual_seed(a.seed * 1_000_003 + i)
        case = Case()
        case.write(os.path.join(a.out, f"{family.__name__}_{i:04d}"), family(case))


if __name__ == "__main__":
    main()
