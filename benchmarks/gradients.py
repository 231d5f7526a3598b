"""Numerical against analytic gradient: two forward passes for every weight against one, and one backward, for all."""

import numpy as np

from backprop.networks import TwoLayerNet

from .timing import Summary, clock

SIZES = ((10, 5, 3), (50, 10, 10), (100, 20, 10), (200, 30, 10), (784, 50, 10))
BATCH = 10


def measure_one(inputs, hidden, outputs, rounds):
    """Times of both gradients of one network in float64, and how far apart the two are."""
    rng = np.random.default_rng(0)
    network = TwoLayerNet(inputs, hidden, outputs, weight_init_std=0.1, rng=rng)
    x, t = rng.random((BATCH, inputs)), rng.integers(outputs, size=BATCH)
    analytic = network.gradient(x, t)
    calls = range(20)  # in one measurement: a single call is too short for the clock
    analytic_times = [clock(lambda: [network.gradient(x, t) for _ in calls])[0] / len(calls) for _ in range(rounds)]
    numerical_time, numerical = clock(lambda: network.numerical_gradient(x, t))
    seconds = Summary.of(analytic_times).median
    return {
        "network": f"{inputs}-{hidden}-{outputs}",
        "parameters": sum(value.size for value in network.params.values()),
        "numerical": numerical_time,
        "analytic": seconds,
        "ratio": numerical_time / seconds,
        "difference": max(float(np.abs(analytic[name] - numerical[name]).max()) for name in analytic),
    }


def measure(sizes=SIZES, rounds=9):
    """One row for each network. Raises RuntimeError if the two gradients of one don't agree."""
    rows = [measure_one(*size, rounds) for size in sizes]
    for row in rows:
        if not row["difference"] < 1e-5:  # a ReLU whose kink a step crosses may put one off a little
            raise RuntimeError(f"the gradients of {row['network']} differ by {row['difference']:.2g}")
    return rows
