import numpy as np

from ..exercise import Exercise, Mistake


def cases(rng):
    found = []
    for count, hidden, classes in ((4, 5, 3), (1, 6, 2), (3, 4, 4), (2, 3, 3)):
        a1 = np.maximum(rng.standard_normal((count, hidden)), 0)
        found.append((rng.standard_normal((count, classes)), rng.standard_normal((hidden, classes)), a1))
    return found


exercise = Exercise(
    id="hidden-gradient",
    chapter=12,
    points=3,
    minutes=7,
    answer=lambda dz2, W2, a1: (dz2 @ W2.T) * (a1 > 0),
    cases=cases,
    mistakes=[
        Mistake(
            lambda d, W, a: d @ W.T,
            "Nothing is stopped. Either ReLU's mask is missing, or it is `a1 >= 0`, which is True everywhere: an output of ReLU is never negative. The mask is `a1 > 0`.",
        ),
        Mistake(
            lambda d, W, a: (d @ W.T) * a,
            "You multiplied by the output itself. ReLU's local derivative is 1 or 0: the mask `a1 > 0`.",
        ),
        Mistake(
            lambda d, W, a: (d @ W.T) * (a <= 0),
            "The mask is the wrong way round: the gradient passes where a1 is positive.",
        ),
        Mistake(
            lambda d, W, a: (d @ W.T) * a * (1 - a), "That is a sigmoid's derivative. Here the activation is ReLU."
        ),
        Mistake(
            lambda d, W, a: (d @ W.T) * (a > 0) / len(d),
            "The 1/N stands in dz2 already. Divided again, everything before is N times too small.",
        ),
        Mistake(
            lambda d, W, a: a > 0, "That is the mask alone. The gradient of a1, `dz2 @ W2.T`, has to pass through it."
        ),
        Mistake(
            lambda d, W, a: np.maximum(d @ W.T, 0),
            "You rectified the gradient. Backward asks what a1 was, and the sign of the gradient plays no part.",
        ),
    ],
)
