"""Implementations that the checker has not been tuned on: wrong ones with the diagnosis to expect, and right ones.

None inherits from backprop, and the right ones are written in other ways than the package's: on them the checker must
find nothing. A row is a name, the kind (WRONG only), inputs, forward, backward, and parameters.
"""

import inspect
from dataclasses import dataclass, field
from types import SimpleNamespace

import numpy as np


@dataclass
class Row:
    """forward(*inputs, *params) -> y, and backward(g, y, *inputs, *params) -> gradients, those of params by name."""

    name: str
    kind: str | None
    inputs: callable
    forward: callable
    backward: callable
    params: dict = field(default_factory=dict)

    def make(self):
        names = list(inspect.signature(self.backward).parameters)[2:]
        operation = Written()
        operation.rules = self.forward, self.backward
        operation.arguments = tuple(names[: len(names) - len(self.params)])
        operation.params = {name: np.array(value) for name, value in self.params.items()}
        operation.grads = {}
        return operation


class Written:
    def forward(self, *inputs):
        self.inputs = inputs
        self.y = self.rules[0](*inputs, *self.params.values())
        return self.y

    def backward(self, grad_output):
        returned = self.rules[1](grad_output, self.y, *self.inputs, *self.params.values())
        if self.params:
            *returned, self.grads = returned
            returned = tuple(returned)
        return returned


class Keeping:
    """What keeps more than inputs and output: a class of its own, given as two methods."""

    def __new__(cls, forward, backward):
        return type("Keeping", (), {"forward": forward, "backward": backward})()


# Inputs


def signed(low, high, *shapes):
    """A function of a Generator: arrays with elements of low to high, and either sign."""
    return lambda rng: tuple(rng.uniform(low, high, s) * rng.choice([-1.0, 1.0], s) for s in shapes)


def spread(rng, shape):
    """Elements in random order with at least 0.1 between any two, so that no order or maximum is near a tie."""
    size = int(np.prod(shape))
    return (0.2 * (rng.permutation(size) - size / 2) + rng.uniform(0, 0.1, size)).reshape(shape)


def off_the_corners(rng, shape):
    """Elements of -2 to 2, at least 0.1 away from -1, 0 and 1."""
    return (rng.uniform(0.1, 0.9, shape) + rng.integers(0, 2, shape)) * rng.choice([-1.0, 1.0], shape)


def matrix(rng, columns=None):
    """A normal matrix of a random number of rows, and of columns unless given."""
    return rng.normal(size=(rng.integers(1, 7), columns or rng.integers(1, 6)))


def normal(*shape, seed):
    return np.random.default_rng(seed).normal(size=shape)


def any_indices(rng):
    rows, classes = rng.integers(1, 7), rng.integers(2, 6)
    return rng.normal(size=(rows, classes)), rng.integers(classes, size=rows)


def one_hot(rng):
    scores, targets = any_indices(rng)
    return scores, np.eye(scores.shape[1])[targets]


def near_targets(rng):
    targets = rng.normal(size=(rng.integers(2, 6), rng.integers(1, 5)))
    return targets + off_the_corners(rng, targets.shape), targets


def yes_or_no(rng):
    return rng.normal(size=(5, 3)), rng.integers(0, 2, (5, 3)).astype(float)


def probabilities(rng):
    return rng.uniform(0.1, 0.9, (5, 2)), rng.integers(0, 2, (5, 2)).astype(float)


def soft_probabilities(rng):
    return rng.uniform(0.1, 0.9, (5, 2)), rng.uniform(0.1, 0.9, (5, 2))


def margins(rng):
    """Within the margin, beyond it, and on the wrong side."""
    products = np.concatenate([rng.uniform(low, low + 0.8, 3) for low in (0.1, 1.1, -0.9)])
    signs = rng.choice([-1.0, 1.0], products.shape)
    return signs * products, signs


# Functions


def sigma(x):
    return 1 / (1 + np.exp(-x))


