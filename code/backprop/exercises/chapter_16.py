"""Exercises of chapter 16, overfitting."""

import math

import numpy as np

from . import common
from .exercise import Exercise, Mistake

TWICE_TOO_STRONG = "Your pull is twice as strong as it should be: the 1/2 of the penalty cancels the 2 of the square."
HALF_AS_STRONG = "Your pull is half as strong as it should be: the square's 2 cancels the 1/2 of the penalty."


def with_pull(pull, names=("W1", "W2")):
    """Gradients with pull(w, strength) added to those of the names."""

    def gradients(grads, params, strength):
        pulled = dict(grads)
        for name in names:
            pulled[name] = grads[name] + pull(params[name], strength)
        return pulled

    return gradients


def l2_gradients_cases(rng):
    def arrays(inputs, hidden, classes):
        shapes = {"W1": (inputs, hidden), "b1": (hidden,), "W2": (hidden, classes), "b2": (classes,)}
        return {name: rng.standard_normal(shape) for name, shape in shapes.items()}

    return [
        (common.reordered(arrays(*sizes)), arrays(*sizes), strength)
        for sizes, strength in (((4, 3, 2), 0.1), ((2, 5, 3), 0.03), ((3, 3, 3), 0.7), ((3, 1, 3), 0.2))
    ]


EVERYTHING = ("W1", "b1", "W2", "b2")

L2_GRADIENTS = Exercise(
    "l2-gradients",
    chapter=16,
    points=2,
    minutes=5,
    answer=with_pull(lambda w, strength: strength * w),
    cases=l2_gradients_cases,
    mistakes=[
        Mistake(
            with_pull(lambda w, strength: strength * w, EVERYTHING),
            "You pulled the biases too. Only weights have a penalty here: W1 and W2.",
        ),
        Mistake(with_pull(lambda w, strength: strength * w, ("W1",)), "W1 is right. W2 has a penalty as well."),
        Mistake(
            with_pull(lambda w, strength: 2 * strength * w),
            TWICE_TOO_STRONG,
        ),
        Mistake(
            with_pull(lambda w, strength: strength / 2 * w),
            HALF_AS_STRONG,
        ),
        Mistake(
            with_pull(lambda w, strength: strength / 2 * w**2),
            "You added the penalty itself to the gradient. Add its derivative, strength * w.",
        ),
        Mistake(
            with_pull(lambda w, strength: strength / 2 * np.sum(w**2)),
            "You added the whole penalty, one number. Each weight gets its own derivative, strength * w.",
        ),
        Mistake(
            with_pull(lambda w, strength: -strength * w),
            "The sign is wrong: a step goes against the gradient, so + strength * w in it pulls toward 0. Yours "
            "pushes away.",
        ),
        Mistake(
            with_pull(lambda w, strength: strength * np.sign(w)),
            "You pull all weights alike: the gradient of a penalty on |w|. A penalty on w^2 pulls large weights "
            "more: strength * w.",
        ),
        Mistake(with_pull(lambda w, strength: w), "The strength is missing in the penalty's part: strength * w."),
        Mistake(with_pull(lambda w, strength: strength), "The weight is missing in the penalty's part: strength * w."),
        Mistake(
            lambda grads, params, strength: {k: strength * params[k] if k[0] == "W" else grads[k] for k in grads},
            "The gradients of the loss are gone from W1 and W2. Add the penalty's part to them.",
        ),
        Mistake(
            lambda grads, params, strength: {
                k: params[k] + strength * grads[k] if k[0] == "W" else grads[k] for k in grads
            },
            "Weights and gradients are swapped: it is the gradient that stays whole, and the weight that is "
            "multiplied by the strength.",
        ),
        Mistake(
            lambda grads, params, strength: {
                k: g + strength * w if k[0] == "W" else g for (k, w), g in zip(params.items(), grads.values())
            },
            common.MISPAIRED,
        ),
    ],
)


