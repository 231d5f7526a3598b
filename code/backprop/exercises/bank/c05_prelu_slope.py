import numpy as np

from ..exercise import Exercise, Mistake

exercise = Exercise(
    id="prelu-slope",
    chapter=5,
    points=3,
    minutes=6,
    answer=lambda x, grad_output: np.sum(grad_output * np.minimum(x, 0)),
    cases=lambda rng: [(rng.standard_normal(s), rng.standard_normal(s)) for s in ((4, 3), (1, 6), (5, 2), (3, 7))],
    mistakes=[
        Mistake(lambda x, g: np.sum(g * x), "The mask is missing: where x is positive, the slope plays no part."),
        Mistake(
            lambda x, g: np.sum(g * np.maximum(x, 0)),
            "Your mask is turned round: the slope is used where x is negative.",
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
            lambda x, g: np.sum(g * (x < 0)), "The factor x is missing: the derivative of slope * x for the slope is x."
        ),
        Mistake(
            lambda x, g: np.sum(g * np.abs(np.minimum(x, 0))),
            "The sign is turned round: the derivative of slope * x is x itself, which is negative here.",
        ),
    ],
)
