import numpy as np

from ..exercise import Exercise, Mistake


def passes(forward, backward=None):
    """Both directions multiply by something made of keep and rate; the same by default."""
    backward = backward or forward
    return lambda x, keep, rate, g: (x * forward(keep, rate), g * backward(keep, rate))


def right(keep, rate):
    return keep / (1 - rate)


def cases(rng):
    cases = []
    for shape, rate in (((4, 3), 0.25), ((6,), 0.4), ((2, 7), 0.8)):
        keep = rng.random(shape) >= rate
        keep.flat[0], keep.flat[1] = True, False  # both kinds in each case
        cases.append((rng.standard_normal(shape), keep, rate, rng.standard_normal(shape)))
    return cases


exercise = Exercise(
    id="dropout-passes",
    chapter=16,
    points=3,
    minutes=7,
    answer=passes(right),
    cases=cases,
    mistakes=[
        Mistake(
            passes(lambda keep, rate: keep),
            "The division is missing in both directions: what stays is divided by 1 - rate, so that the mean doesn't change.",
        ),
        Mistake(
            passes(right, lambda keep, rate: keep), "Forward is right. Backward has the same factor: divide there, too."
        ),
        Mistake(
            passes(lambda keep, rate: keep, right), "Backward is right. Forward has the same factor: divide there, too."
        ),
        Mistake(
            passes(lambda keep, rate: keep / rate),
            "You divided by the rate. That is the share that goes; divide by the share that stays, 1 - rate.",
        ),
        Mistake(
            passes(lambda keep, rate: keep * (1 - rate)),
            "You multiplied by 1 - rate. What stays has to make up for what is silent: divide.",
        ),
        Mistake(
            passes(lambda keep, rate: ~keep / (1 - rate)),
            "Your mask is turned round: keep says which inputs stay, and you silenced those.",
        ),
        Mistake(
            passes(right, lambda keep, rate: 1),
            "Forward is right. Backward lets everything through: a silenced input gets no gradient.",
        ),
        Mistake(
            passes(right, lambda keep, rate: 1 / (1 - rate)),
            "Forward is right. In backward the mask is missing: a silenced input gets no gradient.",
        ),
        Mistake(
            passes(right, lambda keep, rate: keep * (1 - rate)),
            "Forward is right. Backward multiplies by the local derivative, and that is the same factor: divide there, too.",
        ),
        Mistake(
            lambda x, keep, rate, g: (x * right(keep, rate), x * g * right(keep, rate)),
            "Forward is right. Backward doesn't depend on x: the local derivative is the factor that x was multiplied by.",
        ),
        Mistake(
            lambda x, keep, rate, g: (x * right(keep, rate), right(keep, rate)),
            "Forward is right. Your gradient is the local derivative alone: multiply it by the upstream gradient.",
        ),
        Mistake(
            lambda x, keep, rate, g: (g * right(keep, rate), x * right(keep, rate)),
            "Both are right, in the wrong order: first the output, then the gradient.",
        ),
        Mistake(
            lambda x, keep, rate, g: (x * keep / np.mean(keep), g * keep / np.mean(keep)),
            "You divided by the share that happened to stay. Divide by the share that stays on average, 1 - rate.",
        ),
        Mistake(
            lambda x, keep, rate, g: x * right(keep, rate), "The output is right. Return the gradient of x as well."
        ),
    ],
)