def softmax(x):
    e = np.exp(x - x.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def mean(x, axis=-1):
    return x.mean(axis=axis, keepdims=True)


def total(x, axis=-1):
    return x.sum(axis=axis, keepdims=True)


def deviation(x, axis=-1, eps=0.01):
    return np.sqrt(x.var(axis=axis, keepdims=True) + eps)


def normalized(x, axis=-1, eps=0.01):
    return (x - mean(x, axis)) / deviation(x, axis, eps)


def of_normalized(g, x, axis=-1, eps=0.01, s=None):
    """The right gradient through `normalized`; with another deviation if given."""
    s = deviation(x, axis, eps) if s is None else s
    z = (x - mean(x, axis)) / s
    return (g - mean(g, axis) - z * total(g * z, axis) / x.shape[axis]) / s


def windows(x, kernel):
    return np.array([x[i : i + 3] @ kernel for i in range(len(x) - 2)])


def windows_back(g, x, kernel, add):
    dx = np.zeros_like(x)
    for i, d in enumerate(g):
        dx[i : i + 3] = d * kernel + (dx[i : i + 3] if add else 0)
    return dx, {"kernel": sum(d * x[i : i + 3] for i, d in enumerate(g))}


def huber(y, t):
    e = np.abs(y - t)
    return np.where(e <= 1, e**2 / 2, e - 0.5).sum() / len(y)


def binary(p, targets):
    return -np.mean(targets * np.log(p) + (1 - targets) * np.log(1 - p))


def attention(q, k, v, root=2.0):
    return softmax(q @ k.T / root) @ v


def attention_back(g, q, k, v, forward_root=2.0, root=2.0):
    a = softmax(q @ k.T / forward_root)
    da = g @ v.T
    ds = a * (da - total(da * a)) / root
    return ds @ k, ds.T @ q, a.T @ g


def embedding_back(g, ids, W, add):
    dW = np.zeros_like(W)
    for i, row in zip(ids, g):
        dW[i] = row + (dW[i] if add else 0)
    return dW


def rows_in_place(self, x):
    self.length = np.sqrt(total(x * x))
    x /= self.length
    self.unit = x.copy()
    return self.unit


ROWS, SQUARE, VECTORS = signed(0.2, 2, (5, 3)), signed(0.2, 2, (5, 4)), signed(0.2, 2, (4,), (4,))
KERNEL, SCALE = {"kernel": [0.5, -1.0, 2.0]}, {"scale": [0.5, 1.5, -2.0], "shift": [0.1, 0.2, -0.3]}
DENSE, FOUR = {"W": normal(3, 4, seed=2), "b": normal(4, seed=3)}, {"W": normal(4, 4, seed=3)}
QUERIES = signed(0.2, 1, (5, 4), (3, 4), (3, 2))
LONG = signed(0.2, 2, (7,))

WRONG = [
    Row(*row) for row in [
        ("SquareHalved", "constant factor", ROWS, lambda x: x**2, lambda g, y, x: g * x),
        ("CubeReducedTwice", "wrong local derivative", ROWS, lambda x: x**3, lambda g, y, x: 3 * x * g),
        ("SoftplusOfItsOutput", "output taken for input", ROWS, lambda x: np.log1p(np.exp(x)), lambda g, y,
         x: g * sigma(y)),
        ("SwishWithoutProductRule", "wrong local derivative", ROWS, lambda x: x * sigma(x), lambda g, y,
         x: g * sigma(x)),
        ("TanhSquaredOutside", "wrong local derivative", ROWS, np.tanh, lambda g, y, x: g * (1 - y) ** 2),
        ("LogSoftmaxDiagonal", "treated as elementwise", ROWS, lambda x: np.log(softmax(x)), lambda g, y,
         x: g * (1 - softmax(x))),
        ("LogSoftmaxSummedDown", "summed wrongly", ROWS, lambda x: np.log(softmax(x)),
         lambda g, y, x: g - softmax(x) * g.sum(axis=0)),
        ("RootFromItsInput", "input taken for output", lambda rng: (rng.uniform(0.3, 3, (5, 3)),), np.sqrt,
         lambda g, y, x: g / (2 * x)),
        ("SinePassesOn", "local derivative left out", ROWS, np.sin, lambda g, y, x: g.copy()),
        ("ClipMaskInverted", "mask inverted", lambda rng: (off_the_corners(rng, (5, 4)),), lambda x: np.clip(x, -1, 1),
         lambda g, y, x: g * (np.abs(x) > 1)),
        ("ReluTimesOutput", "wrong local derivative", ROWS, lambda x: np.maximum(x, 0), lambda g, y, x: g * y),
        ("ReluForLeaky", "term left out", ROWS, lambda x: np.where(x > 0, x, 0.2 * x), lambda g, y,
         x: np.where(x > 0, g, 0)),
        ("AbsoluteOfUpstream", "another value used", ROWS, lambda x: np.maximum(x, 0), lambda g, y,
         x: np.minimum(g, 0)),
        ("RowMeanWithoutDivision", "constant factor", ROWS, lambda x: x.mean(axis=1),
         lambda g, y, x: np.tile(g[:, None], (1, x.shape[1]))),
        ("CumulativeSumForwardAgain", "transposed", LONG, np.cumsum, lambda g, y, x: np.cumsum(g)),
        ("ReversedTwice", "off by one", LONG, lambda x: x[::-1].copy(), lambda g, y, x: np.roll(g[::-1], 1)),
        ("OuterProductExchanged", "inputs exchanged", VECTORS, np.outer, lambda g, y, a, b: (g.T @ a, g @ b)),
        ("BilinearTransposed", "transposed", VECTORS, lambda x, y, W: float(x @ W @ y),
         lambda g, z, x, y, W: (g * W @ y, g * x @ W, {"W": g * np.outer(y, x)}), FOUR),
        ("DenseWithoutTheFirst", "off by one", ROWS, lambda x, W, b: x @ W + b,
         lambda g, y, x, W, b: (g @ W.T, {"W": x[1:].T @ g[1:], "b": g.sum(0)}), DENSE),
        ("DenseBiasWithoutSigns", "altered afterward", ROWS, lambda x, W, b: x @ W + b,
         lambda g, y, x, W, b: (g @ W.T, {"W": x.T @ g, "b": np.abs(g).sum(0)}), DENSE),
        ("DenseReluInPlace", "upstream array modified", SQUARE, lambda x, W: np.maximum(x @ W, 0),
         lambda g, y, x, W: (np.multiply(g, y > 0, out=g) @ W.T, {"W": x.T @ g}), FOUR),
        ("LayerNormHeldStill", "statistics held constant", SQUARE, normalized, lambda g, y, x: g / deviation(x)),
        ("LayerNormScaleLeftOut", "local derivative left out", ROWS, lambda x, scale,
         shift: normalized(x) * scale + shift,
         lambda g, y, x, scale,
         shift: (of_normalized(g, x), {"scale": (g * normalized(x)).sum(0), "shift": g.sum(0)}), SCALE),
        ("StandardizeWithDdof", "wrong statistics", ROWS, lambda x: normalized(x, 0),
         lambda g, y, x: of_normalized(g, x, 0, s=np.sqrt(x.var(0, ddof=1, keepdims=True) + 0.01))),
        ("EpsOutsideTheRoot", "wrong statistics", ROWS, lambda x: normalized(x, 0),
         lambda g, y, x: of_normalized(g, x, 0, s=x.std(0, keepdims=True) + 0.01)),
        ("EpsForgotten", "wrong statistics", SQUARE, normalized, lambda g, y, x: of_normalized(g, x, eps=0)),
        ("ScaleFromTheResult", "output taken for input", ROWS, lambda x, scale, shift: x * scale + shift,
         lambda g, y, x, scale, shift: (g * scale, {"scale": (g * y).sum(axis=0), "shift": g.sum(axis=0)}), SCALE),
        ("ResidualForgetsTheShortcut", "term left out", SQUARE, lambda x, W: x + np.tanh(x @ W),
         lambda g, y, x, W: (g * (1 - (y - x) ** 2) @ W.T, {"W": x.T @ (g * (1 - (y - x) ** 2))}), FOUR),
        ("ResidualTwice", "term too many", SQUARE, lambda x, W: x + np.tanh(x @ W),
         lambda g, y, x, W: (2 * g + g * (1 - (y - x) ** 2) @ W.T, {"W": x.T @ (g * (1 - (y - x) ** 2))}), FOUR),
        ("ConvolutionOverwrites", "summed wrongly", LONG, windows, lambda g, y, x,
         k: windows_back(g, x, k, add=False), KERNEL),
        ("GateIgnoresUpstream", "upstream gradient ignored", signed(0.2, 2, (5, 3), (5, 3)), lambda a, b: a * sigma(b),
         lambda g, y, a, b: (g * sigma(b), y * (1 - sigma(b)))),
        ("AttentionWithoutTheRoot", "constant factor", QUERIES, attention,
         lambda g, y, q, k, v: attention_back(g, q, k, v, root=1)),
        ("PickedRowsOverwritten", "summed wrongly", ROWS, lambda x: x[[2, 0, 2, 3]],
         lambda g, y, x: embedding_back(g, [2, 0, 2, 3], x, add=False)),
        ("HuberWithoutMean", "constant factor", near_targets, lambda scores, targets: huber(scores, targets),
         lambda g, y, scores, targets: g * np.clip(scores - targets, -1, 1)),
        ("BinaryCrossEntropyReversed", "constant factor", yes_or_no, lambda scores,
         targets: binary(sigma(scores), targets),
         lambda g, y, scores, targets: g * (targets - sigma(scores)) / targets.size),
        ("BinaryCrossEntropySlopeTwice", "term too many", yes_or_no, lambda scores,
         targets: binary(sigma(scores), targets),
         lambda g, y, s, t: g * (sigma(s) - t) * sigma(s) * (1 - sigma(s)) / t.size),
        ("BinaryCrossEntropyHalf", "term left out", probabilities, lambda p, targets: binary(p, targets),
         lambda g, y, p, t: -g * t / p / p.size),
        ("SoftBinaryCrossEntropyHalf", "term left out", soft_probabilities, lambda p, targets: binary(p, targets),
         lambda g, y, p, t: -g * t / p / p.size),
        ("BinaryCrossEntropyOtherHalf", "term left out", soft_probabilities, lambda p, targets: binary(p, targets),
         lambda g, y, p, t: g * (1 - t) / (1 - p) / p.size),
        ("HingeMaskInverted", "mask inverted", margins, lambda scores,
         targets: np.maximum(1 - targets * scores, 0).mean(),
         lambda g, y, s, t: -g * t * (1 - t * s < 0) / t.size),
    ]
]  # fmt: skip  # a row each

UNIT_ROWS = rows_in_place, lambda self, g: (g - total(g * self.unit) * self.unit) / self.length
WRONG.append(
    SimpleNamespace(name="UnitRowsInPlace", kind="input array modified", inputs=ROWS, make=lambda: Keeping(*UNIT_ROWS))
)


# Right


def any_matrix(rng):
    return (matrix(rng),)


def three_columns(rng):
    return (matrix(rng, columns=3),)


def spread_matrix(rng):
    return (spread(rng, (rng.integers(1, 6), rng.integers(1, 6))),)


def batches(rng):
    return (rng.normal(size=(rng.integers(3, 9), 3)) * rng.uniform(0.5, 3, 3) + rng.normal(size=3),)


def away(rng):
    return signed(0.3, 2, (rng.integers(1, 6), rng.integers(1, 5)))(rng)


def pairs_of_rows(rng):
    count = rng.integers(1, 6)
    return rng.normal(size=(count, 3)), rng.normal(size=(count, 4))


def queries_keys_values(rng):
    queries, keys, width, values = rng.integers(1, 5, 4)
    return tuple(rng.normal(size=shape) for shape in ((queries, width), (keys, width), (keys, values)))


def loops(g, y, x, rows, bias):
    drows, dx = np.zeros((2, 4)), np.zeros(x.shape)
    for n, upstream in enumerate(g):
        for m, d in enumerate(upstream):
            drows[m] += d * x[n]
            dx[n] += d * rows[m]
    return dx, {"rows": drows, "bias": sum(g)}


def step_by_step(g, y, x, gamma, beta):
    """Batch norm as a graph of small steps."""
    centered, inverse = x - x.mean(axis=0), (x.var(axis=0) + 0.01) ** -0.5
    dxhat = g * gamma
    dvariance = (dxhat * centered).sum(axis=0) * -0.5 * inverse**3
    dcentered = dxhat * inverse + 2 * centered / len(g) * dvariance
    grads = {"gamma": (g * centered * inverse).sum(axis=0), "beta": g.sum(axis=0)}
    return dcentered - dcentered.sum(axis=0) / len(g), grads


def gelu_back(g, y, x):
    t = np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3))
    return g * (0.5 * (1 + t) + 0.5 * x * (1 - t**2) * np.sqrt(2 / np.pi) * (1 + 3 * 0.044715 * x**2))


