"""Mistakes in the affine layer."""

import numpy as np

from ...layers import Affine
from .inputs import away_from_zero
from .planted import plant


def layer(inputs, outputs):
    def make():
        rng = np.random.default_rng(0)
        return Affine(rng.normal(size=(inputs, outputs)), rng.normal(size=outputs))

    return make


def backward(x=lambda op, g: g @ op.params["W"].T, W=lambda op, g: op.x.T @ g, b=lambda op, g: g.sum(axis=0)):
    """Affine's backward with one of its three rules exchanged."""

    def rule(op, g):
        op.grads["W"], op.grads["b"] = W(op, g), b(op, g)
        return x(op, g)

    return rule


def updated_first(op, g):
    op.grads["W"], op.grads["b"] = op.x.T @ g, g.sum(axis=0)
    op.params["W"] -= 0.1 * op.grads["W"]
    return g @ op.params["W"].T


def first_input_kept(op, x):
    if not hasattr(op, "x"):
        op.x = x
    return x @ op.params["W"] + op.params["b"]


ROWS = away_from_zero((5, 4))

PLANTED = [
    *plant(
        layer(4, 3), ROWS,
        ("AffineIgnoresUpstreamInX", "upstream gradient ignored",
         "The gradient of x is W.T alone, as if the upstream gradient were all ones.",
         backward(x=lambda op, g: np.ones_like(g) @ op.params["W"].T)),
        ("AffineIgnoresUpstreamInW", "upstream gradient ignored",
         "The gradient of W is x.T alone, as if the upstream gradient were all ones.",
         backward(W=lambda op, g: op.x.T @ np.ones_like(g))),
        ("AffineIgnoresUpstreamInB", "upstream gradient ignored",
         "The gradient of b is the number of examples: b's local derivative is 1.",
         backward(b=lambda op, g: np.ones_like(g).sum(axis=0))),
        ("AffineWReshaped", "transposed",
         "W is reshaped to the shape of its transpose, which puts its elements in a wrong order.",
         backward(x=lambda op, g: g @ op.params["W"].reshape(3, 4))),
        ("AffineBiasNotReduced", "summed wrongly",
         "The gradient of b has one row for each example: it is not summed over the batch.",
         backward(b=lambda op, g: g)),
        ("AffineBiasOverAllAxes", "summed wrongly",
         "The gradient of b is summed over all axes, so all biases get the same.",
         backward(b=lambda op, g: np.full(3, g.sum()))),
        ("AffineBiasOverTheWrongAxis", "summed wrongly",
         "The gradient of b is summed over the outputs in place of the batch.",
         backward(b=lambda op, g: g.sum(axis=1)), None, away_from_zero((3, 4))),
        ("AffineBiasMean", "constant factor",
         "The gradient of b is averaged over the batch, where it should be summed.",
         backward(b=lambda op, g: g.mean(axis=0))),
        ("AffineDividesByN", "constant factor",
         "The gradients of W and b are divided by N, which the loss has done already.",
         backward(W=lambda op, g: op.x.T @ g / len(g), b=lambda op, g: g.mean(axis=0))),
        ("AffineDividesByD", "constant factor",
         "The gradient of W is divided by the number of inputs, as if these were the examples.",
         backward(W=lambda op, g: op.x.T @ g / op.x.shape[1])),
        ("AffineLastExampleOnly", "summed wrongly",
         "A loop over the batch writes = for +=, so W learns from the last example only.",
         backward(W=lambda op, g: np.outer(op.x[-1], g[-1]))),
        ("AffineWithoutTheLastExample", "off by one", "A loop over the batch ends one too early.",
         backward(W=lambda op, g: op.x[:-1].T @ g[:-1])),
        ("AffineBiasOfTheFirstExample", "summed wrongly", "The gradient of b is that of the first example.",
         backward(b=lambda op, g: g[0])),
        ("AffineUpdatesWFirst", "parameter modified", "W is updated before the gradient of x is computed from it.",
         updated_first),
        ("AffineAccumulates", "state of an earlier call",
         "The gradients of W and b are added to those of the call before.",
         backward(W=lambda op, g: op.grads["W"] + op.x.T @ g, b=lambda op, g: op.grads["b"] + g.sum(axis=0))),
        ("AffineKeepsTheFirstInput", "state of an earlier call",
         "The input is kept at the first call only, so later gradients of W use an old one.", None, first_input_kept),
    ),
    *plant(
        layer(4, 4), ROWS,  # square: a wrong transpose fits
        ("AffineWNotTransposed", "transposed", "The gradient of x uses W, where it should use W.T.",
         backward(x=lambda op, g: g @ op.params["W"])),
        ("AffineGradientOfWTransposed", "transposed",
         "The gradient of W comes out transposed: x and the upstream gradient are exchanged.",
         backward(W=lambda op, g: g.T @ op.x)),
        ("AffinePassesOn", "local derivative left out",
         "The gradient of x is the upstream gradient as it came, without W.",
         backward(x=lambda op, g: g)),
    ),
]  # fmt: skip  # a row each
