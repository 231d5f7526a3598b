"""Exercises of chapter 3, backward through a node."""

import numpy as np

from . import common
from .common import mistakes
from .exercise import Exercise, Mistake

MULTIPLY_BACKWARD = Exercise(
    "multiply-backward",
    chapter=3,
    points=2,
    minutes=4,
    answer=lambda x, y, grad_output: (grad_output * y, grad_output * x),
    cases=lambda rng: (
        [(100, 2, 1.1), (200, 1.1, 1), (0.0, 3.0, -1.5)]
        + [tuple(rng.uniform(-3, 3, size=3).tolist()) for _ in range(4)]
    ),
    mistakes=[
        Mistake(
            lambda x, y, g: (g * x, g * y),
            "Each input got its own value. Multiplication swaps: x gets y, and y gets x.",
        ),
        Mistake(lambda x, y, g: (y, g * x), common.FIRST_LACKS_UPSTREAM),
        Mistake(lambda x, y, g: (g * y, x), common.SECOND_LACKS_UPSTREAM),
        Mistake(lambda x, y, g: (g, g), common.PASSED_ON),
        Mistake(
            lambda x, y, g: (g * x * y, g * x * y),
            "You multiplied by the output x * y. The derivative of x * y with respect to x is y alone.",
        ),
        Mistake(lambda x, y, g: (g + y, g + x), common.ADDED),
        Mistake(lambda x, y, g: (g / x, g / y), "You divided. The derivative of x * y with respect to x is y."),
        Mistake(lambda x, y, g: (y, x), common.BOTH_LOCAL),
    ],
)


DIVIDE_BACKWARD = Exercise(
    "divide-backward",
    chapter=3,
    points=3,
    minutes=6,
    answer=lambda x, y, g: (g / y, -g * x / y**2),
    cases=lambda rng: (
        [(6.0, 3.0, 1.0), (-2.0, 4.0, 0.5), (1.5, -2.0, -3.0), (0.0, 2.0, 1.0)]
        + [tuple(rng.uniform(0.5, 3, size=3).tolist()) for _ in range(5)]
    ),
    mistakes=[
        Mistake(
            lambda x, y, g: (g / y, g * x / y**2),
            "The sign of the second one is reversed: the derivative of 1/y is -1/y**2.",
        ),
        Mistake(lambda x, y, g: (1 / y, -x / y**2), "The upstream gradient `grad_output` is missing from both."),
        Mistake(lambda x, y, g: (g / y, -g / y**2), "The x is missing from the second one: x / y is x times 1/y."),
        Mistake(
            lambda x, y, g: (g / y, -g * x / y), "The second one needs y squared: the derivative of 1/y is -1/y**2."
        ),
        Mistake(
            lambda x, y, g: (g * y, -g * x / y**2),
            "The first one: x / y is x times 1/y, so its derivative is 1/y, not y.",
        ),
        Mistake(lambda x, y, g: (1 / y, -g * x / y**2), common.FIRST_LACKS_UPSTREAM),
        Mistake(lambda x, y, g: (g / y, -x / y**2), common.SECOND_LACKS_UPSTREAM),
        Mistake(lambda x, y, g: (-g * x / y**2, g / y), common.X_COMES_FIRST),
        Mistake(lambda x, y, g: (g * y, g * x), "That is multiplication's backward. Here x / y is x * (1/y)."),
        Mistake(
            lambda x, y, g: (g / y, g / x),
            "You swapped, as multiplication does. For a quotient, differentiate x * (1/y) with respect to y.",
        ),
    ],
)


USED_THREE_TIMES = Exercise(
    "used-three-times",
    chapter=3,
    points=1,
    minutes=3,
    answer=11.0,  # y = x * x + x at x = 5
    mistakes=[
        Mistake(1.0, "Only the last use counted: its gradient overwrote the others. Uses add up: `+=`, not `=`."),
        Mistake(6.0, "One use is missing: x goes into the × node twice, and each of the two gets a gradient of 5."),
        Mistake(10.0, "That is x * x alone. The plain x of the sum adds 1."),
        Mistake(30.0, "That is the value y, not its derivative."),
        Mistake(25.0, "25 is x * x. Gradients of several uses add up."),
    ],
)


BIAS_BACKWARD = Exercise(
    "bias-backward",
    chapter=3,
    points=2,
    minutes=5,
    answer=lambda grad_output: grad_output.sum(axis=0),
    cases=lambda rng: [(rng.standard_normal(shape),) for shape in ((3, 2), (4, 4), (2, 5), (6, 3), (1, 4), (3, 1))],
    mistakes=[
        *mistakes(common.BIAS_GRADIENT),
        Mistake(
            lambda g: np.ones(g.shape[1]), "These are the local derivatives. The upstream gradient has to be summed."
        ),
    ],
)
