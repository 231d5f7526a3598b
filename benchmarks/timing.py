"""Repeated measurements that take turns, and what is said of them: median, quartiles, ratios."""

import gc
import time
from dataclasses import dataclass

import numpy as np


@dataclass
class Summary:
    """The quartiles of repeated measurements, in their own unit. Half of all lie from `lower` to `upper`."""

    lower: float
    median: float
    upper: float

    @classmethod
    def of(cls, values):
        if len(values) == 0:
            raise ValueError("Summary expected at least one measurement, got none")
        with np.errstate(invalid="ignore"):  # a run that never came to its end took infinitely long
            return cls(*(float(q) for q in np.percentile(values, (25, 50, 75))))

    @property
    def spread(self):
        """The distance between the quartiles as a share of the median: a wide one means that the machine was not calm."""
        return (self.upper - self.lower) / self.median


def ratio(values, others):
    """The median of the ratios round by round: what slows a whole round down falls out."""
    if len(values) != len(others):
        raise ValueError(f"a ratio needs as many measurements on both sides, got {len(values)} and {len(others)}")
    return float(np.median(np.divide(values, others)))


def clock(work):
    """How long work() takes, in seconds, and what it returns. Garbage is collected before, not meanwhile."""
    gc.collect()
    gc.disable()
    try:
        start = time.perf_counter()
        result = work()
        return time.perf_counter() - start, result
    finally:
        gc.enable()


def take_turns(jobs, rounds):
    """Measure each job once in every round, each round beginning with another one.

    Parameters
    ----------
    jobs : dict of str to function
        A job returns its own time, in any unit.
    rounds : int

    Returns
    -------
    dict of str to list of `rounds` times
    """
    names, times = list(jobs), {name: [] for name in jobs}
    for number in range(rounds):
        first = number % len(names)
        for name in names[first:] + names[:first]:
            times[name].append(jobs[name]())
    return times


class StopWatch:
    """Counts time only while it runs, so that looking at the accuracy costs none."""

    def __init__(self):
        self.elapsed, self._since = 0.0, None

    def start(self):
        self._since = time.perf_counter()

    def stop(self):
        self.elapsed += time.perf_counter() - self._since
        self._since = None
