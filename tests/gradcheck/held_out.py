"""Implementations that the checker has not been tuned on: 30 wrong ones and 40 right ones.

None inherits from backprop. WRONG holds `Planted` mistakes with the diagnosis to expect; RIGHT holds
correct code, written in other ways than the package's, on which the checker must find nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from backprop.gradcheck.mistakes.planted import Planted

# Inputs


def signed(low, high, *shapes):
    """A function of a Generator: arrays with elements of low to high, and either sign."""

    def inputs(rng):
        return tuple(rng.uniform(low, high, shape) * rng.choice([-1.0, 1.0], shape) for shape in shapes)

    return inputs


def spread(rng, shape):
    """Elements in random order with at least 0.1 between any two, so that no order or maximum is near a tie."""
    size = int(np.prod(shape))
    steps = rng.permutation(size) - size / 2
    return (0.2 * steps + rng.uniform(0, 0.1, size)).reshape(shape)


def off_the_corners(rng, shape):
    """Elements of -2 to 2, at least 0.1 away from -1, 0 and 1."""
    return (rng.uniform(0.1, 0.9, shape) + rng.integers(0, 2, shape)) * rng.choice([-1.0, 1.0], shape)


def matrix(rng, columns=None):
    """A normal matrix of a random number of rows, and of columns unless given."""
    return rng.normal(size=(rng.integers(1, 7), columns or rng.integers(1, 6)))


def sigma(x):
    return 1 / (1 + np.exp(-x))


def row_softmax(x):
    e = np.exp(x - x.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


# Wrong


class SquareHalved:
    """The derivative of x**2 is written x, without the factor 2."""

    def forward(self, x):
        self.x = x
        return x**2

    def backward(self, dy):
        return dy * self.x


class CubeReducedTwice:
    """The derivative of x**3 is written 3 x."""

    def forward(self, x):
        self.x = x
        return x**3

    def backward(self, dy):
        return 3 * self.x * dy


class SoftplusOfItsOutput:
    """The derivative of softplus is sigmoid(x), but the sigmoid gets the output."""

    def forward(self, x):
        self.out = np.log1p(np.exp(x))
        return self.out

    def backward(self, dout):
        return dout * sigma(self.out)


class SwishWithoutProductRule:
    """Only the factor x of x * sigmoid(x) is differentiated."""

    def forward(self, x):
        self.gate = sigma(x)
        return x * self.gate

    def backward(self, dout):
        return dout * self.gate


class LogSoftmaxDiagonal:
    """Only the diagonal 1 - p of the Jacobian is used."""

    def forward(self, x):
        self.p = row_softmax(x)
        return np.log(self.p)

    def backward(self, dout):
        return dout * (1 - self.p)


class LogSoftmaxSummedDown:
    """The upstream gradient is summed over the rows in place of the classes."""

    def forward(self, x):
        self.p = row_softmax(x)
        return np.log(self.p)

    def backward(self, dout):
        return dout - self.p * dout.sum(axis=0)


class RootFromItsInput:
    """The derivative is 1 / (2 x), where it should be 1 / (2 sqrt(x))."""

    def forward(self, x):
        self.x = x
        return np.sqrt(x)

    def backward(self, dy):
        return dy / (2 * self.x)


class SinePassesOn:
    """The cosine is left out of the sine's backward."""

    def forward(self, x):
        return np.sin(x)

    def backward(self, dy):
        return dy.copy()


class CosineWithTheWrongSign:
    """The derivative of the cosine is written sin(x), without its minus."""

    def forward(self, x):
        self.x = x
        return np.cos(x)

    def backward(self, dy):
        return dy * np.sin(self.x)


class ClipMaskInverted:
    """The gradient passes where the input was clipped, and nowhere else."""

    def forward(self, x):
        self.clipped = np.abs(x) > 1
        return np.clip(x, -1, 1)

    def backward(self, dy):
        return dy * self.clipped


class AbsoluteIgnoresUpstream:
    """The sign of x is returned, without the upstream gradient."""

    def forward(self, x):
        self.x = x
        return np.abs(x)

    def backward(self, dy):
        return np.sign(self.x)


class RowMeanWithoutDivision:
    """The gradient of a mean is handed to every element undivided, as for a sum."""

    def forward(self, x):
        self.shape = x.shape
        return x.mean(axis=1)

    def backward(self, dy):
        return np.tile(dy[:, None], (1, self.shape[1]))


