"""Exercises of chapter 9, gradient descent."""

import math

import numpy as np

from . import common
from .common import mistakes
from .exercise import Exercise, Mistake

OTHER_CONVENTION = (
    "Another convention: your velocity holds the learning rate. Here the rate multiplies the velocity at the step."
)


def bowl(x):
    return np.array([1.0, 25.0]) * x


def sines(x):
    return np.cos(x)


def descent_step_cases(rng):
    return [
        (bowl, np.array([10.0, 1.0]), 0.05),
        (bowl, rng.standard_normal(2), 0.3),
        (sines, rng.standard_normal(5), float(rng.uniform(0.1, 0.4))),
        (
            lambda x: np.array([[2.0, -1.0], [-1.5, 3.0]]) @ x,
            np.array([1.0, -2.0]),
            0.1,
        ),  # each moves the other's slope
    ]


def one_by_one(gradient, x, lr):
    x = x.copy()
    for place in range(len(x)):
        x[place] -= lr * gradient(x)[place]
    return x


DESCENT_STEP = Exercise(
    "descent-step",
    chapter=9,
    points=1,
    minutes=4,
    answer=lambda gradient, x, learning_rate: x - learning_rate * gradient(x),
    cases=descent_step_cases,
    mistakes=[
        *mistakes(common.DESCENT, lambda rule: lambda gradient, x, lr: rule(x, gradient(x), lr)),
        Mistake(
            lambda gradient, x, lr: x - lr * gradient(x) / np.linalg.norm(gradient(x)),
            "You took the direction alone, so every step has the same length. Leave the gradient as long as it is.",
        ),
        Mistake(
            lambda gradient, x, lr: x - lr * np.sign(gradient(x)),
            "You took the signs alone. Steep directions get longer steps: multiply by the gradient itself.",
        ),
        Mistake(
            lambda gradient, x, lr: x - gradient(lr * x),
            "You took the gradient at another place. Take it at x, then multiply.",
        ),
        Mistake(
            lambda gradient, x, lr: x - lr * gradient(x) - lr * gradient(x - lr * gradient(x)),
            "Those are two steps. One was asked for.",
        ),
        Mistake(
            one_by_one,
            "The gradient was taken anew after each element had moved. All elements move by the gradient at x.",
        ),
    ],
)


LARGEST_RATE = Exercise(
    "largest-rate",
    chapter=9,
    points=2,
    minutes=4,
    answer=0.25,  # f(x) = 4 x^2 - 8 x + 1: curvature 8, edge 2 / 8
    mistakes=[
        Mistake(0.5, "You took the 4 for the curvature. Differentiate twice: the slope is 8x - 8, and its slope is 8."),
        Mistake(0.125, "That is 1/8, the rate that arrives in one step. Twice that is the edge."),
        Mistake(4.0, "Upside down: it is 2 divided by the curvature. A stronger curve allows a smaller rate."),
        Mistake(8.0, "That is the curvature. The edge is 2 divided by it."),
        Mistake(1.0, "That is where the minimum lies, or 2 divided by 2. The edge is 2 divided by the curvature, 8."),
        Mistake(-0.25, "The sign is reversed: -8 is the slope at 0. The curvature is twice the factor of the square."),
        Mistake(0.0625, "That is 1 divided by 16. The curvature is 8, and it is 2 that is divided by it."),
        *[
            Mistake(n, "That is near the edge, not on it. Compute 2 divided by the curvature.")
            for n in (0.24, 0.249, 0.251, 0.26)
        ],
    ],
)


def momentum_step(w, velocity, gradient, learning_rate, momentum):
    velocity = momentum * velocity + gradient
    return w - learning_rate * velocity, velocity


def momentum_step_cases(rng):
    cases = [(np.array([10.0, 1.0]), np.array([2.0, -4.0]), np.array([10.0, 25.0]), 0.05, 0.9)]
    for size in (3, 5):
        cases.append(
            (
                *(rng.standard_normal(size) for _ in range(3)),
                float(rng.uniform(0.05, 0.5)),
                float(rng.uniform(0.3, 0.7)),
            )
        )
    return cases