def residual_back(g, y, x, W1, b1, W2):
    h = np.tanh(x @ W1 + b1)
    dz = g @ W2.T * (1 - h**2)
    return g + dz @ W1.T, {"W1": x.T @ dz, "b1": dz.sum(axis=0), "W2": h.T @ g}


def two_halves(g, y, scores, targets):
    """Cross-entropy one half after the other: -t / p, then the softmax's own derivative."""
    p = softmax(scores)
    dp = -g * targets / p / len(p)
    return p * (dp - total(dp * p))


def running_mean(self, x):
    """Batch norm that moves a running average with every forward."""
    self.running = 0.9 * getattr(self, "running", 0) + 0.1 * x.mean(axis=0)
    self.x = x
    return normalized(x, 0)


def queue(self, x):
    """Inputs wait in a list until backward takes them."""
    self.waiting = [*getattr(self, "waiting", []), x]
    return x**2


class RandomDropout:
    """Dropout that draws a new mask at every forward, from self.rng."""

    def __init__(self):
        self.rng = np.random.default_rng(15)

    def forward(self, x):
        self.mask = self.rng.binomial(1, 0.7, size=x.shape)
        return self.mask * x / 0.7

    def backward(self, dout):
        return self.mask * dout / 0.7


class Huber:
    """A loss whose backward takes nothing."""

    def forward(self, scores, targets):
        self.error = scores - targets
        return float(huber(scores, targets))

    def backward(self):
        return np.clip(self.error, -1, 1) / len(self.error)