class CumulativeSumForwardAgain:
    """Backward sums from the front, where it should sum from the back."""

    def forward(self, x):
        return np.cumsum(x)

    def backward(self, dy):
        return np.cumsum(dy)


class OuterProductExchanged:
    """The gradients of the two vectors are returned in the wrong order."""

    def forward(self, a, b):
        self.a, self.b = a, b
        return np.outer(a, b)

    def backward(self, dout):
        return dout.T @ self.a, dout @ self.b


class BilinearTransposed:
    """The gradient of the matrix between x and y is the outer product of y and x."""

    def __init__(self):
        self.params = {"W": np.random.default_rng(1).normal(size=(4, 4))}
        self.grads = {}

    def forward(self, x, y):
        self.x, self.y = x, y
        return float(x @ self.params["W"] @ y)

    def backward(self, dout):
        self.grads["W"] = dout * np.outer(self.y, self.x)
        return dout * self.params["W"] @ self.y, dout * self.x @ self.params["W"]


class DenseLastRow:
    """The loop over the examples overwrites dW, where it should add to it."""

    def __init__(self):
        rng = np.random.default_rng(2)
        self.params = {"weight": rng.normal(size=(3, 4)), "bias": rng.normal(size=4)}
        self.grads = {name: np.zeros_like(value) for name, value in self.params.items()}

    def forward(self, x):
        self.x = x
        return x @ self.params["weight"] + self.params["bias"]

    def backward(self, dout):
        for n in range(len(self.x)):
            self.grads["weight"] = np.outer(self.x[n], dout[n])
        self.grads["bias"] = dout.sum(0)
        return dout @ self.params["weight"].T


class DenseSubscriptsExchanged:
    """The subscripts of einsum multiply with the weights as they are, not transposed."""

    def __init__(self):
        self.params = {"weight": np.random.default_rng(3).normal(size=(4, 4))}
        self.grads = {"weight": np.zeros((4, 4))}

    def forward(self, x):
        self.x = x
        return np.einsum("nd,dm->nm", x, self.params["weight"])

    def backward(self, dout):
        self.grads["weight"] = np.einsum("nd,nm->dm", self.x, dout)
        return np.einsum("nd,dm->nm", dout, self.params["weight"])


class DenseReluInPlace:
    """The fused ReLU sets elements of the caller's upstream gradient to zero."""

    def __init__(self):
        self.params = {"W": np.random.default_rng(4).normal(size=(4, 3))}
        self.grads = {"W": np.zeros((4, 3))}

    def forward(self, x):
        self.x = x
        self.out = np.maximum(x @ self.params["W"], 0)
        return self.out

    def backward(self, dout):
        dout[self.out <= 0] = 0
        self.grads["W"] = self.x.T @ dout
        return dout @ self.params["W"].T


class LayerNormHeldStill:
    """Mean and standard deviation of a row are taken for constants."""

    def forward(self, x):
        self.std = x.std(axis=1, keepdims=True)
        return (x - x.mean(axis=1, keepdims=True)) / self.std

    def backward(self, dout):
        return dout / self.std


class ScaleFromTheResult:
    """The gradient of the scale uses the result in place of the input."""

    def __init__(self):
        self.params = {"scale": np.array([0.5, 1.5, -2.0]), "shift": np.array([0.1, 0.2, -0.3])}
        self.grads = {}

    def forward(self, x):
        self.out = x * self.params["scale"] + self.params["shift"]
        return self.out

    def backward(self, dout):
        self.grads = {"scale": (dout * self.out).sum(axis=0), "shift": dout.sum(axis=0)}
        return dout * self.params["scale"]


class ResidualForgetsTheShortcut:
    """The gradient takes the way through tanh only, not the shortcut around it."""

    def __init__(self):
        self.params = {"W": np.random.default_rng(5).normal(size=(3, 3))}
        self.grads = {"W": np.zeros((3, 3))}

    def forward(self, x):
        self.x, self.h = x, np.tanh(x @ self.params["W"])
        return x + self.h

    def backward(self, dout):
        dz = dout * (1 - self.h**2)
        self.grads["W"] = self.x.T @ dz
        return dz @ self.params["W"].T


