"""Exercises of chapter 15, vanishing gradients."""

import numpy as np

from .exercise import Exercise, Mistake

GRADIENT_FACTOR = Exercise(
    "gradient-factor",
    chapter=15,
    points=1,
    minutes=5,
    answer=0.8**10,  # sqrt(200 * 0.08**2 * 0.5) is 0.8, ten times over
    mistakes=[
        Mistake(
            0.64**10,
            "That is the factor of the mean square. The norm is a root, so its factor is the root of that.",
        ),
        Mistake(0.8, "That is the factor of one layer. The gradient passes ten of them."),
        Mistake(0.64, "That is the factor of one layer, for the mean square. Take the root, and then ten layers."),
        Mistake(8.0, "You multiplied the factor of one layer by ten. Each layer multiplies: take a power."),
        Mistake(0.8**9, "You took nine layers. The gradient passes ten of them."),
        Mistake(1.28**5, "ReLU's half is missing: its slope is 1 for half of the sums, and 0 for the rest."),
        Mistake(1.28**10, "ReLU's half is missing, and so is the root: the norm is the root of a sum of squares."),
        Mistake(
            0.32**5,
            "ReLU's half is counted twice. The square of its slope is 1 for half of the sums: the mean is a half.",
        ),
        Mistake(8.0**5, "You took the deviation for the variance. The variance is the square of 0.08."),
        Mistake(8.0**10, "You took the deviation for the variance, and forgot the root."),
        Mistake(0.8**-10, "Upside down: a factor below 1 makes the norm smaller at each layer."),
    ],
)


def leaky_deviation_cases(rng):
    return [(200, 100, 0.1), (30, 70, 0.3), (500, 20, 0.01), (64, 64, 0.5)]


LEAKY_DEVIATION = Exercise(
    "leaky-deviation",
    chapter=15,
    points=2,
    minutes=6,
    answer=lambda inputs, outputs, slope: np.sqrt(2 / ((1 + slope**2) * inputs)),
    cases=leaky_deviation_cases,
    mistakes=[
        Mistake(lambda D, M, a: 2 / ((1 + a**2) * D), "That is the variance. The standard deviation is its root."),
        Mistake(
            lambda D, M, a: np.sqrt(2 / D),
            "That is the rule for ReLU. Here a part of the negative half passes as well, and the slope has to appear.",
        ),
        Mistake(
            lambda D, M, a: np.sqrt(1 / D),
            "That is the rule for the identity. A leaky ReLU shrinks one half of the sums.",
        ),
        Mistake(
            lambda D, M, a: np.sqrt(2 / (D + M)),
            "That is Xavier's compromise, for slopes of 1. Here only the signal counts: use the inputs, and the slope.",
        ),
        Mistake(
            lambda D, M, a: np.sqrt(2 / ((1 + a) * D)),
            "The slope counts with its square: a number a times as large has a square a^2 times as large.",
        ),
        Mistake(
            lambda D, M, a: np.sqrt(2 / ((1 + a**2) * M)),
            "You divided by the outputs, which is the rule for the gradient. For the signal it is the inputs.",
        ),
        Mistake(
            lambda D, M, a: np.sqrt((1 + a**2) / (2 * D)),
            "The share that is left belongs in the denominator: the less is left, the larger the weights.",
        ),
        Mistake(
            lambda D, M, a: np.sqrt(1 / ((1 + a**2) * D)),
            "The two halves count one half each: the share that is left is (1 + slope^2) / 2.",
        ),
        Mistake(
            lambda D, M, a: np.sqrt(2 / ((1 - a) ** 2 * D)),
            "The shares of the two halves add up: 1 on the right and slope^2 on the left.",
        ),
    ],
)


def clip_by_norm_cases(rng):
    def grads(scale, **shapes):
        return {name: scale * rng.standard_normal(shape) for name, shape in shapes.items()}

    return [
        (grads(3.0, W1=(3, 4), b1=(4,), W2=(4, 2)), 2.0),
        (grads(0.1, W1=(3, 4), b1=(4,), W2=(4, 2)), 5.0),
        (grads(1.0, W=(5, 2), b=(2,)), 0.5),
        (grads(20.0, kernel=(2, 1, 3)), 10.0),
        (grads(0.0, W=(2, 3), b=(3,)), 1.0),  # a dead network: nothing to clip, and no norm to divide by
    ]


def norm(grads):
    return np.sqrt(sum(np.sum(g**2) for g in grads.values()))


def scaled(grads, factor):
    return {name: factor * g for name, g in grads.items()}


