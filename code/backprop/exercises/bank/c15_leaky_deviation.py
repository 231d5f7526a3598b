import numpy as np

from ..exercise import Exercise, Mistake


def cases(rng):
    return [(200, 100, 0.1), (30, 70, 0.3), (500, 20, 0.01), (64, 64, 0.5)]


exercise = Exercise(
    id="leaky-deviation",
    chapter=15,
    points=2,
    minutes=6,
    answer=lambda inputs, outputs, slope: np.sqrt(2 / ((1 + slope**2) * inputs)),
    cases=cases,
    mistakes=[
        Mistake(lambda D, M, a: 2 / ((1 + a**2) * D), "That is the variance. The standard deviation is its root."),
        Mistake(
            lambda D, M, a: np.sqrt(2 / D),
            "That is ReLU's. Here a part of the negative half passes as well, and the slope has to appear.",
        ),
        Mistake(
            lambda D, M, a: np.sqrt(1 / D),
            "That is the rule for the identity. A leaky ReLU shrinks one half of the sums.",
        ),
        Mistake(
            lambda D, M, a: np.sqrt(2 / (D + M)),
            "That is Xavier's compromise, for slopes of 1. It is for the signal only here: inputs, and the slope.",
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
            "The share that is left belongs below: the more the activation takes away, the larger the weights.",
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