class ConvolutionOverwrites:
    """Overlapping windows overwrite each other's gradient (= for +=)."""

    def __init__(self):
        self.params = {"kernel": np.array([0.5, -1.0, 2.0])}
        self.grads = {"kernel": np.zeros(3)}

    def forward(self, x):
        self.x = x
        return np.array([x[i : i + 3] @ self.params["kernel"] for i in range(len(x) - 2)])

    def backward(self, dout):
        dx = np.zeros_like(self.x)
        self.grads["kernel"] = sum(d * self.x[i : i + 3] for i, d in enumerate(dout))
        for i, d in enumerate(dout):
            dx[i : i + 3] = d * self.params["kernel"]
        return dx


class TanhOfTheFirstStep:
    """The outputs of all steps are kept, and backward reads the first in place of the last."""

    def __init__(self):
        self.steps = []

    def forward(self, x):
        self.steps.append(np.tanh(x))
        return self.steps[-1]

    def backward(self, dout):
        return dout * (1 - self.steps[0] ** 2)


class GateIgnoresUpstream:
    """The gradient of the gate's input is the local derivative alone."""

    def forward(self, a, b):
        self.a, self.s = a, sigma(b)
        return a * self.s

    def backward(self, dout):
        return dout * self.s, self.a * self.s * (1 - self.s)


class UnitRowsInPlace:
    """Forward divides the caller's rows by their length in place."""

    def forward(self, x):
        self.length = np.sqrt((x * x).sum(axis=1, keepdims=True))
        x /= self.length
        self.unit = x.copy()
        return self.unit

    def backward(self, dout):
        along = (dout * self.unit).sum(axis=1, keepdims=True)
        return (dout - along * self.unit) / self.length


class IndexedCrossEntropyWithoutTargets:
    """The probabilities are divided by N, but 1 is not subtracted at the target."""

    def forward(self, scores, targets):
        self.p = row_softmax(scores)
        return -np.mean(np.log(self.p[np.arange(len(targets)), targets]))

    def backward(self):
        return self.p / len(self.p)


class HuberWithoutMean:
    """Forward is a mean over the batch, backward lacks its 1/N."""

    def forward(self, scores, targets):
        self.error = scores - targets
        small = np.abs(self.error) <= 1
        return np.where(small, self.error**2 / 2, np.abs(self.error) - 0.5).sum() / len(scores)

    def backward(self):
        return np.clip(self.error, -1, 1)


class BinaryCrossEntropyReversed:
    """The gradient is target minus probability, where it should be the reverse."""

    def forward(self, scores, targets):
        self.p, self.t = sigma(scores), targets
        return -np.mean(self.t * np.log(self.p) + (1 - self.t) * np.log(1 - self.p))

    def backward(self):
        return (self.t - self.p) / self.t.size


class HingeMaskInverted:
    """The gradient belongs to the examples beyond the margin in place of those within."""

    def forward(self, scores, targets):
        self.signs, self.room = targets, 1 - targets * scores
        return np.maximum(self.room, 0).mean()

    def backward(self):
        return -self.signs * (self.room < 0) / self.signs.size


class StandardiseVarianceHeldStill:
    """The gradient goes through the mean, but not through the variance."""

    def __init__(self):
        self.params = {"g": np.array([1.0, 2.0, 0.5]), "b": np.zeros(3)}
        self.grads = {"g": np.zeros(3), "b": np.zeros(3)}

    def forward(self, x):
        self.std = np.sqrt(((x - x.mean(0)) ** 2).mean(0) + 1e-5)
        self.xhat = (x - x.mean(0)) / self.std
        return self.params["g"] * self.xhat + self.params["b"]

    def backward(self, dout):
        self.grads["g"], self.grads["b"] = (dout * self.xhat).sum(0), dout.sum(0)
        dcentred = dout * self.params["g"] / self.std
        return dcentred - dcentred.mean(0)


def clip_inputs(rng):
    return (off_the_corners(rng, (5, 4)),)


def indexed_scores(rng):
    return rng.normal(size=(5, 3)), rng.integers(3, size=5)


def outputs_near_targets(rng):
    targets = rng.normal(size=(5, 3))
    return targets + off_the_corners(rng, (5, 3)), targets


def yes_or_no(rng):
    return rng.normal(size=(5, 3)), rng.integers(0, 2, (5, 3)).astype(float)


def margins(rng):
    signs = rng.choice([-1.0, 1.0], 7)
    return signs * off_the_corners(rng, 7), signs


ROWS = signed(0.2, 2, (5, 3))

