import numpy as np

from ..exercise import Exercise, Mistake


def stable_sigmoid(x):
    small = np.exp(-np.abs(x))
    return np.where(x >= 0, 1, small) / (1 + small)


@np.errstate(all="ignore")
def other_form(x):
    return np.exp(x) / (1 + np.exp(x))


@np.errstate(all="ignore")
def falling(x):
    return 1 / (1 + np.exp(x))


def clipped(limit):
    return lambda x: stable_sigmoid(np.clip(x, -limit, limit))


def cases(rng):
    large = np.array([-1000.0, -30.0, -1.0, 0.0, 0.5, 30.0, 1000.0])
    return [(large,), (rng.standard_normal((2, 3)),), (np.array([[1000.0, -1000.0]]),), (rng.uniform(-40, 40, (5, 4)),)]


# 1 / (1 + exp(-x)) passes: in float64 it overflows to 1/inf = 0 at -1000, with a warning and the right value.
exercise = Exercise(
    id="stable-sigmoid",
    chapter=4,
    points=3,
    minutes=8,
    answer=stable_sigmoid,
    cases=cases,
    mistakes=[
        Mistake(
            other_form,
            "exp(1000) overflows, and infinity over infinity is nan. Use exp(x) / (1 + exp(x)) only where x is negative.",
        ),
        Mistake(
            lambda x: np.nan_to_num(other_form(x)),
            "Your nan became 0, but the sigmoid of 1000 is 1. Use another form there instead of mending the result.",
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
        Mistake(falling, "Your curve falls. The sign in the exponent is minus: exp(-x)."),
        Mistake(lambda x: np.tanh(x), "tanh runs from -1 to 1. The sigmoid is (1 + tanh(x / 2)) / 2."),
        Mistake(
            lambda x: (1 + np.tanh(x)) / 2,
            "Your curve is twice as steep as the sigmoid. Halve x first: (1 + tanh(x / 2)) / 2.",
        ),
    ],
)