RIGHT = [
    Row(name, None, *row) for name, *row in [
        ("SigmoidFromTanh", any_matrix, lambda x: (1 + np.tanh(x / 2)) / 2, lambda g, y,
         x: g * (1 - np.tanh(x / 2) ** 2) / 4),
        ("SoftmaxByJacobians", any_matrix, softmax,
         lambda g, y, x: np.stack([(np.diag(p) - np.outer(p, p)).T @ d for p, d in zip(y, g)])),
        ("AffineByEinsum", three_columns, lambda x, W, b: np.einsum("nd,dm->nm", x, W) + b,
         lambda g, y, x, W,
         b: (np.einsum("nm,dm->nd", g, W), {"W": np.einsum("nd,nm->dm", x, g), "b": np.einsum("nm->m", g)}),
         {"W": normal(3, 2, seed=10), "b": normal(2, seed=11)}),
        ("AffineByLoops", lambda rng: (matrix(rng, columns=4),),
         lambda x, rows, bias: np.array([[row @ example for row in rows] + bias for example in x]), loops,
         {"rows": normal(2, 4, seed=11), "bias": normal(2, seed=12)}),
        ("BatchNormStepByStep", batches, lambda x, gamma, beta: normalized(x, 0) * gamma + beta, step_by_step,
         {"gamma": [0.5, 1.0, 3.0], "beta": [1.0, 0.0, -1.0]}),
        ("Convolution", lambda rng: (rng.normal(size=rng.integers(3, 9)),),
         lambda x, kernel, bias: np.correlate(x, kernel, mode="valid") + bias,
         lambda g, y, x, kernel, bias: (
             np.convolve(g, kernel, mode="full"), {"kernel": np.correlate(x, g, mode="valid"), "bias": np.sum(g)}
         ), {"kernel": [0.5, -1.0, 2.0], "bias": 0.3}),
        ("MeanPooling", lambda rng: (rng.normal(size=rng.integers(1, 4, 3) * [1, 2, 2]),),
         lambda x: x.reshape(len(x), x.shape[1] // 2, 2, x.shape[2] // 2, 2).mean(axis=(2, 4)),
         lambda g, y, x: np.kron(g, np.full((1, 2, 2), 0.25))),
        ("LayerNorm", lambda rng: (rng.normal(size=(*rng.integers(1, 4, 2), rng.integers(2, 6))),), normalized,
         lambda g, y, x: (g.shape[-1] * g - total(g) - y * total(g * y)) / g.shape[-1] / deviation(x)),
        ("RowMaximum", spread_matrix, lambda x: x.max(axis=1),
         lambda g, y, x: np.eye(x.shape[1])[x.argmax(axis=1)] * g[:, None]),
        ("SortedRows", spread_matrix, lambda x: np.sort(x, axis=1),
         lambda g, y, x: np.take_along_axis(g, np.argsort(np.argsort(x, axis=1), axis=1), axis=1)),
        ("CumulativeSum", any_matrix, lambda x: np.cumsum(x, axis=-1),
         lambda g, y, x: np.cumsum(g[..., ::-1], axis=-1)[..., ::-1]),
        ("GeluByTanh", any_matrix,
         lambda x: 0.5 * x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3))), gelu_back),
        ("Softplus", any_matrix, lambda x: np.logaddexp(0, x), lambda g, y, x: g / (1 + np.exp(-x))),
        ("Swish", lambda rng: (rng.normal(size=rng.integers(1, 4, 4)),), lambda x: x * sigma(x),
         lambda g, y, x: g * (y + sigma(x) * (1 - y))),
        ("LogSoftmax", any_matrix, lambda x: x - np.logaddexp.reduce(x, axis=-1, keepdims=True),
         lambda g, y, x: g - np.exp(y) * total(g)),
        ("WideExponential", lambda rng: (rng.uniform(-10, 10, rng.integers(2, 9)),), np.exp, lambda g, y, x: y * g),
        ("HingeLoss", margins, lambda scores, targets: np.mean((targets * scores < 1) * (1 - targets * scores)),
         lambda g, y, s, t: -g * t * (t * s < 1) / len(t)),
        ("CrossEntropyOfIndices", any_indices, lambda scores,
         targets: -np.log(np.choose(targets, softmax(scores).T)).mean(),
         lambda g, y, s, t: g * (softmax(s) - (np.arange(s.shape[1]) == t[:, None])) / len(s)),
        ("CrossEntropyOfOneHot", one_hot, lambda scores,
         targets: -(targets * np.log(softmax(scores))).sum() / len(scores),
         two_halves),
        ("BinaryCrossEntropy", yes_or_no, lambda scores, targets: np.sum(np.logaddexp(0, scores) - targets * scores),
         lambda g, y, s, t: g * (sigma(s) - t)),
        ("Bilinear", pairs_of_rows, lambda x, y, W: ((x @ W) * y).sum(axis=1),
         lambda g, z, x, y, W: (g[:, None] * (y @ W.T), g[:, None] * (x @ W), {"W": (x * g[:, None]).T @ y}),
         {"W": normal(3, 4, seed=12)}),
        ("OuterProduct", lambda rng: (rng.normal(size=rng.integers(1, 6)), rng.normal(size=rng.integers(1, 6))),
         np.outer,
         lambda g, y, a, b: ((g * b).sum(axis=1), (g.T * a).sum(axis=1))),
        ("UnitRows", away, lambda x: x / np.linalg.norm(x, axis=1, keepdims=True),
         lambda g, y, x: g / np.linalg.norm(x, axis=1, keepdims=True) - x * total(g * x) * total(x * x) ** -1.5),
        ("Attention", queries_keys_values, attention, lambda g, y, q, k, v: attention_back(g, q, k, v)),
        ("ResidualBlock", three_columns, lambda x, W1, b1, W2: x + np.tanh(x @ W1 + b1) @ W2, residual_back,
         {"W1": normal(3, 5, seed=13), "b1": normal(5, seed=14), "W2": normal(5, 3, seed=15)}),
        ("Lookup", lambda rng: (np.eye(6)[rng.integers(6, size=rng.integers(1, 8))],), lambda one_hot,
         table: one_hot @ table,
         lambda g, y, one_hot, table: (g @ table.T, {"table": embedding_back(g, one_hot.argmax(1), table, add=True)}),
         {"table": normal(6, 3, seed=14)}),
        ("EveryThirdDropped", any_matrix, lambda x: x * (np.arange(x.shape[1]) % 3 != 2) * 1.5,
         lambda g, y, x: g * (np.arange(x.shape[1]) % 3 != 2) * 1.5),
        ("Flattened", lambda rng: (rng.normal(size=rng.integers(1, 4, 3)),), lambda x: x.reshape(len(x), -1),
         lambda g, y, x: g.reshape(x.shape)),
        ("AxesSwapped", any_matrix, lambda x: x.T, lambda g, y, x: g.T),
        ("HandedOn", any_matrix, lambda x: x, lambda g, y, x: g),
        ("RowSums", any_matrix, total, lambda g, y, x: np.broadcast_to(g, x.shape)),
        ("ProductOfNumbers", lambda rng: (float(rng.normal()), float(rng.normal())), lambda a, b: a * b + a,
         lambda g, y, a, b: (g * (b + 1), g * a)),
        ("SquareOfAZeroDimensionalArray", lambda rng: (np.array(rng.normal()),), lambda x: x * x, lambda g, y,
         x: 2 * x * g),
        ("Temperature", any_matrix, lambda x, log_scale: x * np.exp(log_scale),
         lambda g, y, x, log_scale: (g * np.exp(log_scale), {"log_scale": np.vdot(g, y)}), {"log_scale": 0.4}),
        ("Stairs", away, np.sign, lambda g, y, x: np.zeros_like(g)),
        ("PickedRows", lambda rng: (rng.normal(size=(rng.integers(4, 7), rng.integers(1, 4))),),
         lambda x: x[[2, 0, 2, 3]],
         lambda g, y, x: embedding_back(g, [2, 0, 2, 3], x, add=True)),
        ("AddedRow", lambda rng: (rng.normal(size=(rng.integers(2, 6), 3)), rng.normal(size=3)), lambda x, y: x + y,
         lambda g, z, x, y: (g.copy(), g.sum(axis=0))),
        ("FrobeniusNorm", away, lambda x: np.sqrt(np.sum(x * x)), lambda g, y, x: g * x / y),
    ]
]  # fmt: skip  # a row each
RIGHT += [
    SimpleNamespace(name=make.__name__, inputs=inputs, make=make)
    for make, inputs in ((RandomDropout, any_matrix), (Huber, near_targets))
]
RIGHT += [
    SimpleNamespace(name=name, inputs=batches, make=lambda methods=methods: Keeping(*methods))
    for name, *methods in [
        ("BatchNormWithARunningMean", running_mean, lambda self, g: of_normalized(g, self.x, 0)),
        ("Queue", queue, lambda self, g: 2 * self.waiting.pop() * g),
    ]
]  # fmt: skip  # a row each
