import numpy as np

from ..clinic import brought_in, healthy
from ..exercise import Exercise, Mistake


def cases(rng):
    sizes = ((4, 5, 3, 3, 2), (3, 4, 4, 4, 4), (2, 3, 5, 5, 3))
    return [
        (
            rng.standard_normal((n, d)),
            *(rng.standard_normal(s) for s in ((d, h), (h, k), (k, c))),
            rng.standard_normal((n, c)),
        )
        for n, d, h, k, c in sizes
    ]


def with_masks(second, first):
    """The right answer but for the two masks, which are made from the outputs y1 and y2 of the hidden layers."""

    def answer(x, W1, W2, W3, grad_scores):
        y1 = np.maximum(x @ W1, 0)
        y2 = np.maximum(y1 @ W2, 0)
        grad_z2 = (grad_scores @ W3.T) * second(y1, y2)
        grad_z1 = (grad_z2 @ W2.T) * first(y1, y2)
        return x.T @ grad_z1, y1.T @ grad_z2, y2.T @ grad_scores

    return answer


exercise = Exercise(
    id="clinic-5",
    chapter=19,
    points=1,
    minutes=5,
    answer=healthy.network_gradients,
    cases=cases,
    mistakes=[
        Mistake(
            brought_in.network_gradients,
            "That is the code as it came: one name for two masks, and the second overwrites the first.",
        ),
        Mistake(with_masks(lambda a, b: a > 0, lambda a, b: b > 0), "There are two masks now, and they are exchanged."),
        Mistake(
            with_masks(lambda a, b: a > 0, lambda a, b: a > 0),
            "Now both places use the mask of the first layer. Each layer needs its own.",
        ),
        Mistake(
            with_masks(lambda a, b: b > 0, lambda a, b: 1),
            "The first layer has no mask at all now. Its ReLU was there in forward.",
        ),
        Mistake(
            with_masks(lambda a, b: b >= 0, lambda a, b: a >= 0),
            "These masks are made from outputs that are never below 0, with >=: they are always true. Use > 0.",
        ),
    ],
)