WRONG = [
    Planted(SquareHalved, ROWS, "constant factor"),
    Planted(CubeReducedTwice, ROWS, None),
    Planted(SoftplusOfItsOutput, ROWS, "output taken for input"),
    Planted(SwishWithoutProductRule, ROWS, None),
    Planted(LogSoftmaxDiagonal, ROWS, "treated as elementwise"),
    Planted(LogSoftmaxSummedDown, ROWS, "summed wrongly"),
    Planted(RootFromItsInput, lambda rng: (rng.uniform(0.3, 3, (5, 3)),), "input taken for output"),
    Planted(SinePassesOn, ROWS, "local derivative left out"),
    Planted(CosineWithTheWrongSign, ROWS, "constant factor"),
    Planted(ClipMaskInverted, clip_inputs, "mask inverted"),
    Planted(AbsoluteIgnoresUpstream, ROWS, "upstream gradient ignored"),
    Planted(RowMeanWithoutDivision, ROWS, "constant factor"),
    Planted(CumulativeSumForwardAgain, signed(0.2, 2, (7,)), None),
    Planted(OuterProductExchanged, signed(0.2, 2, (4,), (4,)), "inputs exchanged"),
    Planted(BilinearTransposed, signed(0.2, 2, (4,), (4,)), "transposed"),
    Planted(DenseLastRow, ROWS, "summed wrongly"),
    Planted(DenseSubscriptsExchanged, signed(0.2, 2, (5, 4)), "transposed"),
    Planted(DenseReluInPlace, signed(0.2, 2, (5, 4)), "upstream array modified"),
    Planted(LayerNormHeldStill, signed(0.2, 2, (5, 4)), "statistics held constant"),
    Planted(ScaleFromTheResult, ROWS, "output taken for input"),
    Planted(ResidualForgetsTheShortcut, ROWS, None),
    Planted(ConvolutionOverwrites, signed(0.2, 2, (7,)), None),
    Planted(TanhOfTheFirstStep, ROWS, "state of an earlier call"),
    Planted(GateIgnoresUpstream, signed(0.2, 2, (5, 3), (5, 3)), "upstream gradient ignored"),
    Planted(UnitRowsInPlace, ROWS, "input array modified"),
    Planted(IndexedCrossEntropyWithoutTargets, indexed_scores, "targets left out"),
    Planted(HuberWithoutMean, outputs_near_targets, "constant factor"),
    Planted(BinaryCrossEntropyReversed, yes_or_no, "constant factor"),
    Planted(HingeMaskInverted, margins, "mask inverted"),
    Planted(StandardiseVarianceHeldStill, ROWS, "statistics held constant"),
]


# Right


@dataclass(frozen=True)
class Right:
    """A correct implementation: how to make it, and inputs of random values and sizes."""

    make: Callable
    inputs: Callable

    @property
    def name(self):
        return self.make.__name__


class SigmoidFromTanh:
    def forward(self, x):
        self.t = np.tanh(x / 2)
        return (1 + self.t) / 2

    def backward(self, dout):
        return dout * (1 - self.t**2) / 4


class SoftmaxByJacobians:
    def forward(self, x):
        self.y = row_softmax(x)
        return self.y

    def backward(self, dout):
        jacobians = [np.diag(y) - np.outer(y, y) for y in self.y]
        return np.stack([j.T @ d for j, d in zip(jacobians, dout)])


class AffineByEinsum:
    def __init__(self):
        rng = np.random.default_rng(10)
        self.params = {"W": rng.normal(size=(3, 2)), "b": rng.normal(size=2)}
        self.grads = {name: np.zeros_like(value) for name, value in self.params.items()}

    def forward(self, x):
        self.x = x
        return np.einsum("nd,dm->nm", x, self.params["W"]) + self.params["b"]

    def backward(self, dout):
        self.grads["W"] = np.einsum("nd,nm->dm", self.x, dout)
        self.grads["b"] = np.einsum("nm->m", dout)
        return np.einsum("nm,dm->nd", dout, self.params["W"])


class AffineByLoops:
    """Its grads are an empty dict until the first backward, and its weights are stored (M, D)."""

    def __init__(self):
        rng = np.random.default_rng(11)
        self.params = {"rows": rng.normal(size=(2, 4)), "bias": rng.normal(size=2)}
        self.grads = {}

    def forward(self, x):
        self.x = x
        return np.array([[row @ example for row in self.params["rows"]] + self.params["bias"] for example in x])

    def backward(self, dout):
        drows, dx = np.zeros((2, 4)), np.zeros(self.x.shape)
        for n, upstream in enumerate(dout):
            for m, d in enumerate(upstream):
                drows[m] += d * self.x[n]
                dx[n] += d * self.params["rows"][m]
        self.grads = {"rows": drows, "bias": sum(dout)}
        return dx


