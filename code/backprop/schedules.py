"""Schedules: learning rates that change from step to step."""

import math

from .values import real_number, whole_number


class Scheduled:
    """An optimizer whose learning rate is set before each step, to schedule(1), schedule(2), ...

    Parameters
    ----------
    optimizer : Optimizer
        Something with step(params, grads) and a learning_rate.
    schedule : function of int to float
        The rate of each step, counted from 1, such as `warm_up_cosine(0.005, steps=750, warm_up=50)`.
    """

    def __init__(self, optimizer, schedule):
        if not (hasattr(optimizer, "step") and hasattr(optimizer, "learning_rate")):
            raise TypeError(f"Scheduled expected an optimizer with a learning_rate, such as AdamW(), got {optimizer!r}")
        if not callable(schedule):
            raise TypeError(f"Scheduled expected schedule to be a function of the step, got {schedule!r}")
        self.optimizer, self.schedule, self.steps = optimizer, schedule, 0

    @property
    def learning_rate(self):
        """Of the last step."""
        return self.optimizer.learning_rate

    def step(self, params, grads):
        self.optimizer.learning_rate = self.schedule(self.steps + 1)
        self.optimizer.step(params, grads)
        self.steps += 1

    def __repr__(self):
        return f"Scheduled({self.optimizer!r}, step {self.steps})"


def warm_up_cosine(peak, steps, warm_up=0, least=0.0):
    """A rate that rises in a line to its peak, then falls along half a cosine (Loshchilov and Hutter, 2017).

    peak * t / warm_up for t = 1 to warm_up; then least + (peak - least) * (1 + cos(pi * s)) / 2, where s goes from 0 to
    1 while t goes from warm_up to `steps`. Behind it stays `least`.

    Parameters
    ----------
    peak : float above 0
        The greatest learning rate.
    steps : int, 1 or more
        How many steps the whole takes.
    warm_up : int, 0 or more
        How many of them rise.
    least : float, 0 to peak
        The rate at the end.

    Raises
    ------
    TypeError, ValueError
        If one is out of range, or warm_up takes all steps.
    """
    return _schedule("warm_up_cosine", peak, steps, warm_up, least, lambda s: (1 + math.cos(math.pi * s)) / 2)


def linear_decay(peak, steps, warm_up=0, least=0.0):
    """A rate that rises in a line to its peak, then falls in a line; parameters as for `warm_up_cosine`."""
    return _schedule("linear_decay", peak, steps, warm_up, least, lambda s: 1 - s)


def _schedule(name, peak, steps, warm_up, least, shape):
    peak = real_number(peak, name, "peak", above=0)
    least = real_number(least, name, "least", least=0, most=peak)
    steps, warm_up = whole_number(steps, name, "steps"), whole_number(warm_up, name, "warm_up", least=0)
    if warm_up >= steps:
        raise ValueError(f"{name} expected fewer steps of warm_up than steps, got {warm_up} of {steps}")

    def rate(step):
        if step <= warm_up:
            return peak * step / warm_up
        return least + (peak - least) * shape(min((step - warm_up) / (steps - warm_up), 1.0))

    return rate
