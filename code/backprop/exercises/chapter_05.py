"""Exercises of chapter 5, the activation gallery."""

import math

import numpy as np

from . import common
from .exercise import Exercise, Mistake


def leaky_relu_backward_cases(rng):
    return [
        (rng.standard_normal(shape), rng.standard_normal(shape), slope)
        for shape, slope in (((4, 3), 0.01), ((1, 5), 0.2), ((6, 2), 0.05), ((7,), 0.3))
    ] + [(np.array([[-1.0, 0.0, 2.0], [0.0, 3.0, -0.5]]), np.array([[2.0, -1.0, 0.5], [3.0, -2.0, 1.5]]), 0.1)]


LEAKY_RELU_BACKWARD = Exercise(
    "leaky-relu-backward",
    chapter=5,
    points=2,
    minutes=4,
    answer=lambda x, grad_output, slope: np.where(x > 0, grad_output, slope * grad_output),
    cases=leaky_relu_backward_cases,
    mistakes=[
        Mistake(
            lambda x, g, s: g * (x > 0),
            "That is ReLU's backward. A leaky ReLU lets slope times the gradient through where x is negative.",
        ),
        Mistake(
            lambda x, g, s: np.where(x > 0, 1, s),
            common.UPSTREAM_MISSING,
        ),
        Mistake(
            lambda x, g, s: np.where(x > 0, g, s),
            "Where x is negative the upstream gradient is missing: multiply it by the slope.",
        ),
        Mistake(lambda x, g, s: np.where(x > 0, 1, s * g), "Where x is positive the upstream gradient is missing."),
        Mistake(
            lambda x, g, s: np.where(x > 0, s * g, g),
            "The two sides are swapped: the slope belongs where x is negative.",
        ),
        Mistake(
            lambda x, g, s: np.where(x > 0, g, -s * g),
            "The sign is wrong where x is negative: the slope is positive there too.",
        ),
        Mistake(
            lambda x, g, s: np.where(x > 0, g, s * x),
            "Where x is negative you used x, as forward does. Use slope times the upstream gradient.",
        ),
        Mistake(
            lambda x, g, s: np.where(g > 0, g, s * g),
            common.MASK_OF_GRADIENT,
        ),
        Mistake(
            lambda x, g, s: s * g,
            "You multiplied everything by the slope. Where x is positive the local derivative is 1.",
        ),
        Mistake(
            lambda x, g, s: np.where(x >= 0, g, s * g),
            "Right, except where x is exactly 0. There the slope counts, as in PyTorch: the right side begins above 0.",
        ),
        Mistake(
            lambda x, g, s: g * np.maximum(x, s * x),
            "You multiplied by the output of forward. The local derivative is 1 or the slope, however large x is.",
        ),
    ],
)


PRELU_SLOPE = Exercise(
    "prelu-slope",
    chapter=5,
    points=3,
    minutes=6,
    answer=lambda x, grad_output: np.sum(grad_output * np.minimum(x, 0)),
    cases=lambda rng: [(rng.standard_normal(s), rng.standard_normal(s)) for s in ((4, 3), (1, 6), (5, 2), (3, 7))],
    mistakes=[
        Mistake(lambda x, g: np.sum(g * x), "The mask is missing: where x is positive, the slope plays no part."),
        Mistake(
            lambda x, g: np.sum(g * np.maximum(x, 0)),
            "Your mask is reversed: the slope is used where x is negative.",
        ),
        Mistake(
            lambda x, g: g * np.minimum(x, 0),
            "That is one gradient for each element. They share one slope, so add them up.",
        ),
        Mistake(
            lambda x, g: np.sum(g * np.minimum(x, 0), axis=0),
            "You summed over the batch only. One slope serves all units too: sum over everything.",
        ),
        Mistake(
            lambda x, g: np.mean(g * np.minimum(x, 0)),
            "You took the mean. The gradients of all uses add up: take the sum.",
        ),
        Mistake(
            lambda x, g: np.sum(g * np.minimum(x, 0)) / len(x),
            "You divided by N. If the loss is a mean, its 1/N is in the upstream gradient already.",
        ),
        Mistake(
            lambda x, g: np.sum(np.minimum(x, 0)),
            "The upstream gradient is missing: multiply each x by it before you sum.",
        ),
        Mistake(
            lambda x, g: np.sum(g * (x < 0)),
            "The factor x is missing: the derivative of slope * x with respect to the slope is x.",
        ),
        Mistake(
            lambda x, g: np.sum(g * np.abs(np.minimum(x, 0))),
            "The sign is reversed: the derivative of slope * x is x itself, which is negative here.",
        ),
    ],
)