class BatchNormStepByStep:
    """Batch norm as a graph of small steps, with running averages that every forward moves."""

    training = True

    def __init__(self):
        self.params = {"gamma": np.array([0.5, 1.0, 3.0]), "beta": np.array([1.0, 0.0, -1.0])}
        self.grads = {"gamma": np.zeros(3), "beta": np.zeros(3)}
        self.running_mean = np.zeros(3)

    def forward(self, x):
        self.running_mean = 0.9 * self.running_mean + 0.1 * x.mean(axis=0)
        self.centred = x - x.mean(axis=0)
        self.variance = (self.centred**2).mean(axis=0) + 1e-3
        self.inverse = 1 / np.sqrt(self.variance)
        self.xhat = self.centred * self.inverse
        return self.xhat * self.params["gamma"] + self.params["beta"]

    def backward(self, dout):
        count = len(dout)
        self.grads["beta"] = dout.sum(axis=0)
        self.grads["gamma"] = (dout * self.xhat).sum(axis=0)
        dxhat = dout * self.params["gamma"]
        dinverse = (dxhat * self.centred).sum(axis=0)
        dvariance = dinverse * -0.5 * self.variance**-1.5
        dcentred = dxhat * self.inverse + 2 * self.centred / count * dvariance
        return dcentred - dcentred.sum(axis=0) / count


class Convolution:
    def __init__(self):
        self.params = {"kernel": np.array([0.5, -1.0, 2.0]), "bias": np.array(0.3)}
        self.grads = {"kernel": np.zeros(3), "bias": np.array(0.0)}

    def forward(self, x):
        self.x = x
        return np.correlate(x, self.params["kernel"], mode="valid") + self.params["bias"]

    def backward(self, dout):
        self.grads["kernel"] = np.correlate(self.x, dout, mode="valid")
        self.grads["bias"] = np.sum(dout)
        return np.convolve(dout, self.params["kernel"], mode="full")


class MeanPooling:
    """The mean of each window of 2 x 2 pixels."""

    def forward(self, images):
        n, rows, columns = images.shape
        return images.reshape(n, rows // 2, 2, columns // 2, 2).mean(axis=(2, 4))

    def backward(self, dout):
        return np.kron(dout, np.full((1, 2, 2), 0.25))


class LayerNorm:
    def forward(self, x):
        d = x.shape[-1]
        self.std = np.sqrt(x.var(axis=-1, keepdims=True) + 0.01)
        self.xhat = (x - x.mean(axis=-1, keepdims=True)) / self.std
        self.scale = 1 / (d * self.std)
        return self.xhat

    def backward(self, dout):
        d = dout.shape[-1]
        total = dout.sum(axis=-1, keepdims=True)
        along = (dout * self.xhat).sum(axis=-1, keepdims=True)
        return self.scale * (d * dout - total - self.xhat * along)


class RowMaximum:
    def forward(self, x):
        self.shape, self.winners = x.shape, x.argmax(axis=1)
        return x.max(axis=1)

    def backward(self, dout):
        return np.eye(self.shape[1])[self.winners] * dout[:, None]


class SortedRows:
    def forward(self, x):
        self.order = np.argsort(x, axis=1)
        return np.take_along_axis(x, self.order, axis=1)

    def backward(self, dout):
        return np.take_along_axis(dout, np.argsort(self.order, axis=1), axis=1)


class CumulativeSum:
    def forward(self, x):
        return np.cumsum(x, axis=-1)

    def backward(self, dout):
        return np.cumsum(dout[..., ::-1], axis=-1)[..., ::-1]


class GeluByTanh:
    def forward(self, x):
        self.x = x
        self.t = np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3))
        return 0.5 * x * (1 + self.t)

    def backward(self, dout):
        inner = np.sqrt(2 / np.pi) * (1 + 3 * 0.044715 * self.x**2)
        return dout * (0.5 * (1 + self.t) + 0.5 * self.x * (1 - self.t**2) * inner)


class Softplus:
    def forward(self, x):
        self.x = x
        return np.logaddexp(0, x)

    def backward(self, dout):
        return dout / (1 + np.exp(-self.x))


class Swish:
    def forward(self, x):
        self.s = sigma(x)
        self.y = x * self.s
        return self.y

    def backward(self, dout):
        return dout * (self.y + self.s * (1 - self.y))


