"""Exercises of chapter 10, one neuron per layer."""

import numpy as np

from . import common
from .common import mistakes
from .exercise import Exercise, Mistake


def output_delta_cases(rng):
    return [
        (rng.uniform(0.05, 0.95, shape), rng.uniform(0, 1, shape)) for shape in ((4, 3), (1, 5), (3, 2), (5, 4), (3, 1))
    ]


OUTPUT_DELTA = Exercise(
    "output-delta",
    chapter=10,
    points=2,
    minutes=4,
    answer=lambda Y, T: (Y - T) / len(Y) * Y * (1 - Y),
    cases=output_delta_cases,
    mistakes=[
        Mistake(
            lambda Y, T: (Y - T) / len(Y),
            "That is the gradient of the output. Delta lies before the sigmoid: multiply by its slope Y (1 - Y).",
        ),
        Mistake(
            lambda Y, T: Y - T,
            "The slope Y (1 - Y) of the sigmoid is missing, and so is the 1/N of the mean over the batch.",
        ),
        Mistake(
            lambda Y, T: (Y - T) / Y.size * Y * (1 - Y),
            "You divided by the number of all outputs. The outputs are summed, and the mean is over the N examples "
            "only.",
        ),
        Mistake(
            lambda Y, T: (T - Y) / len(Y) * Y * (1 - Y),
            "The sign is reversed: it is Y - T. Where an output is too large, a larger one makes the loss larger.",
        ),
        Mistake(
            lambda Y, T: 2 * (Y - T) / len(Y) * Y * (1 - Y),
            common.TWICE_TOO_LARGE,
        ),
        Mistake(
            lambda Y, T: (Y - T) / len(Y) * (1 - Y**2),
            "1 - Y**2 is the slope of tanh. The outputs are sigmoids, and theirs is Y (1 - Y).",
        ),
        *mistakes(
            [common.MEAN_OVER_ROWS[0], *common.MEAN_OVER_ROWS[2:]],
            lambda rule: lambda Y, T: rule((Y - T) * Y * (1 - Y)),
        ),
    ],
)


def delta_step_cases(rng):
    return [
        (rng.standard_normal((n, m)), rng.standard_normal((d, m)), np.tanh(rng.standard_normal((n, d))))
        for n, d, m in ((4, 3, 2), (1, 3, 5), (3, 3, 3), (5, 2, 4), (3, 1, 2))  # in the square one a missing .T runs
    ]


DELTA_STEP = Exercise(
    "delta-step",
    chapter=10,
    points=3,
    minutes=7,
    answer=lambda delta_next, W_next, A: (delta_next @ W_next.T) * (1 - A**2),
    cases=delta_step_cases,
    mistakes=[
        Mistake(
            lambda d, W, A: d @ W.T,
            "That is the gradient of the layer's output. Delta lies before the activation: multiply by the slope 1 - "
            "A**2.",
        ),
        Mistake(
            lambda d, W, A: (d @ W.T) * (1 - A**2) / len(A),
            "Yours is N times too small. The 1/N of the loss came in at the output, and is in delta_next already.",
        ),
        Mistake(
            lambda d, W, A: (d @ W.T) @ (1 - A**2),
            "The slope belongs to each neuron alone: multiply element by element, with *, not with @.",
        ),
        Mistake(
            lambda d, W, A: W @ d.T * (1 - A**2).T,
            "The numbers are right, but transposed. An example is a row: write delta_next @ W_next.T.",
        ),
        *mistakes(common.TANH_SLOPE, lambda slope: lambda d, W, A: (d @ W.T) * slope(A)),
        Mistake(lambda d, W, A: (d @ W) * (1 - A**2), common.NOT_TRANSPOSED),
    ],
)


def layer_gradients_cases(rng):
    return [
        (rng.uniform(0.05, 0.95, (n, d)), rng.standard_normal((n, m)))
        for n, d, m in ((4, 3, 2), (1, 3, 5), (3, 3, 3), (5, 2, 4), (4, 1, 2), (3, 2, 1))
    ]


LAYER_GRADIENTS = Exercise(
    "layer-gradients",
    chapter=10,
    points=3,
    minutes=6,
    answer=lambda A_before, delta: (A_before.T @ delta, delta.sum(axis=0)),
    cases=layer_gradients_cases,
    mistakes=[
        *mistakes(common.WEIGHT_GRADIENT, lambda rule: lambda A, d: (rule(A, d), d.sum(axis=0))),
        *mistakes(common.BIAS_GRADIENT, lambda rule: lambda A, d: (A.T @ d, rule(d))),
        Mistake(lambda A, d: (A.T @ d / len(A), d.mean(axis=0)), common.BOTH_TOO_SMALL),
        Mistake(
            lambda A, d: ((A * (1 - A)).T @ d, d.sum(axis=0)),
            "No slope is needed here: the weights multiply A_before itself, and delta has passed the activation.",
        ),
    ],
)


FIRST_DELTA = Exercise(
    "first-delta",
    chapter=10,
    points=1,
    minutes=4,
    answer=0.008,  # 0.128 * (2 * 0.5 * 0.5)**4
    mistakes=[
        Mistake(0.004, "You took five steps. From the fifth neuron to the first there are four."),
        Mistake(0.016, "You took three steps. From the fifth neuron to the first there are four."),
        Mistake(0.064, "That is one step, the delta of the fourth neuron. Three more lead to the first."),
        Mistake(0.0005, "The weights are missing. A step multiplies by the weight 2 and by the slope of one quarter."),
        Mistake(2.048, "The slopes are missing. A step multiplies by the weight 2 and by a (1 - a)."),
        Mistake(
            0.128, "You multiplied by 2 and by 0.5, which cancel. The slope is a (1 - a), the product of 0.5 and 0.5."
        ),
        Mistake(0.001, "You put the weight in once. Each of the four steps passes a weight of its own."),
        Mistake(0.256, "You added the factors of the four steps. They are multiplied."),
    ],
)
