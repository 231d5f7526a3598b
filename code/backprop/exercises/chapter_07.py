"""Exercises of chapter 7, softmax with loss."""

import math

import numpy as np

from . import common
from .common import mistakes
from .exercise import Exercise, Mistake

SURPRISE = Exercise(
    "surprise",
    chapter=7,
    points=1,
    minutes=3,
    answer=math.log(4),  # -ln(0.25)
    mistakes=[
        Mistake(2.0, common.IN_BITS),
        Mistake(math.log10(4), common.DECIMAL),
        Mistake(
            -math.log(4),
            "The sign is reversed: the logarithm of a probability is negative, and the loss is minus that.",
        ),
        Mistake(0.75, "That is how far 0.25 is from 1. The loss is minus the logarithm of 0.25."),
        Mistake(-math.log(0.75), "That is for a probability of 0.75. Take the target's probability, 0.25."),
        Mistake(4.0, "That is 1 / 0.25. The loss is its natural logarithm."),
        Mistake(
            math.log(4) / 4,
            "You multiplied by 0.25 as well, as an entropy does. The loss is the logarithm alone, with a minus.",
        ),
        *[
            Mistake(n, "That is rounded. Let `np.log` compute it, and give its result.")
            for n in (1.4, 1.39, 1.386, 1.3863)
        ],
    ],
)


def softmax_loss_backward_cases(rng):
    one_hot = np.eye(3)[[2, 0, 1, 2]]
    others = [
        (rng.dirichlet(np.ones(c), size=n), rng.dirichlet(np.ones(c), size=n))
        for n, c in ((5, 2), (1, 4), (2, 6), (3, 3))
    ]
    return [(rng.dirichlet(np.ones(3), size=4), one_hot), *others]


SOFTMAX_LOSS_BACKWARD = Exercise(
    "softmax-loss-backward",
    chapter=7,
    points=3,
    minutes=7,
    answer=lambda p, t: (p - t) / len(p),
    cases=softmax_loss_backward_cases,
    mistakes=[
        *mistakes(common.MEAN_OVER_ROWS, lambda rule: lambda p, t: rule(p - t)),
        Mistake(
            lambda p, t: (p - t) / p.shape[1], "You divided by the number of classes. The mean is over the N examples."
        ),
        Mistake(lambda p, t: p / len(p), "The targets are missing: subtract t from p."),
        Mistake(
            lambda p, t: -t / p / len(p),
            "That is the gradient of p. It still has to pass through the softmax, which leaves p - t.",
        ),
        Mistake(
            lambda p, t: (p - t) * p * (1 - p) / len(p),
            "You multiplied by a softmax slope once more. p - t has passed through the softmax already.",
        ),
        Mistake(
            lambda p, t: (p - np.eye(p.shape[1])[t.argmax(axis=1)]) / len(p),
            "Right for one-hot targets only: you put a 1 at the greatest t of each row, and 0 elsewhere. Use t itself.",
        ),
        Mistake(
            lambda p, t: (t - p) / len(p),
            "The sign is reversed: it is p - t. A target's score must rise to lower the loss.",
        ),
    ],
)


def log_sum_exp(s):
    greatest = s.max(axis=1)
    return greatest + np.log(np.exp(s - greatest[:, None]).sum(axis=1))


def quiet(answer):
    """The same answer, without the warnings that overflow gives."""
    return np.errstate(all="ignore")(answer)


def log_sum_exp_cases(rng):
    far = np.array([[1000.0, 999.5, 998.0], [-1000.0, -1001.0, -999.0], [1.0, 2.0, 0.5], [1000.0, 0.0, -1000.0]])
    return [(far,)] + [(rng.normal(0, 3, (n, c)),) for n, c in ((1, 4), (5, 2), (3, 6), (4, 1))]


LOG_SUM_EXP = Exercise(
    "log-sum-exp",
    chapter=7,
    points=3,
    minutes=7,
    answer=log_sum_exp,
    cases=log_sum_exp_cases,
    mistakes=[
        Mistake(
            quiet(lambda s: np.log(np.exp(s).sum(axis=1))),
            "exp(1000) overflows, and exp(-1000) is 0. Subtract each row's maximum first, and add it back after the "
            "logarithm.",
        ),
        Mistake(
            lambda s: log_sum_exp(s) - s.max(axis=1),
            "The maximum that you subtracted is missing. Add it back after the logarithm.",
        ),
        Mistake(
            quiet(lambda s: s.max() + np.log(np.exp(s - s.max()).sum(axis=1))),
            "You subtracted the maximum of all, and a row far below it became log(0). Subtract each row's own maximum.",
        ),
        Mistake(lambda s: log_sum_exp(s.T), "You summed over the examples. Sum over the classes of each row: axis 1."),
        Mistake(
            lambda s: log_sum_exp(s.reshape(1, -1))[0], "You summed over everything. Each row has its own: axis 1."
        ),
        Mistake(
            lambda s: s.max(axis=1), "That is the maximum alone. Add the logarithm of the sum of exp(s - maximum)."
        ),
        Mistake(
            lambda s: log_sum_exp(s)[:, None],
            "The numbers are right, but the shape is (N, 1). The result has shape (N,).",
        ),
        Mistake(
            lambda s: log_sum_exp(s) - np.log(s.shape[1]), "You took the mean of the exponentials. Take their sum."
        ),
        Mistake(
            lambda s: log_sum_exp(s) - 2 * s.max(axis=1),
            "You subtracted the maximum twice. Add it back after the logarithm.",
        ),
        Mistake(lambda s: log_sum_exp(s) / np.log(2), common.IN_BITS),
        Mistake(
            lambda s: s.max(axis=1) + (log_sum_exp(s) - s.max(axis=1)) / np.log(2),
            "The maximum is right, but what is added to it is in bits. Use the natural logarithm.",
        ),
    ],
)


MSE_BACKWARD = Exercise(
    "mse-backward",
    chapter=7,
    points=2,
    minutes=4,
    answer=lambda y, t: (y - t) / len(y),
    cases=lambda rng: [
        (rng.standard_normal(s), rng.standard_normal(s)) for s in ((4, 3), (1, 5), (3, 2), (5, 4), (3, 1))
    ],
    mistakes=[
        *mistakes(common.MEAN_OVER_ROWS, lambda rule: lambda y, t: rule(y - t)),
        Mistake(
            lambda y, t: 2 * (y - t) / len(y),
            common.TWICE_TOO_LARGE,
        ),
        Mistake(
            lambda y, t: (y - t) / 2 / len(y),
            "Yours is half as large as it should be: the square's 2 cancels the 1/2 of the loss.",
        ),
        Mistake(
            lambda y, t: 2 * (y - t) / y.size,
            "That is for the mean of all squares, as in PyTorch. Here it is 1/2 of the sum over outputs, and the "
            "mean over the batch.",
        ),
        Mistake(
            lambda y, t: (y - t) ** 2 / 2 / len(y),
            "These are the terms of the loss itself. The derivative of 1/2 (y - t)**2 is y - t.",
        ),
        Mistake(
            lambda y, t: np.sum((y - t) ** 2) / 2 / len(y),
            "That is the loss itself. Return its gradient, one number for each element of y.",
        ),
        Mistake(
            lambda y, t: (t - y) / len(y),
            "The sign is reversed: it is y - t. Where y is too large, a larger y makes the loss larger.",
        ),
    ],
)