class LogSoftmax:
    def forward(self, x):
        self.out = x - np.logaddexp.reduce(x, axis=-1, keepdims=True)
        return self.out

    def backward(self, dout):
        return dout - np.exp(self.out) * dout.sum(axis=-1, keepdims=True)


class WideExponential:
    """exp over a range in which the gradients differ by many powers of ten."""

    def forward(self, x):
        self.y = np.exp(x)
        return self.y

    def backward(self, dout):
        return self.y * dout


class HuberLoss:
    def forward(self, scores, targets):
        self.error = scores - targets
        size = np.abs(self.error)
        return float(np.where(size <= 1, size**2 / 2, size - 0.5).sum(axis=1).mean())

    def backward(self):
        return np.clip(self.error, -1, 1) / len(self.error)


class HingeLoss:
    def forward(self, scores, targets):
        self.signs = targets
        self.within = targets * scores < 1
        return np.mean(self.within * (1 - targets * scores))

    def backward(self, dout=1.0):
        return -dout * self.signs * self.within / len(self.signs)


class CrossEntropyOfIndices:
    def forward(self, scores, targets):
        self.p, self.t = row_softmax(scores), targets
        return -np.log(np.choose(targets, self.p.T)).mean()

    def backward(self):
        dscores = self.p.copy()
        for row, target in zip(dscores, self.t):
            row[target] -= 1
        return dscores / len(dscores)


class CrossEntropyOfOneHot:
    """The two halves one after the other: -t / p, then the softmax's own derivative."""

    def forward(self, scores, targets):
        self.p, self.t = row_softmax(scores), targets
        return -(targets * np.log(self.p)).sum() / len(scores)

    def backward(self, dout=1.0):
        dp = -dout * self.t / self.p / len(self.p)
        return self.p * (dp - (dp * self.p).sum(axis=1, keepdims=True))


class BinaryCrossEntropy:
    """A sum over the examples, not a mean."""

    def forward(self, scores, targets):
        self.scores, self.targets = scores, targets
        return np.sum(np.logaddexp(0, scores) - targets * scores)

    def backward(self):
        return sigma(self.scores) - self.targets


class Bilinear:
    def __init__(self):
        self.params = {"W": np.random.default_rng(12).normal(size=(3, 4))}
        self.grads = {"W": np.zeros((3, 4))}

    def forward(self, x, y):
        self.x, self.y = x, y
        return ((x @ self.params["W"]) * y).sum(axis=1)

    def backward(self, dout):
        self.grads["W"] = (self.x * dout[:, None]).T @ self.y
        return dout[:, None] * (self.y @ self.params["W"].T), dout[:, None] * (self.x @ self.params["W"])


class OuterProduct:
    def forward(self, a, b):
        self.a, self.b = a, b
        return np.outer(a, b)

    def backward(self, dout):
        return (dout * self.b).sum(axis=1), (dout.T * self.a).sum(axis=1)


class UnitRows:
    def forward(self, x):
        self.x, self.length = x, np.linalg.norm(x, axis=1, keepdims=True)
        return x / self.length

    def backward(self, dout):
        along = (dout * self.x).sum(axis=1, keepdims=True)
        return dout / self.length - self.x * along / self.length**3


class Attention:
    """softmax(Q K^T / sqrt(d)) V, with three inputs."""

    def forward(self, q, k, v):
        self.q, self.k, self.v = q, k, v
        self.root = np.sqrt(q.shape[1])
        self.a = row_softmax(q @ k.T / self.root)
        return self.a @ v

    def backward(self, dout):
        da = dout @ self.v.T
        ds = self.a * (da - (da * self.a).sum(axis=1, keepdims=True)) / self.root
        return ds @ self.k, ds.T @ self.q, self.a.T @ dout


class ResidualBlock:
    """x + tanh(x W1 + b1) W2, with three parameters."""

    def __init__(self):
        rng = np.random.default_rng(13)
        self.params = {"W1": rng.normal(size=(3, 5)), "b1": rng.normal(size=5), "W2": rng.normal(size=(5, 3))}
        self.grads = {name: np.zeros_like(value) for name, value in self.params.items()}

    def forward(self, x):
        self.x = x
        self.h = np.tanh(x @ self.params["W1"] + self.params["b1"])
        return x + self.h @ self.params["W2"]

    def backward(self, dout):
        self.grads["W2"] = self.h.T @ dout
        dz = dout @ self.params["W2"].T * (1 - self.h**2)
        self.grads["W1"], self.grads["b1"] = self.x.T @ dz, dz.sum(axis=0)
        return dout + dz @ self.params["W1"].T


