"""Operations per second on single numbers, forward and backward together, and the memory that each one keeps."""

import tracemalloc
from importlib.util import find_spec

from backprop import Variable

from .closures import Value
from .timing import clock, ratio, take_turns

LINK = 6  # operations in one link of the chain


def chain(number, links):
    """A long chain of neurons: h <- tanh(w h + b) + relu(h). Returns (output, leaves); six operations a link."""
    w, b, h = number(0.7), number(0.1), number(0.3)
    leaves = (w, b, h)
    for _ in range(links):
        h = (w * h + b).tanh() + h.relu() * 0.1
    return h, leaves


def network(number, inputs, width=10):
    """A hidden layer of `width` neurons and a sum over them: every value is read many times."""
    xs = [number(0.1 + 0.01 * i) for i in range(inputs)]
    weights = [[number(0.05 * ((i * j) % 7 - 3)) for i in range(inputs)] for j in range(width)]
    total = None
    for row in weights:
        score = row[0] * xs[0]
        for weight, x in zip(row[1:], xs[1:]):
            score = score + weight * x
        total = score.tanh() if total is None else total + score.tanh()
    return total, xs


def operations_in_chain(links):
    return links * LINK


def operations_in_network(inputs, width=10):
    return width * 2 * inputs + width - 1


WORKLOADS = {"a chain": (chain, operations_in_chain), "a layer": (network, operations_in_network)}


def engines():
    """Name to the function that makes a leaf."""
    found = {"Variable": Variable, "closures": Value}
    if find_spec("torch"):
        import torch

        found["torch"] = lambda number: torch.tensor(number, dtype=torch.float64, requires_grad=True)
    return found


def memory_per_operation(number, size=2000):
    """Bytes kept by each operation of a chain while its output is held: (after forward, after backward too).

    The second number holds the gradients. Memory that PyTorch takes outside Python is not seen, so it is left out.
    """
    chain(number, 3)[0].backward()  # what the first call imports and caches is none of it
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        kept = chain(number, size)
        forward = tracemalloc.get_traced_memory()[0] - before
        kept[0].backward()
        both = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    return forward / operations_in_chain(size), both / operations_in_chain(size)


def measure(size=2000, rounds=9):
    """Both workloads for every engine in turns; memory for the two that live in Python.

    The collector of garbage waits meanwhile, for all: how often it would run depends on what else lives.
    """
    makers = engines()
    result = {"workloads": {}, "memory": {}}
    for title, (build, count) in WORKLOADS.items():

        def job(number, build=build, count=count):
            def once():
                seconds, _ = clock(lambda: build(number, size)[0].backward())
                return seconds / count(size)

            return once

        jobs = {name: job(number) for name, number in makers.items()}
        take_turns(jobs, 1)  # warm up
        times = take_turns(jobs, rounds)
        result["workloads"][title] = {
            "operations": count(size),
            "seconds_per_operation": times,
            "speed_of_variable": {name: ratio(times[name], times["Variable"]) for name in times if name != "Variable"},
        }
    for name in ("Variable", "closures"):
        forward, both = memory_per_operation(makers[name], size)
        result["memory"][name] = {"forward": forward, "forward_and_backward": both}
    return result