ELU_LIMIT = Exercise(
    "elu-limit",
    chapter=5,
    points=1,
    minutes=3,
    answer=-2.0,  # alpha * (exp(x) - 1) with alpha = 2
    mistakes=[
        Mistake(0.0, "That is exp(x) far to the left, or the slope. ELU subtracts 1, and multiplies by alpha."),
        Mistake(2.0, "The sign is reversed: exp(x) - 1 approaches -1, not 1."),
        Mistake(-1.0, "That is for alpha = 1, or with the parentheses missing. It is alpha (exp(x) - 1)."),
        Mistake(-0.02, "0.01 is the slope of a leaky ReLU. ELU on the left is alpha (exp(x) - 1)."),
        Mistake(
            -math.inf,
            "A line of slope alpha would fall forever. alpha is not a slope: ELU is alpha (exp(x) - 1), which "
            "levels off.",
        ),
        *[
            Mistake(2 * math.expm1(x), "Close: that is the value at some x. Go further to the left.")
            for x in (-3, -5, -10)
        ],
    ],
)


def collapse_cases(rng):
    return [
        (rng.standard_normal((d, h)), rng.standard_normal(h), rng.standard_normal((h, m)), rng.standard_normal(m))
        for d, h, m in ((3, 4, 2), (1, 3, 5), (3, 3, 3), (2, 5, 3))  # in the square one swapped factors run
    ]


COLLAPSE = Exercise(
    "collapse",
    chapter=5,
    points=3,
    minutes=7,
    answer=lambda W1, b1, W2, b2: (W1 @ W2, b1 @ W2 + b2),
    cases=collapse_cases,
    mistakes=[
        Mistake(
            lambda W1, b1, W2, b2: (W2 @ W1, b1 @ W2 + b2),
            "The weights are in the wrong order: x meets W1 first, so it is W1 @ W2.",
        ),
        Mistake(
            lambda W1, b1, W2, b2: (W1 @ W2, b1 + b2),
            "b1 passes through the second layer too: it is multiplied by W2 before b2 is added.",
        ),
        Mistake(
            lambda W1, b1, W2, b2: (W1 @ W2, b2),
            "b1 got lost: it passes through the second layer and arrives as b1 @ W2.",
        ),
        Mistake(lambda W1, b1, W2, b2: (W1 @ W2, b1 @ W2), "b2 got lost: it is added at the end."),
        Mistake(
            lambda W1, b1, W2, b2: (W1 @ W2, (b1 + b2) @ W2),
            "b2 joins after the second layer, so W2 doesn't multiply it.",
        ),
        Mistake(
            lambda W1, b1, W2, b2: (W1 @ W2, W2 @ b1 + b2),
            "In b the factors are in the wrong order: it is a row times the matrix, b1 @ W2.",
        ),
        Mistake(
            lambda W1, b1, W2, b2: (W1 + W2, b1 + b2),
            "You added the layers. The second one works on the first one's output: multiply out the parentheses.",
        ),
        Mistake(
            lambda W1, b1, W2, b2: (W1 * W2, b1 @ W2 + b2),
            "`*` multiplies element by element. The product of matrices is `@`.",
        ),
        Mistake(lambda W1, b1, W2, b2: (b1 @ W2 + b2, W1 @ W2), "The two are in the wrong order: W first, then b."),
    ],
)


def weighted(y, g):
    return (g * y).sum(axis=1, keepdims=True)


def softmax_backward_cases(rng):
    shapes = ((4, 3), (1, 5), (3, 3), (2, 6))  # in the square one a forgotten keepdims runs
    return [(rng.dirichlet(np.ones(c), size=n), rng.standard_normal((n, c))) for n, c in shapes]


SOFTMAX_BACKWARD = Exercise(
    "softmax-backward",
    chapter=5,
    points=3,
    minutes=8,
    answer=lambda y, grad_output: y * (grad_output - (grad_output * y).sum(axis=1, keepdims=True)),
    cases=softmax_backward_cases,
    mistakes=[
        Mistake(
            lambda y, g: g * y * (1 - y),
            "You took softmax element by element, like a sigmoid. Each score moves all outputs of its row: subtract "
            "the row's sum of g * y from g.",
        ),
        Mistake(
            lambda y, g: y * g,
            "Only the direct path is there. Subtract the row's sum of g * y from g before you multiply by y.",
        ),
        Mistake(
            lambda y, g: y * (g - (g * y).sum(axis=0)),
            "You summed over the batch, axis 0. Softmax ties the classes of one row together: axis=1.",
        ),
        Mistake(
            lambda y, g: y * (g - (g * y).sum()),
            "You summed over everything. The rows are separate examples: axis=1, keepdims=True.",
        ),
        Mistake(
            lambda y, g: y * (g - (g * y).sum(axis=1)),
            "The sums of the rows lie side by side, and each meets the wrong example. Keep their axis: keepdims=True.",
        ),
        Mistake(
            lambda y, g: y * (g - g.sum(axis=1, keepdims=True)),
            "You summed g without weights. Each g counts with its y: the sum of g * y.",
        ),
        Mistake(lambda y, g: y * (1 - y), "The upstream gradient is missing, and so are the other outputs of the row."),
        Mistake(lambda y, g: y * (weighted(y, g) - g), "The sign is reversed: it is g minus the sum."),
        Mistake(lambda y, g: g - weighted(y, g), "The factor y in front is missing."),
        Mistake(
            lambda y, g: y * (g - weighted(y, g) / y.shape[1]),
            "You took the mean of g * y over the row. It is the sum: the y are weights already.",
        ),
    ],
)
