import numpy as np

from ..clinic import brought_in, healthy
from ..exercise import Exercise, Mistake


def cases(rng):
    def batch(n, d, c):
        return rng.standard_normal((n, d)), rng.integers(0, c, n)

    return [
        (rng.standard_normal((d, c)), rng.standard_normal(c), *batch(n, d, c), *batch(m, d, c))
        for n, m, d, c in (
            (6, 6, 3, 4),
            (9, 9, 5, 2),
            (7, 7, 2, 3),
            (5, 14, 3, 3),
        )  # the code as it came needs equal sizes
    ]


def measured(accuracy):
    """The right gradients, and an accuracy of one's own."""

    def answer(W, b, x, targets, x_test, targets_test):
        grad_W, grad_b, _ = healthy.step(W, b, x, targets, x_test, targets_test)
        return grad_W, grad_b, accuracy(lambda x: (x @ W + b).argmax(axis=1), x, targets, x_test, targets_test)

    return answer


def from_the_test_batch(W, b, x, targets, x_test, targets_test):
    return healthy.step(W, b, x_test, targets_test, x_test, targets_test)


exercise = Exercise(
    id="clinic-8",
    chapter=19,
    points=1,
    minutes=5,
    answer=healthy.step,
    cases=cases,
    mistakes=[
        Mistake(brought_in.step, "That is the code as it came: when backward needs x, the test batch lies there."),
        Mistake(
            from_the_test_batch,
            "x and upstream gradient fit together now: both come from the test batch. Learn from the batch.",
        ),
        Mistake(
            measured(lambda answers, x, t, x_test, t_test: np.mean(answers(x) == t)),
            "The gradients are right. The accuracy is of the batch now; it was to be of the test batch.",
        ),
        Mistake(
            measured(lambda answers, x, t, x_test, t_test: np.sum(answers(x_test) == t_test)),
            "The gradients are right. The accuracy is a count; it was to be a share, from 0 to 1.",
        ),
        Mistake(
            measured(lambda answers, x, t, x_test, t_test: np.mean(answers(x_test) == t)),
            "The gradients are right. The accuracy compares answers for the test batch with the targets of the other one.",
        ),
    ],
)