class Lookup:
    """Rows of a table, chosen by one-hot rows: most of the table's gradient is zero."""

    def __init__(self):
        self.params = {"table": np.random.default_rng(14).normal(size=(6, 3))}
        self.grads = {"table": np.zeros((6, 3))}

    def forward(self, one_hot):
        self.one_hot = one_hot
        return one_hot @ self.params["table"]

    def backward(self, dout):
        self.grads["table"] = np.zeros((6, 3))
        np.add.at(self.grads["table"], self.one_hot.argmax(axis=1), dout)
        return dout @ self.params["table"].T


class EveryThirdDropped:
    """Dropout whose mask is fixed: every third column is silenced."""

    def forward(self, x):
        self.keep = np.arange(x.shape[1]) % 3 != 2
        return x * self.keep * 1.5

    def backward(self, dout):
        return dout * self.keep * 1.5


class RandomDropout:
    """Dropout that draws a new mask at every forward, from self.rng."""

    def __init__(self):
        self.rng = np.random.default_rng(15)

    def forward(self, x):
        self.mask = self.rng.binomial(1, 0.7, size=x.shape)
        return self.mask * x / 0.7

    def backward(self, dout):
        return self.mask * dout / 0.7


class Flattened:
    """Both ways return views of what they were given."""

    def forward(self, x):
        self.shape = x.shape
        return x.reshape(len(x), -1)

    def backward(self, dout):
        return dout.reshape(self.shape)


class AxesSwapped:
    """Both ways return views, neither of them contiguous."""

    def forward(self, x):
        return x.T

    def backward(self, dout):
        return dout.T


class HandedOn:
    """The very same arrays come out that went in."""

    def forward(self, x):
        return x

    def backward(self, dout):
        return dout


class RowSums:
    """Backward returns a view that can't be written to."""

    def forward(self, x):
        self.shape = x.shape
        return x.sum(axis=1, keepdims=True)

    def backward(self, dout):
        return np.broadcast_to(dout, self.shape)


class ProductOfNumbers:
    """Two plain Python numbers in, one out."""

    def forward(self, a, b):
        self.a, self.b = a, b
        return a * b + a

    def backward(self, dout):
        return dout * (self.b + 1), dout * self.a


class SquareOfAZeroDimensionalArray:
    def forward(self, x):
        self.x = x
        return x * x

    def backward(self, dout):
        return 2 * self.x * dout


class Temperature:
    """One parameter without dimensions, through an exponential."""

    def __init__(self):
        self.params = {"log_scale": np.array(0.4)}
        self.grads = {"log_scale": np.array(0.0)}

    def forward(self, x):
        self.y = x * np.exp(self.params["log_scale"])
        return self.y

    def backward(self, dout):
        self.grads["log_scale"] = np.vdot(dout, self.y)
        return dout * np.exp(self.params["log_scale"])


class Stairs:
    """The gradient is zero everywhere."""

    def forward(self, x):
        return np.sign(x)

    def backward(self, dout):
        return np.zeros_like(dout)


class PickedRows:
    """Some rows are picked twice, some not at all."""

    rows = [2, 0, 2, 3]

    def forward(self, x):
        self.x = x
        return x[self.rows]

    def backward(self, dout):
        dx = np.zeros_like(self.x)
        for row, upstream in zip(self.rows, dout):
            dx[row] += upstream
        return dx


class AddedRow:
    """x + y with a row y that NumPy repeats."""

    def forward(self, x, y):
        return x + y

    def backward(self, dout):
        return dout.copy(), dout.sum(axis=0)


class FrobeniusNorm:
    """A whole matrix in, one number out; not a loss, so backward gets its upstream gradient."""

    def forward(self, x):
        self.x = x
        self.norm = np.sqrt(np.sum(x * x))
        return self.norm

    def backward(self, dout):
        return dout * self.x / self.norm


def any_matrix(rng):
    return (matrix(rng),)


def three_columns(rng):
    return (matrix(rng, columns=3),)


def spread_matrix(rng):
    return (spread(rng, (rng.integers(1, 6), rng.integers(1, 6))),)