WEIGHT_LEFT = Exercise(
    "weight-left",
    chapter=16,
    points=1,
    minutes=3,
    answer=0.8 * (1 - 0.2 * 0.01) ** 400,
    mistakes=[
        Mistake(0.8 * (1 - 0.01) ** 400, "The learning rate is missing: a step takes away rate * strength * w."),
        Mistake(
            0.8 * (1 - 0.2) ** 400,
            "That is 0, or nearly so. Is the strength missing? A step takes away rate * strength * w.",
        ),
        Mistake(
            0.8 * (1 - 0.2 * 0.01 * 400),
            "You took the same amount away 400 times. As the weight gets smaller, so does the pull: multiply by the "
            "factor again and again.",
        ),
        Mistake(0.8 * (1 - 0.2 * 0.01), "That is the weight after one step."),
        Mistake((1 - 0.2 * 0.01) ** 400, "That is the share that is left. The weight began at 0.8."),
        Mistake(0.8 * (1 - 0.2 * 0.01 / 2) ** 400, HALF_AS_STRONG),
        Mistake(
            0.8 * (1 - 2 * 0.2 * 0.01) ** 400,
            TWICE_TOO_STRONG,
        ),
        Mistake(0.8 * (1 + 0.2 * 0.01) ** 400, "Yours grows. The pull is toward 0: the factor of a step lies below 1."),
        Mistake(
            0.8 * math.exp(-0.2 * 0.01 * 400),
            "Very close: that is for infinitely many tiny steps. Here there are 400: multiply by the factor "
            "of one step.",
        ),
        Mistake(0.8 - 0.8 * (1 - 0.2 * 0.01) ** 400, "That is what has been taken away. What is left?"),
    ],
)


def passes(forward, backward=None):
    """Both directions multiply by something made of keep and rate; the same by default."""
    backward = backward or forward
    return lambda x, keep, rate, g: (x * forward(keep, rate), g * backward(keep, rate))


def right(keep, rate):
    return keep / (1 - rate)


def dropout_passes_cases(rng):
    cases = []
    for shape, rate in (((4, 3), 0.25), ((6,), 0.4), ((2, 7), 0.8), ((1, 5), 0.3)):
        keep = rng.random(shape) >= rate
        keep.flat[0], keep.flat[1] = True, False  # both kinds in each case
        cases.append((rng.standard_normal(shape), keep, rate, rng.standard_normal(shape)))
    return cases


