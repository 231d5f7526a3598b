"""Time of a training step: all contenders take turns, and each must have learned as much as the others."""

import numpy as np

from .contenders import all_contenders
from .digits import Digits, loss_of
from .timing import clock, ratio, take_turns

TOLERANCE = 0.1  # how far, relative to the median, a contender's loss may be off: the batches differ


def check_losses(losses):
    """Raise RuntimeError if one contender's loss on the test images is not about that of the others."""
    usual = float(np.nanmedian(list(losses.values())))
    for name, loss in losses.items():
        if not abs(loss - usual) <= TOLERANCE * usual:
            message = f"{name} came to a test loss of {loss:.4f}, the others to {usual:.4f}: does it do the same work?"
            raise RuntimeError(message)


def measure(hidden=50, steps=600, rounds=7, names=None, digits=None):
    """Train 784-hidden-10 with every contender in turn, `rounds` times.

    One measurement is `steps` steps from the first weights, divided by their number. The images are loaded, and the
    network is made, before the clock starts. 600 steps are one epoch of MNIST, so an epoch's new order counts once.

    Returns a dict ready for JSON: seconds per step by name, test losses, ratios of medians taken round by round.
    """
    digits = digits or Digits.load()
    contenders, missing = all_contenders()
    contenders = {name: kind for name, kind in contenders.items() if names is None or name in names}
    losses = {}

    def job(name, kind):
        def once():
            contender = kind(digits, hidden)
            seconds, of_steps = clock(lambda: contender.run(steps))
            if len(of_steps) != steps:
                raise RuntimeError(f"{name} returned {len(of_steps)} losses of {steps} steps")
            if name != "floor":
                losses[name] = loss_of(contender.params(), digits.x_test, digits.t_test)
            return seconds / steps

        return once

    for kind in contenders.values():  # compile, import and touch everything once
        kind(digits, hidden).run(min(steps, 100))
    times = take_turns({name: job(name, kind) for name, kind in contenders.items()}, rounds)
    check_losses(losses)
    return {
        "network": f"{digits.x.shape[1]}-{hidden}-10",
        "steps": steps,
        "labels": {name: kind.label for name, kind in contenders.items()},
        "missing": missing,
        "seconds_per_step": times,
        "test_loss": losses,
        "ratios": {
            base: {name: ratio(times[name], times[base]) for name in times}
            for base in ("floor", "fused", "textbook", "nn", "by-hand", "jax-jit")
            if base in times
        },
    }