def with_velocity(rule, place=lambda w, v, new, lr: w - lr * new):
    def step(w, velocity, gradient, learning_rate, momentum):
        new = rule(velocity, gradient, learning_rate, momentum)
        return place(w, velocity, new, learning_rate), new

    return step


def right(v, g, lr, m):
    return m * v + g


MOMENTUM_STEP = Exercise(
    "momentum-step",
    chapter=9,
    points=3,
    minutes=7,
    answer=momentum_step,
    cases=momentum_step_cases,
    mistakes=[
        Mistake(
            with_velocity(right, lambda w, v, new, lr: w - lr * v),
            "You moved by the old velocity. Renew it first: this step's gradient counts already.",
        ),
        Mistake(
            with_velocity(lambda v, g, lr, m: g),
            "The old velocity is gone: this is plain descent. Keep momentum times what was there.",
        ),
        Mistake(with_velocity(lambda v, g, lr, m: v + g), "The old velocity never fades: multiply it by the momentum."),
        Mistake(
            with_velocity(lambda v, g, lr, m: m * v + (1 - m) * g),
            "You took a mean, with weight 1 - momentum for the gradient. Here the gradient is added whole.",
        ),
        Mistake(
            with_velocity(lambda v, g, lr, m: v + m * g), "The momentum multiplies the old velocity, not the gradient."
        ),
        Mistake(
            with_velocity(lambda v, g, lr, m: m * (v + g)),
            "The momentum multiplies the gradient too. It should multiply the old velocity alone.",
        ),
        Mistake(
            with_velocity(lambda v, g, lr, m: m * v - g),
            "The sign in the velocity is wrong: add the gradient there, and subtract at the step.",
        ),
        Mistake(with_velocity(right, lambda w, v, new, lr: w + lr * new), "You walk uphill: subtract the velocity."),
        Mistake(with_velocity(right, lambda w, v, new, lr: w - new), "The learning rate is missing in the step."),
        Mistake(
            with_velocity(lambda v, g, lr, m: m * v + lr * g, lambda w, v, new, lr: w - new),
            OTHER_CONVENTION,
        ),
        Mistake(
            with_velocity(lambda v, g, lr, m: m * v - lr * g, lambda w, v, new, lr: w + new),
            OTHER_CONVENTION,
        ),
        Mistake(
            lambda w, v, g, lr, m: momentum_step(w, v, g, lr, m)[::-1],
            "Right, but in the wrong order: return the place first, then the velocity.",
        ),
        Mistake(
            lambda w, v, g, lr, m: momentum_step(w, v, g, lr, m)[0],
            "The place is right. Return the new velocity too: the next step needs it.",
        ),
    ],
)


UNCORRECTED = -0.01 * 5 / math.sqrt(2.5)  # m = 0.1 * 50, v = 0.001 * 50^2

ADAM_FIRST_STEP = Exercise(
    "adam-first-step",
    chapter=9,
    points=2,
    minutes=5,
    answer=-0.01,  # -0.01 * 50 / (50 + 1e-8)
    mistakes=[
        Mistake(0.01, "The sign is reversed: a positive gradient moves the parameter down."),
        Mistake(-0.5, "That is plain descent, rate times gradient. Adam divides by the size of the gradient."),
        Mistake(
            0.5, "That is the rate times the gradient, with the wrong sign. Adam divides by the size of the gradient."
        ),
        Mistake(UNCORRECTED, "The corrections are missing: divide m by 1 - 0.9 and v by 1 - 0.999 at the first step."),
        Mistake(
            -UNCORRECTED, "The sign is wrong, and the corrections are missing: divide m by 1 - 0.9 and v by 1 - 0.999."
        ),
        Mistake(-0.001, "You corrected v but not m: divide m by 1 - 0.9 as well. (Or you took Adam's default rate.)"),
        Mistake(-0.01 * 50 / math.sqrt(2.5), "You corrected m but not v: divide v by 1 - 0.999 as well."),
        Mistake(-0.0002, "The root is missing: you divided by the square of the gradient."),
        Mistake(-1.0, "The learning rate is missing: m over the root of v is 1, and the step is the rate times that."),
    ],
)