DROPOUT_PASSES = Exercise(
    "dropout-passes",
    chapter=16,
    points=3,
    minutes=7,
    answer=passes(right),
    cases=dropout_passes_cases,
    mistakes=[
        Mistake(
            passes(lambda keep, rate: keep),
            "The division is missing in both directions: what stays is divided by 1 - rate, so that the mean doesn't "
            "change.",
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
            "Your mask is reversed: keep says which inputs stay, and you silenced those.",
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
            "Forward is right. Backward multiplies by the local derivative, and that is the same factor: divide "
            "there, too.",
        ),
        Mistake(
            lambda x, keep, rate, g: (x * right(keep, rate), x * g * right(keep, rate)),
            "Forward is right. Backward doesn't depend on x: the local derivative is the factor that x was "
            "multiplied by.",
        ),
        Mistake(
            lambda x, keep, rate, g: (x * right(keep, rate), right(keep, rate)),
            "Forward is right. Your gradient is the local derivative alone: multiply it by the upstream gradient.",
        ),
        Mistake(
            lambda x, keep, rate, g: (g * right(keep, rate), x * right(keep, rate)),
            "Both are right, but in the wrong order: first the output, then the gradient.",
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


def walk(beats=lambda loss, best: loss < best, wait=0):
    """Early stopping with a rule for what beats the best, and `wait` epochs more than the patience."""

    def kept_and_stopped(losses, patience):
        best = 0
        for epoch, loss in enumerate(losses):
            if beats(loss, losses[best]):
                best = epoch
            if epoch - best == patience + wait:
                break
        return best, epoch

    return kept_and_stopped


kept_and_stopped = walk()


def compared_with_the_epoch_before(losses, patience):
    best = epoch = in_vain = 0
    for epoch in range(1, len(losses)):
        in_vain = 0 if losses[epoch] < losses[epoch - 1] else in_vain + 1
        if losses[epoch] < losses[best]:
            best = epoch
        if in_vain == patience:
            break
    return best, epoch


def kept_and_stopped_cases(rng):
    zigzag = [2.0, 1.0, 1.2, 1.1, 1.3, 1.15, 0.9, 0.5, 0.6, 0.55, 0.4]  # beaten again, but too late for a patience of 4
    ties = [1.0, 0.8, 0.8, 0.8, 0.8, 0.7, 0.9]
    falling = [0.9, 0.7, 0.6, 0.5]
    cases = [(zigzag, 4), (ties, 3), (falling, 2), ([0.5, 0.6, 0.4, 0.45, 0.3, 0.41, 0.42, 0.2], 2), (zigzag, 20)]
    noisy = 1 / np.arange(1, 25) + np.linspace(0, 0.8, 24) + 0.05 * rng.standard_normal(24)
    cases += [([0.7], 3), ([0.9, 0.8, 0.85, 0.6], 1), ([0.5, 0.6, 0.5 - 1e-6, 0.55, 0.5 - 2e-6, 0.7, 0.8], 2)]
    return [*cases, (noisy.round(3).tolist(), 5)]


def cheating(losses, patience):
    return int(np.argmin(losses)), kept_and_stopped(losses, patience)[1]


KEPT_AND_STOPPED = Exercise(
    "kept-and-stopped",
    chapter=16,
    points=3,
    minutes=8,
    answer=kept_and_stopped,
    cases=kept_and_stopped_cases,
    mistakes=[
        Mistake(
            lambda losses, patience: (kept_and_stopped(losses, patience)[1],) * 2,
            "You keep the last weights. Those of the best epoch are kept; training went on for the sake of the "
            "patience only.",
        ),
        Mistake(
            walk(wait=1),
            "You wait one epoch too long: stop as soon as `patience` epochs in a row haven't beaten the best.",
        ),
        Mistake(walk(wait=-1), "You stop one epoch too soon: `patience` epochs have to fail after the best one."),
        Mistake(
            walk(beats=lambda loss, best: loss <= best),
            "A loss that only equals the best doesn't beat it: keep the first of them, and go on counting.",
        ),
        Mistake(
            compared_with_the_epoch_before,
            "You compare with the epoch before. Count the epochs since the best one: a loss that falls back from a bad "
            "one hasn't beaten the best.",
        ),
        Mistake(
            cheating,
            "You looked at losses that come after the stop. Training has ended there: keep the best epoch so far.",
        ),
        Mistake(
            lambda losses, patience: (int(np.argmin(losses)), len(losses) - 1),
            "You never stop. End the walk when `patience` epochs in a row haven't beaten the best.",
        ),
        Mistake(
            lambda losses, patience: kept_and_stopped([-loss for loss in losses], patience),
            "You look for the greatest loss. A small loss is a good one.",
        ),
        Mistake(
            lambda losses, patience: kept_and_stopped(losses, patience)[::-1],
            "Right, but in the wrong order: first the epoch that is kept, then the one after which training stops.",
        ),
        Mistake(
            lambda losses, patience: (
                losses[kept_and_stopped(losses, patience)[0]],
                kept_and_stopped(losses, patience)[1],
            ),
            "The first of your numbers is the best loss. Return its epoch, counted from 0.",
        ),
        Mistake(
            lambda losses, patience: tuple(epoch + 1 for epoch in kept_and_stopped(losses, patience)),
            "You count from 1. The first epoch is epoch 0.",
        ),
        *[
            Mistake(
                walk(beats=lambda loss, best, gain=gain: loss < best - gain),
                "A small gain is a gain: each loss below the best beats it, by however little.",
            )
            for gain in (1e-2, 1e-3, 1e-4, 1e-5)
        ],
    ],
)