CLIP_BY_NORM = Exercise(
    "clip-by-norm",
    chapter=15,
    points=2,
    minutes=6,
    answer=lambda grads, largest: scaled(grads, 1.0 if norm(grads) <= largest else largest / norm(grads)),
    cases=clip_by_norm_cases,
    mistakes=[
        Mistake(
            lambda grads, c: {name: g * min(1.0, c / np.linalg.norm(g)) for name, g in grads.items()},
            "Each array is cut by its own norm, so the direction changes. There is one norm for all of them together.",
        ),
        Mistake(
            lambda grads, c: scaled(grads, c / norm(grads)),
            "Gradients that are short enough are stretched to the largest norm. The factor is at most 1.",
        ),
        Mistake(
            lambda grads, c: {name: np.clip(g, -c, c) for name, g in grads.items()},
            "You cut each number to a range, which turns the gradient. Multiply all of them by one factor.",
        ),
        Mistake(
            lambda grads, c: scaled(grads, min(1.0, c / norm(grads) ** 2)),
            "You divided by the sum of the squares. The norm is its root.",
        ),
        Mistake(
            lambda grads, c: scaled(grads, min(1.0, c / sum(np.linalg.norm(g) for g in grads.values()))),
            "You added the norms of the arrays. Add their squares, and take the root at the end.",
        ),
        Mistake(
            lambda grads, c: scaled(grads, min(1.0, c / sum(np.abs(g).sum() for g in grads.values()))),
            "You divided by the sum of the absolute values. The norm is the root of the sum of the squares.",
        ),
        Mistake(
            lambda grads, c: scaled(grads, min(1.0, c / max(np.abs(g).max() for g in grads.values()))),
            "You divided by the largest number. The norm is the root of the sum of all squares.",
        ),
        Mistake(
            lambda grads, c: scaled(grads, min(1.0, norm(grads) / c)),
            "Upside down: the factor is the largest norm over the norm, so that the norm comes out as the largest one.",
        ),
        Mistake(
            lambda grads, c: scaled(grads, 1.0 / norm(grads)),
            "You scaled to a norm of 1. The limit is largest_norm, and shorter gradients stay as they are.",
        ),
        Mistake(
            lambda grads, c: scaled(grads, min(1.0, c / float(norm(grads)))),
            "Where all gradients are 0, so is their norm, and you divide by it. Divide only where the norm is larger "
            "than the limit.",
        ),
    ],
)


def layer_norm_backward_cases(rng):
    return [
        (3 + 2 * rng.standard_normal(shape), rng.standard_normal(shape), eps)
        for shape, eps in (((4, 3), 1e-5), ((2, 6), 0.1), ((5, 5), 0.01), ((7, 2), 0.5), ((1, 4), 0.2))
    ]


def normalized(x, eps, axis=1):
    s = np.sqrt(x.var(axis=axis, keepdims=True) + eps)
    return (x - x.mean(axis=axis, keepdims=True)) / s, s


def mean(array, axis=1):
    return array.mean(axis=axis, keepdims=True)


def backward(x, g, eps, axis=1, deviation=None):
    z, s = normalized(x, eps, axis)
    if deviation:
        z, s = (x - mean(x)) / deviation(x), deviation(x)
    return (g - mean(g, axis) - z * mean(g * z, axis)) / s


def with_z(formula):
    """An answer that goes wrong after z and s, which it has right."""
    return lambda x, g, eps: formula(g, *normalized(x, eps))


LAYER_NORM_BACKWARD = Exercise(
    "layer-norm-backward",
    chapter=15,
    points=4,
    minutes=12,
    answer=backward,
    cases=layer_norm_backward_cases,
    mistakes=[
        Mistake(
            lambda x, g, eps: backward(x, g, eps, axis=0),
            "That is batch normalization. Here mean and variance belong to a row: take them along axis 1.",
        ),
        Mistake(
            with_z(lambda g, z, s: g / s),
            "Mean and deviation are taken for constants. They change with every number of the row: two terms are "
            "missing.",
        ),
        Mistake(
            with_z(lambda g, z, s: (g - mean(g)) / s),
            "The deviation is taken for a constant. What comes back through it is z times the mean of g * z.",
        ),
        Mistake(
            with_z(lambda g, z, s: (g - z * mean(g * z)) / s),
            "The mean is treated as a constant. What comes back through it is minus the mean of g.",
        ),
        Mistake(
            with_z(lambda g, z, s: g - mean(g) - z * mean(g * z)),
            "The division by the deviation is missing.",
        ),
        Mistake(
            with_z(lambda g, z, s: (g - mean(g, 0) - z * mean(g * z, 0)) / s),
            "z is right, but backward takes its means over the batch. They go along the row, as forward's do.",
        ),
        Mistake(
            with_z(lambda g, z, s: (g - g.sum(axis=1, keepdims=True) - z * (g * z).sum(axis=1, keepdims=True)) / s),
            "You took sums where means belong: each element has a share of 1/D in the mean and in the variance.",
        ),
        Mistake(
            with_z(lambda g, z, s: (g - mean(g) - mean(g * z)) / s),
            "The last term lacks its factor z: it subtracts what points along z.",
        ),
        Mistake(
            with_z(lambda g, z, s: (g - mean(g) + z * mean(g * z)) / s),
            "The sign of the last term is wrong: a larger deviation makes z smaller, so subtract the term.",
        ),
        Mistake(
            lambda x, g, eps: (lambda z, s: (g - mean(g) - z * mean(g * z)) / s)(*normalized(x, 0.0)),
            "eps is missing under the root.",
        ),
        Mistake(
            with_z(lambda g, z, s: (g - mean(g) - z * mean(g * z)) / s**2),
            "You divided by the variance. It is the deviation, its root.",
        ),
        Mistake(
            lambda x, g, eps: backward(
                x, g, eps, deviation=lambda x: np.sqrt(x.var(axis=1, keepdims=True, ddof=1) + eps)
            ),
            "For the variance, you divided the sum of squares by D - 1. Divide by D, as `var` does without ddof.",
        ),
        Mistake(
            lambda x, g, eps: backward(x, g, eps, deviation=lambda x: x.std(axis=1, keepdims=True) + eps),
            "eps was added to the deviation. It belongs under the root, added to the variance.",
        ),
    ],
)
