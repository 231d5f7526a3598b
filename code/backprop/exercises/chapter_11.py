"""Exercises of chapter 11, the MNIST network."""

import math

import numpy as np

from . import common
from .common import mistakes
from .exercise import Exercise, Mistake

COUNT_PARAMETERS = Exercise(
    "count-parameters",
    chapter=11,
    points=1,
    minutes=3,
    answer=101_770.0,  # 784 * 128 + 128 + 128 * 10 + 10
    mistakes=[
        Mistake(101_632.0, "The biases are missing: one for each hidden unit and one for each class."),
        Mistake(101_760.0, "The 10 biases of the output layer are missing."),
        Mistake(101_642.0, "The 128 biases of the hidden layer are missing."),
        Mistake(100_480.0, "That is the first layer alone."),
        Mistake(922.0, common.SIZES_ADDED),
        Mistake(39_760.0, "That is the network with 50 hidden units. The question asks for 128."),
    ],
)


FIRST_LOSS = Exercise(
    "first-loss",
    chapter=11,
    points=2,
    minutes=3,
    answer=lambda classes: math.log(classes),
    cases=lambda rng: [(10,), (2,), (26,), (1000,)],
    mistakes=[
        Mistake(
            lambda c: 1 / c,
            "That is the probability that the guess gives the right class. The loss is minus its logarithm.",
        ),
        Mistake(lambda c: math.log2(c), common.IN_BITS),
        Mistake(lambda c: math.log10(c), common.DECIMAL),
        Mistake(
            lambda c: -math.log(c),
            "The sign is reversed: 1/C is below 1, so its logarithm is negative, and the loss is minus that.",
        ),
        Mistake(lambda c: 1 - 1 / c, "That is the share of wrong answers of a blind guess. The loss is -ln(1/C)."),
    ],
)


def sgd_step_cases(rng):
    """Dictionaries with other names each time, for the rule is for any network; each pair in two orders."""
    shapes = (
        {"W": (3, 2), "b": (2,)},
        {"a": (3,), "b": (3,)},  # pairs of one shape, which could be mixed up
        {"W1": (2, 4), "b1": (4,), "W2": (4, 3), "b2": (3,)},
        {"slope": (1,), "W": (2, 2)},
    )
    return [
        (
            {name: rng.standard_normal(shape) for name, shape in named.items()},
            common.reordered({name: rng.standard_normal(shape) for name, shape in named.items()}),
            float(rng.uniform(0.05, 0.8)),
        )
        for named in shapes
    ]


def each(rule):
    return lambda params, grads, learning_rate: {k: rule(params[k], grads[k], learning_rate) for k in params}


SGD_STEP = Exercise(
    "sgd-step",
    chapter=11,
    points=2,
    minutes=5,
    answer=each(lambda w, g, lr: w - lr * g),
    cases=sgd_step_cases,
    mistakes=[
        Mistake(each(lambda w, g, lr: w), "The parameters come back as they were. Is the result thrown away?"),
        *mistakes(common.DESCENT, each),
        Mistake(
            lambda params, grads, lr: {k: w - lr * g for (k, w), g in zip(params.items(), grads.values())},
            common.MISPAIRED,
        ),
    ],
)


def accuracy_cases(rng):
    right = np.array(
        [[0.1, 9.0, 0.2], [2.0, 1.0, 0.0], [0.0, 0.5, 1.5]]
    )  # all right, the greatest of all in the first row
    return [(right, np.array([1, 0, 2]))] + [
        (rng.standard_normal((n, c)), rng.integers(0, c, size=n))
        for n, c in ((20, 4), (7, 10), (30, 3), (40, 40), (1, 5))
    ]


ACCURACY = Exercise(
    "accuracy",
    chapter=11,
    points=2,
    minutes=5,
    answer=lambda scores, targets: np.mean(scores.argmax(axis=1) == targets),
    cases=accuracy_cases,
    mistakes=[
        Mistake(
            lambda s, t: np.mean(s.argmax(axis=0) == t),
            "You looked for the greatest score along axis 0: the best image of each class. Take the best class of each "
            "image: axis 1.",
        ),
        Mistake(
            lambda s, t: np.sum(s.argmax(axis=1) == t), "That is how many are right. Divide by how many there are."
        ),
        Mistake(lambda s, t: s.argmax(axis=1) == t, "That is True or False for each image. Take their mean."),
        Mistake(lambda s, t: 100 * np.mean(s.argmax(axis=1) == t), "That is in percent. A share lies between 0 and 1."),
        Mistake(lambda s, t: np.mean(s.argmax(axis=1) != t), "That is the share of wrong answers."),
        Mistake(
            lambda s, t: np.mean(s.max(axis=1) == t),
            "Yours is always 0. Is the greatest score, `max`, compared with the class? `argmax` gives its place.",
        ),
        Mistake(
            lambda s, t: np.mean(s.argmax() == t),
            "Without an axis, `argmax` looks for one place in the whole table. Take each row's: axis 1.",
        ),
        Mistake(
            lambda s, t: np.sum(s.argmax(axis=1) == t) // len(t),
            "Every accuracy below 1 became 0. Does `//` or an integer drop the decimals, or did you use `all`?",
        ),
        Mistake(
            lambda s, t: np.mean(s.argmin(axis=1) == t),
            "You took the smallest score. The answer is the class with the greatest.",
        ),
        Mistake(
            lambda s, t: np.sum(s.argmax(axis=1) == t) / s.size,
            "You divided by the number of scores. Divide by the number of images.",
        ),
    ],
)
