"""Exercises of chapter 12, PyTorch by hand."""

import numpy as np

from . import common
from .exercise import Exercise, Mistake

STEPS_IN_AN_EPOCH = Exercise(
    "steps-in-an-epoch",
    chapter=12,
    points=1,
    minutes=3,
    answer=937.0,  # 60_000 // 64
    mistakes=[
        Mistake(937.5, "Half a step can't be taken. The shorter last batch is left out: use //, which drops the rest."),
        Mistake(938.0, "That counts the shorter last batch. It is left out here."),
        Mistake(600.0, "That is for batches of 100, as in chapter 11. Here a batch has 64 images."),
        Mistake(60_000.0, "That is one step for each image. A step takes a batch of 64."),
        Mistake(64.0, "That is the size of a batch. How many such batches fit into 60,000 images?"),
        Mistake(18_740.0, "That is all 20 epochs. The question is about one."),
    ],
)


def one_hot_cases(rng):
    return [(rng.integers(0, classes, count), classes) for count, classes in ((4, 3), (1, 5), (6, 10), (3, 3))] + [
        (np.array([2, 2, 0]), 4)
    ]


def rows_from_one(indices, classes):
    rows = np.zeros((len(indices), classes))
    rows[np.arange(len(indices)), indices - 1] = 1
    return rows


def whole_columns(indices, classes):
    rows = np.zeros((len(indices), classes))
    rows[:, indices] = 1
    return rows


ONE_HOT = Exercise(
    "one-hot",
    chapter=12,
    points=2,
    minutes=5,
    answer=lambda indices, classes: np.eye(classes)[indices],
    cases=one_hot_cases,
    mistakes=[
        Mistake(
            lambda i, c: np.eye(c)[i].T, "This is transposed: each example should be a row, of shape (N, classes)."
        ),
        Mistake(rows_from_one, "Each 1 is one column too far to the left. Classes are counted from 0."),
        Mistake(
            whole_columns,
            "Each row holds the 1 of every row. Does `rows[:, indices]` name all of them, or are all of them one "
            "list, as in `[[0] * C] * N`? Name each row with its own column: `rows[np.arange(N), indices]`.",
        ),
        Mistake(lambda i, c: np.zeros((len(i), c)), "Everything is still 0. Each row needs a 1 at its class."),
        Mistake(lambda i, c: np.eye(c)[i] * np.asarray(i)[:, None], "The class itself is where a 1 should be."),
        Mistake(
            lambda i, c: np.eye(c),
            "That is one row for each class. Return one row for each example: pick rows of it by the indices.",
        ),
        Mistake(
            lambda i, c: np.eye(c)[i].ravel(),
            "The numbers are right, but in one long row. The shape should be (N, classes).",
        ),
        Mistake(
            lambda i, c: np.eye(max(i) + 1)[i],
            "There are only as many columns as the largest index needs. Each row has `classes` of them.",
        ),
    ],
)


def hidden_gradient_cases(rng):
    found = []
    for count, hidden, classes in ((4, 5, 3), (1, 6, 2), (3, 4, 4), (2, 3, 3), (4, 1, 3), (3, 4, 1)):
        a1 = np.maximum(rng.standard_normal((count, hidden)), 0)
        found.append((rng.standard_normal((count, classes)), rng.standard_normal((hidden, classes)), a1))
    return found


HIDDEN_GRADIENT = Exercise(
    "hidden-gradient",
    chapter=12,
    points=3,
    minutes=7,
    answer=lambda dz2, W2, a1: (dz2 @ W2.T) * (a1 > 0),
    cases=hidden_gradient_cases,
    mistakes=[
        Mistake(
            lambda d, W, a: d @ W.T,
            "Nothing is stopped. Either ReLU's mask is missing, or it is `a1 >= 0`, which is True everywhere: an "
            "output of ReLU is never negative. The mask is `a1 > 0`.",
        ),
        Mistake(
            lambda d, W, a: (d @ W.T) * a,
            "You multiplied by the output itself. ReLU's local derivative is 1 or 0: the mask `a1 > 0`.",
        ),
        Mistake(
            lambda d, W, a: (d @ W.T) * (a <= 0),
            "Your mask is reversed: the gradient should pass where a1 is positive.",
        ),
        Mistake(
            lambda d, W, a: (d @ W.T) * a * (1 - a),
            "You multiplied by a1 (1 - a1), the slope of a sigmoid. Here the activation is ReLU.",
        ),
        Mistake(
            lambda d, W, a: (d @ W.T) * (a > 0) / len(d),
            "The 1/N is in dz2 already. If you divide again, the gradient is N times too small.",
        ),
        Mistake(
            lambda d, W, a: a > 0, "That is the mask alone. The gradient of a1, `dz2 @ W2.T`, has to pass through it."
        ),
        Mistake(
            lambda d, W, a: np.maximum(d @ W.T, 0),
            "You rectified the gradient. Backward asks what a1 was, and the sign of the gradient plays no part.",
        ),
        Mistake(lambda d, W, a: (d @ W) * (a > 0), common.NOT_TRANSPOSED),
    ],
)


def normalise_cases(rng):
    return [(rng.integers(0, 256, shape).astype(np.uint8),) for shape in ((3, 4), (1, 6), (2, 2, 2))] + [
        (np.array([[0, 127, 128, 255]], np.uint8),)
    ]


NORMALISE = Exercise(
    "normalise",
    chapter=12,
    points=2,
    minutes=4,
    answer=lambda pixels: (pixels / 255 - 0.5) / 0.5,
    cases=normalise_cases,
    mistakes=[
        Mistake(
            lambda p: p / 255, "These go from 0 to 1. Subtract 0.5 and divide by 0.5, so that they go from -1 to 1."
        ),
        Mistake(lambda p: p / 255 - 0.5, "These go from -0.5 to 0.5. The division by 0.5 is missing."),
        Mistake(lambda p: (p - 0.5) / 0.5, "You didn't bring the bytes to the range from 0 to 1 first: divide by 255."),
        Mistake(
            lambda p: (p / 256 - 0.5) / 0.5,
            "With 256 (or its half) in place of 255, the darkest ink doesn't reach 1. The greatest byte is 255.",
        ),
        Mistake(lambda p: p / 255 / 0.5 - 0.5, "You divided before you subtracted. Subtract 0.5 first."),
        Mistake(
            lambda p: (p - p.mean()) / p.std(),
            "You used each array's own mean and deviation. A fixed range is asked for: 0 becomes -1 and 255 becomes 1.",
        ),
        Mistake(
            lambda p: (p // 255 - 0.5) / 0.5,
            "Every gray became paper: the division by 255 lost what comes after the point, by `//` or in a type of "
            "integers.",
        ),
        Mistake(
            lambda p: 2 * p / 255 - 1,
            "You doubled the pixels while they were bytes, which begin again at 0 after 255. Divide first.",
        ),
        Mistake(lambda p: 1 - p / 255 * 2, "The sign is reversed: paper, 0, should become -1."),
    ],
)
