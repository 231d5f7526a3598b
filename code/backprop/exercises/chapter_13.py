"""Exercises of chapter 13, let PyTorch do it."""

import math

import numpy as np

from . import common
from .exercise import Exercise, Mistake

LINEAR_PARAMETERS = Exercise(
    "linear-parameters",
    chapter=13,
    points=1,
    minutes=2,
    answer=2080.0,  # 64 * 32 + 32
    mistakes=[
        Mistake(2048.0, "The biases are missing: one for each of the 32 outputs."),
        Mistake(2112.0, "You counted one bias for each input. There is one for each output."),
        Mistake(2144.0, "You counted a bias for each input and for each output. Only outputs have one."),
        Mistake(96.0, common.SIZES_ADDED),
        Mistake(2049.0, "You counted one bias for the whole layer. Each of the 32 outputs has its own."),
        Mistake(2.0, "That is the number of arrays, weight and bias. How many numbers are in them?"),
        Mistake(2410.0, "That is the network 64-32-10. The question is about its first layer alone."),
    ],
)


FORGOTTEN_ZERO_GRAD = Exercise(
    "forgotten-zero-grad",
    chapter=13,
    points=2,
    minutes=5,
    answer=0.88,  # 2 - 0.1 * 4 = 1.6, then 1.6 - 0.1 * (4 + 3.2)
    mistakes=[
        Mistake(1.28, "That is with zero_grad. Without it the second step uses the sum of both gradients."),
        Mistake(1.6, "That is after one step. There are two."),
        Mistake(
            0.8,
            "You added the first gradient twice. The second backward adds the gradient at the new place, 2 times 1.6.",
        ),
        Mistake(
            1.2,
            "You took the gradient at w = 2, once in each step. The second is taken at the new place, and grad then "
            "holds both.",
        ),
        Mistake(7.2, "That is what grad holds at the second step. The question asks where w is after it."),
        Mistake(3.28, "You walked uphill in both steps. The update subtracts the gradient."),
        Mistake(1.42, "The derivative of the square of w is 2w, and you took w. The rest is right."),
        Mistake(1.24, "You took the mean of the two gradients in the second step. grad holds their sum."),
        Mistake(-2.0, "The learning rate is missing: each step is a tenth of what grad holds."),
    ],
)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


SOFTPLUS_BACKWARD = Exercise(
    "softplus-backward",
    chapter=13,
    points=3,
    minutes=8,
    answer=lambda y, grad_output: grad_output * (1 - np.exp(-y)),
    cases=lambda rng: [
        (np.log1p(np.exp(rng.standard_normal(shape))), rng.standard_normal(shape))
        for shape in ((4, 3), (1, 5), (2, 6), (7,))
    ],
    mistakes=[
        Mistake(
            lambda y, g: g * sigmoid(y),
            "You took the sigmoid of the output. The derivative is the sigmoid of the input, which has to be written "
            "with y.",
        ),
        Mistake(
            lambda y, g: g * y * (1 - y), "y (1 - y) belongs to the sigmoid's output. Here y is the output of softplus."
        ),
        Mistake(lambda y, g: 1 - np.exp(-y), common.UPSTREAM_MISSING),
        Mistake(lambda y, g: g * np.exp(-y), "That is one minus the derivative: the share that doesn't pass."),
        Mistake(
            lambda y, g: g * (1 - np.exp(y)),
            "The sign in the exponent is wrong: divide by e to the y, so the exponent is -y.",
        ),
        Mistake(
            lambda y, g: g * (np.exp(y) - 1),
            "That is e to the x. It still has to be divided by 1 + e to the x, which is e to the y.",
        ),
        Mistake(
            lambda y, g: g * (np.exp(-y) - 1),
            "The sign is reversed: softplus only rises, so its derivative is positive.",
        ),
        Mistake(
            lambda y, g: g * (y > 0),
            "Everything passes as it came. A ReLU's mask, `y > 0`, stops nothing here: the output of softplus is "
            "positive everywhere.",
        ),
        Mistake(
            lambda y, g: g - np.exp(-y),
            "Parentheses are missing: the upstream gradient multiplies all of 1 - exp(-y).",
        ),
    ],
)


SOFTMAX_TWICE_BOUND = Exercise(
    "softmax-twice-bound",
    chapter=13,
    points=3,
    minutes=7,
    answer=lambda classes: math.log(math.e + classes - 1) - 1,
    cases=lambda rng: [(10,), (2,), (26,), (1000,)],
    mistakes=[
        Mistake(
            lambda c: 0.0 * c,
            "That is the bound with one softmax. The second one gets 1 and 0 as its scores, which are close together.",
        ),
        Mistake(
            lambda c: math.log(c),
            "That is the loss of knowing nothing. Here the network is sure and right, and its scores are 1 and 0.",
        ),
        Mistake(
            lambda c: math.log(math.e + c) - 1,
            "One class too many: the target has e, and the other C - 1 classes have 1 each.",
        ),
        Mistake(
            lambda c: math.log(math.e + c - 1),
            "That is the log-sum-exp. Subtract the score of the target, which is 1. (As it stands it is the highest "
            "loss: sure of a wrong class.)",
        ),
        Mistake(
            lambda c: math.e / (math.e + c - 1),
            "That is the probability that the second softmax gives the target. The loss is minus its logarithm.",
        ),
        Mistake(
            lambda c: 1 - math.log(math.e + c - 1),
            "The sign is reversed: the loss is minus the logarithm of the probability, and never negative.",
        ),
        Mistake(
            lambda c: math.log2(math.e + c - 1) - math.log2(math.e),
            common.IN_BITS,
        ),
        Mistake(
            lambda c: math.log(1 + c - 1) - 1, "The target's score is 1, so its part of the sum is e to the 1, not 1."
        ),
    ],
)
