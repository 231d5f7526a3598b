import numpy as np

from ..exercise import Exercise, Mistake


def cases(rng):
    return [
        (rng.standard_normal(shape), rng.standard_normal(shape), slope)
        for shape, slope in (((4, 3), 0.01), ((1, 5), 0.2), ((6, 2), 0.05), ((7,), 0.3))
    ]


exercise = Exercise(
    id="leaky-relu-backward",
    chapter=5,
    points=2,
    minutes=4,
    answer=lambda x, grad_output, slope: np.where(x > 0, grad_output, slope * grad_output),
    cases=cases,
    mistakes=[
        Mistake(
            lambda x, g, s: g * (x > 0),
            "That is ReLU's. A leaky ReLU lets slope times the gradient through where x is negative.",
        ),
        Mistake(
            lambda x, g, s: np.where(x > 0, 1, s),
            "That is the local derivative alone. Multiply it by the upstream gradient.",
        ),
        Mistake(
            lambda x, g, s: np.where(x > 0, g, s),
            "Where x is negative the upstream gradient is missing: slope times it.",
        ),
        Mistake(lambda x, g, s: np.where(x > 0, 1, s * g), "Where x is positive the upstream gradient is missing."),
        Mistake(
            lambda x, g, s: np.where(x > 0, s * g, g),
            "The two sides are swapped: the slope belongs where x is negative.",
        ),
        Mistake(
            lambda x, g, s: np.where(x > 0, g, -s * g), "The sign: the slope is positive on the negative side too."
        ),
        Mistake(
            lambda x, g, s: np.where(x > 0, g, s * x),
            "Where x is negative you used x, as forward does. Use slope times the upstream gradient.",
        ),
        Mistake(
            lambda x, g, s: np.where(g > 0, g, s * g),
            "Your mask looks at the upstream gradient. It is the sign of x that decides.",
        ),
        Mistake(
            lambda x, g, s: s * g,
            "You multiplied everything by the slope. Where x is positive the local derivative is 1.",
        ),
    ],
)