def batch_of_three_columns(rng):
    return (rng.normal(size=(rng.integers(3, 9), 3)) * rng.uniform(0.5, 3, 3) + rng.normal(size=3),)


def outputs_off_the_corners(rng):
    shape = rng.integers(1, 6), rng.integers(1, 5)
    targets = rng.normal(size=shape)
    return targets + off_the_corners(rng, shape), targets


def random_margins(rng):
    signs = rng.choice([-1.0, 1.0], rng.integers(2, 9))
    return signs * off_the_corners(rng, signs.shape), signs


def random_indices(rng):
    scores = rng.normal(size=(rng.integers(1, 7), rng.integers(2, 6)))
    return scores, rng.integers(scores.shape[1], size=len(scores))


def random_one_hot(rng):
    scores, indices = random_indices(rng)
    return scores, np.eye(scores.shape[1])[indices]


def random_answers(rng):
    scores = rng.normal(size=rng.integers(1, 9))
    return scores, rng.integers(0, 2, scores.shape).astype(float)


def queries_keys_values(rng):
    queries, keys, width, values = rng.integers(1, 5, 4)
    shapes = (queries, width), (keys, width), (keys, values)
    return tuple(rng.normal(size=shape) for shape in shapes)


def pairs_of_rows(rng):
    count = rng.integers(1, 6)
    return rng.normal(size=(count, 3)), rng.normal(size=(count, 4))


def far_from_the_origin(rng):
    shape = rng.integers(1, 6), rng.integers(1, 5)
    return (rng.uniform(0.3, 2, shape) * rng.choice([-1.0, 1.0], shape),)


RIGHT = [
    Right(SigmoidFromTanh, any_matrix),
    Right(SoftmaxByJacobians, any_matrix),
    Right(AffineByEinsum, three_columns),
    Right(AffineByLoops, lambda rng: (matrix(rng, columns=4),)),
    Right(BatchNormStepByStep, batch_of_three_columns),
    Right(Convolution, lambda rng: (rng.normal(size=rng.integers(3, 9)),)),
    Right(MeanPooling, lambda rng: (rng.normal(size=rng.integers(1, 4, 3) * [1, 2, 2]),)),
    Right(LayerNorm, lambda rng: (rng.normal(size=(*rng.integers(1, 4, 2), rng.integers(2, 6))),)),
    Right(RowMaximum, spread_matrix),
    Right(SortedRows, spread_matrix),
    Right(CumulativeSum, any_matrix),
    Right(GeluByTanh, any_matrix),
    Right(Softplus, any_matrix),
    Right(Swish, lambda rng: (rng.normal(size=rng.integers(1, 4, 4)),)),
    Right(LogSoftmax, any_matrix),
    Right(WideExponential, lambda rng: (rng.uniform(-10, 10, rng.integers(2, 9)),)),
    Right(HuberLoss, outputs_off_the_corners),
    Right(HingeLoss, random_margins),
    Right(CrossEntropyOfIndices, random_indices),
    Right(CrossEntropyOfOneHot, random_one_hot),
    Right(BinaryCrossEntropy, random_answers),
    Right(Bilinear, pairs_of_rows),
    Right(OuterProduct, lambda rng: (rng.normal(size=rng.integers(1, 6)), rng.normal(size=rng.integers(1, 6)))),
    Right(UnitRows, far_from_the_origin),
    Right(Attention, queries_keys_values),
    Right(ResidualBlock, three_columns),
    Right(Lookup, lambda rng: (np.eye(6)[rng.integers(6, size=rng.integers(1, 8))],)),
    Right(EveryThirdDropped, any_matrix),
    Right(RandomDropout, any_matrix),
    Right(Flattened, lambda rng: (rng.normal(size=rng.integers(1, 4, 3)),)),
    Right(AxesSwapped, any_matrix),
    Right(HandedOn, any_matrix),
    Right(RowSums, any_matrix),
    Right(ProductOfNumbers, lambda rng: (float(rng.normal()), float(rng.normal()))),
    Right(SquareOfAZeroDimensionalArray, lambda rng: (np.array(rng.normal()),)),
    Right(Temperature, any_matrix),
    Right(Stairs, far_from_the_origin),
    Right(PickedRows, lambda rng: (rng.normal(size=(rng.integers(4, 7), rng.integers(1, 4))),)),
    Right(AddedRow, lambda rng: (rng.normal(size=(rng.integers(2, 6), 3)), rng.normal(size=3))),
    Right(FrobeniusNorm, far_from_the_origin),
]
