"""Mistakes in dropout and batch norm."""

import numpy as np

from ...layers import BatchNorm, Dropout
from .inputs import away_from_zero
from .planted import plant

X = away_from_zero((5, 3))


def drawn(op, x):
    return (op.rng.random(x.shape) >= op.rate) / (1 - op.rate)


def first_scale_kept(op, x):
    scale = drawn(op, x)
    if not hasattr(op, "scale"):
        op.scale = scale
    return x * scale


def dropped_in_place(op, x):
    op.scale = drawn(op, x)
    x *= op.scale
    return x


def keeps_x(op, x):
    op.x = x
    return BatchNorm.forward_rule(op, x)


def centered_in_place(op, x):
    x -= x.mean(axis=0)
    return BatchNorm.forward_rule(op, x)


def mean(array, axis=0):
    return array.mean(axis=axis, keepdims=True)


def backward(centered=None, gamma=None, beta=None, scale=lambda op: op.params["gamma"] / op.deviation):
    """Batch norm's backward with one of its rules exchanged; each is a function of g and z (and the layer)."""
    centered = centered or (lambda g, z: g - mean(g) - z * mean(g * z))
    gamma, beta = gamma or (lambda op, g, z: (g * z).sum(axis=0)), beta or (lambda g: g.sum(axis=0))

    def rule(op, g):
        z = op.normalized
        op.grads["gamma"], op.grads["beta"] = gamma(op, g, z), beta(g)
        return scale(op) * centered(g, z)

    return rule


PLANTED = [
    *plant(
        lambda: Dropout(0.4, np.random.default_rng(0)), X,
        ("DropoutMaskInverted", "mask inverted", "The gradient passes where the input was dropped.",
         lambda op, g: g * (op.scale == 0) / (1 - op.rate)),
        ("DropoutMaskForgotten", "mask never zero", "The gradient is scaled, but the mask is not applied to it.",
         lambda op, g: g / (1 - op.rate)),
        ("DropoutScaleForgotten", "constant factor",
         "The mask is applied, but the division by 1 - rate is missing in backward.", lambda op, g: g * (op.scale > 0)),
        ("DropoutNewMask", None, "Backward draws a mask of its own, where it should use that of forward.",
         lambda op, g: g * drawn(op, g)),
        ("DropoutMaskOfTheFirstCall", "state of an earlier call",
         "Every forward draws a mask, but only the first one is kept for backward.", None, first_scale_kept),
        ("DropoutInPlace", "input array modified", "Forward multiplies the caller's array by the mask in place.",
         None, dropped_in_place),
    ),
    *plant(
        lambda: BatchNorm(gamma=np.array([0.5, 1.5, 2.0]), beta=np.array([0.3, -0.4, 0.7])), X,
        ("BatchNormStatisticsConstant", "statistics held constant",
         "Mean and variance are taken for constants: only scaling is differentiated.", backward(lambda g, z: g)),
        ("BatchNormVarianceConstant", "statistics held constant",
         "The variance is taken for a constant; only the mean's dependence on x is counted.",
         backward(lambda g, z: g - mean(g))),
        ("BatchNormMeanConstant", "statistics held constant",
         "The mean is taken for a constant; only the variance's dependence on x is counted.",
         backward(lambda g, z: g - z * mean(g * z))),
        ("BatchNormGammaForgotten", "local derivative left out", "The gradient of x lacks the factor gamma.",
         backward(scale=lambda op: 1 / op.deviation)),
        ("BatchNormDividesByNMinusOne", "wrong statistics",
         "Backward divides by N - 1, where forward's variance divides by N.",
         backward(lambda g, z: g - mean(g) - z * (g * z).sum(axis=0) / (len(g) - 1))),
        ("BatchNormDividesByTheVariance", "wrong statistics", "The variance stands where its root belongs.",
         backward(scale=lambda op: op.params["gamma"] / op.deviation**2)),
        ("BatchNormGammaFromTheInput", "wrong local derivative",
         "The gradient of gamma uses x, where it should use the normalized x.",
         backward(gamma=lambda op, g, z: (g * op.x).sum(axis=0)), keeps_x),
        ("BatchNormBetaMean", "constant factor",
         "The gradient of beta is averaged over the batch, where it should be summed.",
         backward(beta=lambda g: g.mean(axis=0))),
        ("BatchNormGammaNotSummed", "summed wrongly",
         "The gradient of gamma has one row for each example: it is not summed.",
         backward(gamma=lambda op, g, z: g * z)),
        ("BatchNormMeansAlongRows", "summed wrongly", "The means of backward go along the rows in place of the batch.",
         backward(lambda g, z: g - mean(g, 1) - z * mean(g * z, 1))),
        ("BatchNormCentersItsInput", "input array modified", "Forward subtracts the mean from the caller's array.",
         None, centered_in_place),
    ),
]  # fmt: skip  # a row each
