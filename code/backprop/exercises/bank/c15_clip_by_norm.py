import numpy as np

from ..exercise import Exercise, Mistake


def cases(rng):
    def grads(scale, **shapes):
        return {name: scale * rng.standard_normal(shape) for name, shape in shapes.items()}

    return [
        (grads(3.0, W1=(3, 4), b1=(4,), W2=(4, 2)), 2.0),
        (grads(0.1, W1=(3, 4), b1=(4,), W2=(4, 2)), 5.0),
        (grads(1.0, W=(5, 2), b=(2,)), 0.5),
        (grads(20.0, kernel=(2, 3, 3)), 10.0),
        (grads(0.0, W=(2, 3), b=(3,)), 1.0),  # a dead network: nothing to clip, and no norm to divide by
    ]


def norm(grads):
    return np.sqrt(sum(np.sum(g**2) for g in grads.values()))


def scaled(grads, factor):
    return {name: factor * g for name, g in grads.items()}


exercise = Exercise(
    id="clip-by-norm",
    chapter=15,
    points=2,
    minutes=6,
    answer=lambda grads, largest: scaled(grads, 1.0 if norm(grads) <= largest else largest / norm(grads)),
    cases=cases,
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
            "Where all gradients are 0, so is their norm, and you divide by it. Divide only where the norm is larger than the limit.",
        ),
    ],
)
