"""Exercises of chapter 4, activation layers."""

import numpy as np

from . import common
from .common import mistakes
from .exercise import Exercise, Mistake


def relu_backward_cases(rng):
    kink = np.array([[1.5, 0.0, -2.0], [0.0, -0.5, 3.0]])  # the convention at 0 shows here
    upstream = np.array([[-2.0, 1.0, 0.5], [-1.0, -3.0, 0.25]])  # both signs for every sign of x
    return [(kink, upstream)] + [(rng.standard_normal(s), rng.standard_normal(s)) for s in ((4, 3), (1, 5), (6,))]


RELU_BACKWARD = Exercise(
    "relu-backward",
    chapter=4,
    points=2,
    minutes=4,
    answer=lambda x, grad_output: grad_output * (x > 0),
    cases=relu_backward_cases,
    mistakes=[
        Mistake(
            lambda x, g: g,
            "You pass everything on. Where x was not positive, forward gave 0 whatever x was, so nothing goes back.",
        ),
        Mistake(
            lambda x, g: g * (x <= 0),
            "Your mask is reversed: it stops the gradient where x > 0. Let it through there, and stop the rest.",
        ),
        Mistake(
            lambda x, g: g * (x < 0),
            "Your mask is reversed: it passes the gradient where x < 0. Pass it where x > 0.",
        ),
        Mistake(
            lambda x, g: g * (x >= 0),
            "You pass the gradient on at x = 0 too. This book takes 0 there, as PyTorch does: use x > 0.",
        ),
        Mistake(lambda x, g: g * (g > 0), common.MASK_OF_GRADIENT),
        Mistake(
            lambda x, g: g * (g > 0) * (x > 0), "You also stop negative upstream gradients. Only the sign of x decides."
        ),
        Mistake(lambda x, g: 1.0 * (x > 0), common.UPSTREAM_MISSING),
        Mistake(lambda x, g: x * (x > 0), "That is forward: you masked x. Mask the upstream gradient."),
        Mistake(
            lambda x, g: g * x * (x > 0),
            "You multiplied by x as well. The local derivative where x > 0 is 1, however large x is.",
        ),
        Mistake(
            lambda x, g: np.maximum(g, 0) * np.sign(x),
            "You keep only positive upstream gradients, and flip their sign where x is negative. Pass all of them "
            "where x > 0.",
        ),
    ],
)


SIGMOID_SLOPE = Exercise(
    "sigmoid-slope",
    chapter=4,
    points=1,
    minutes=3,
    answer=0.25,  # y (1 - y) at y = 1/2
    mistakes=[
        Mistake(
            1.0,
            "1 is what the output approaches. The local derivative is y (1 - y): try some values of y between 0 and 1.",
        ),
        Mistake(0.5, "That is y at the steepest place, not the slope there. Put it into y (1 - y)."),
        Mistake(0.0, "That is the slope far to the left and far to the right. Look between."),
        Mistake(4.0, "You turned the fraction upside down. How large is y (1 - y) for y = 1/2?"),
        Mistake(0.2350037122015945, "You put 0.5 in for x. The slope y (1 - y) is greatest where the output y is 0.5."),
    ],
)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


SIGMOID_BACKWARD = Exercise(
    "sigmoid-backward",
    chapter=4,
    points=2,
    minutes=5,
    answer=lambda y, grad_output: grad_output * y * (1 - y),
    cases=lambda rng: [(rng.uniform(0.05, 0.95, s), rng.standard_normal(s)) for s in ((4, 3), (1, 5), (2, 6), (7,))],
    mistakes=[
        *mistakes(common.SIGMOID_BACKWARD),
        Mistake(lambda y, g: g * (1 - y), "The factor y is missing: the local derivative is y (1 - y)."),
        Mistake(
            lambda y, g: g * y * (y - 1),
            "The sign is reversed: a sigmoid only rises, so its slope y (1 - y) is positive.",
        ),
        Mistake(
            lambda y, g: g * y - y,
            "Parentheses are missing: grad_output * y multiplies all of 1 - y. Write grad_output * y * (1 - y).",
        ),
    ],
)


def stable_sigmoid(x):
    small = np.exp(-np.abs(x))
    return np.where(x >= 0, 1, small) / (1 + small)


def clipped(limit):
    return lambda x: stable_sigmoid(np.clip(x, -limit, limit))


def stable_sigmoid_cases(rng):
    large = np.array([-1000.0, -30.0, -1.0, 0.0, 0.5, 30.0, 1000.0])
    ends = np.array([[1000.0, 800.0]])  # apart, since each form overflows at one of them
    return [(large,), (rng.standard_normal((2, 3)),), (ends,), (-ends,), (rng.uniform(-40, 40, (5, 4)),)]


STABLE_SIGMOID = Exercise(
    "stable-sigmoid",
    chapter=4,
    points=3,
    minutes=8,
    answer=stable_sigmoid,
    errors={"over": "raise"},  # 1 / (1 + exp(-x)) gives 1/inf = 0 at -1000: the right value, and an overflow
    cases=stable_sigmoid_cases,
    mistakes=[
        Mistake(
            lambda x: np.exp(x) / (1 + np.exp(x)),
            "exp(1000) overflows, and infinity over infinity is nan. That form is for the x that are negative.",
        ),
        Mistake(
            lambda x: 1 / (1 + np.exp(-np.abs(x))),
            "Right for positive x only: |x| makes both sides alike. Where x is negative, it is small / (1 + small).",
        ),
        Mistake(
            lambda x: np.exp(-np.abs(x)) / (1 + np.exp(-np.abs(x))),
            "Right for negative x only: |x| makes both sides alike. Where x is positive, it is 1 / (1 + small).",
        ),
        Mistake(
            clipped(20),
            "You clipped x, so all values beyond 20 get the same result. Use a form in which exp can't overflow.",
        ),
        Mistake(
            clipped(10),
            "You clipped x, so all values beyond 10 get the same result. Use a form in which exp can't overflow.",
        ),
        Mistake(lambda x: 1 / (1 + np.exp(x)), "Your curve falls. The sign in the exponent is minus: exp(-x)."),
        Mistake(lambda x: np.tanh(x), "tanh runs from -1 to 1. The sigmoid is (1 + tanh(x / 2)) / 2."),
        Mistake(
            lambda x: (1 + np.tanh(x)) / 2,
            "Your curve is twice as steep as the sigmoid. Halve x first: (1 + tanh(x / 2)) / 2.",
        ),
        Mistake(
            lambda x: 1 / (1 + np.exp(-x)),
            "The values are right, but exp overflows on the way: for some x its exponent is large and positive. Give "
            "it -|x|, and take the form that fits the sign of x.",
        ),
    ],
)
