import numpy as np

from ..exercise import Exercise, Mistake


def cases(rng):
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


exercise = Exercise(
    id="one-hot",
    chapter=12,
    points=2,
    minutes=5,
    answer=lambda indices, classes: np.eye(classes)[indices],
    cases=cases,
    mistakes=[
        Mistake(
            lambda i, c: np.eye(c)[i].T, "This is transposed: each example should be a row, of shape (N, classes)."
        ),
        Mistake(rows_from_one, "Each 1 stands one column too far to the left. Classes are counted from 0."),
        Mistake(
            whole_columns,
            "Whole columns are 1: `rows[:, indices]` names every row. Name each row with its own column: `rows[np.arange(N), indices]`.",
        ),
        Mistake(lambda i, c: np.zeros((len(i), c)), "All is still 0. Each row needs a 1 at its class."),
        Mistake(lambda i, c: np.eye(c)[i] * np.asarray(i)[:, None], "The class itself stands where a 1 should stand."),
        Mistake(
            lambda i, c: np.eye(c),
            "That is one row for each class. One row for each example is wanted: pick rows of it by the indices.",
        ),
        Mistake(
            lambda i, c: np.eye(c)[i].ravel(),
            "The numbers are right, but in one long row. The shape should be (N, classes).",
        ),
    ],
)
