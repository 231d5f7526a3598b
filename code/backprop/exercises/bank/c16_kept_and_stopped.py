import numpy as np

from ..exercise import Exercise, Mistake


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


def cases(rng):
    zigzag = [2.0, 1.0, 1.2, 1.1, 1.3, 1.15, 0.9, 0.5, 0.6, 0.55, 0.4]  # beaten again, but too late for a patience of 4
    ties = [1.0, 0.8, 0.8, 0.8, 0.8, 0.7, 0.9]
    falling = [0.9, 0.7, 0.6, 0.5]
    cases = [(zigzag, 4), (ties, 3), (falling, 2), ([0.5, 0.6, 0.4, 0.45, 0.3, 0.41, 0.42, 0.2], 2), (zigzag, 20)]
    noisy = 1 / np.arange(1, 25) + np.linspace(0, 0.8, 24) + 0.05 * rng.standard_normal(24)
    cases += [([0.7], 3), ([0.9, 0.8, 0.85, 0.6], 1)]
    return [*cases, (noisy.round(3).tolist(), 5)]


def cheating(losses, patience):
    return int(np.argmin(losses)), kept_and_stopped(losses, patience)[1]


exercise = Exercise(
    id="kept-and-stopped",
    chapter=16,
    points=3,
    minutes=8,
    answer=kept_and_stopped,
    cases=cases,
    mistakes=[
        Mistake(
            lambda losses, patience: (kept_and_stopped(losses, patience)[1],) * 2,
            "You keep the last weights. Those of the best epoch are kept; training went on for the sake of the patience only.",
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
            "Right, in the wrong order: first the epoch that is kept, then the one after which training stops.",
        ),
        Mistake(
            lambda losses, patience: (
                losses[kept_and_stopped(losses, patience)[0]],
                kept_and_stopped(losses, patience)[1],
            ),
            "The first of your numbers is the best loss. The epoch is wanted, counted from 0.",
        ),
        Mistake(
            lambda losses, patience: tuple(epoch + 1 for epoch in kept_and_stopped(losses, patience)),
            "You count from 1. The first epoch is epoch 0.",
        ),
    ],
)
