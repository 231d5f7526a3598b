import numpy as np

from ..clinic import brought_in, healthy
from ..exercise import Exercise, Mistake


def normal(shape, seed):
    return np.random.default_rng(seed).standard_normal(shape)


exercise = Exercise(
    id="clinic-11",
    chapter=19,
    points=1,
    minutes=4,
    answer=healthy.first_weights,
    cases=lambda rng: [(4, 3, 0), (8, 2, 1), (3, 7, 2)],
    mistakes=[
        Mistake(brought_in.first_weights, "That is the code as it came: all equal."),
        Mistake(lambda i, o, seed: np.zeros((i, o)), "All zero are all equal, too."),
        Mistake(
            lambda i, o, seed: normal((i, o), seed),
            "Units differ now, but the scores will be too large: multiply by sqrt(2 / inputs).",
        ),
        Mistake(
            lambda i, o, seed: 2 / i * normal((i, o), seed),
            "2 / inputs is the variance. The factor is its square root.",
        ),
        Mistake(
            lambda i, o, seed: np.sqrt(2 / o) * normal((i, o), seed),
            "You divided by the number of outputs. A unit adds up as many terms as it has inputs.",
        ),
        Mistake(
            lambda i, o, seed: np.sqrt(2 / i) * normal((i, 1), seed) * np.ones((1, o)),
            "The inputs differ now, and the units are still copies of each other: each column needs its own numbers.",
        ),
        Mistake(
            lambda i, o, seed: np.sqrt(1 / i) * normal((i, o), seed),
            "sqrt(1 / inputs) suits tanh. ReLU silences half, so it is sqrt(2 / inputs).",
        ),
    ],
)
