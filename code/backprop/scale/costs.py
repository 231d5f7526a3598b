"""What training on many processes costs: formulas for what can't be run here, and the ring that averages."""

import math
from dataclasses import dataclass

import numpy as np

from ..values import as_value, real_number


def ring_all_reduce(arrays):
    """Sum arrays over P processes by the ring, and keep every step: 2(P - 1) of them.

    Each array is cut into P chunks. In the first P - 1 steps, the reduce-scatter, every process sends one chunk to its
    right neighbor, which adds it to its own: then each process holds one chunk of the sum. In the last P - 1 steps,
    the all-gather, these finished chunks travel once around, and each process overwrites its own with them.

    Parameters
    ----------
    arrays : list of P arrays of the same shape (M,)
        What each process starts with. They are not changed.

    Returns
    -------
    states : list of 2(P - 1) + 1 lists of P lists of P arrays
        states[step][process][chunk]; the last state holds the sum everywhere.
    sent : list of 2(P - 1) lists of P int
        sent[step][process] is the number of the chunk that the process sends in that step.

    Raises
    ------
    ValueError
        If there is no array, or their shapes differ or aren't (M,).

    Source: Patarasuk and Yuan (2009), doi:10.1016/j.jpdc.2008.09.002.
    """
    arrays = [np.array(array) for array in arrays]
    shapes = sorted({array.shape for array in arrays})
    if len(shapes) != 1 or len(shapes[0]) != 1:
        got = ", ".join(map(str, shapes)) or "none"
        raise ValueError(f"ring_all_reduce expected arrays of one shape (M,), got {got}")
    count = len(arrays)
    states = [[np.array_split(array, count) for array in arrays]]
    sent = []
    for step in range(2 * (count - 1)):
        before, adding = states[-1], step < count - 1
        chunks = [(rank - step) % count for rank in range(count)]
        after = [list(row) for row in before]
        for rank, chunk in enumerate(chunks):  # all at once: everybody sends what it held before
            neighbor = (rank + 1) % count
            arrived = before[rank][chunk]
            after[neighbor][chunk] = after[neighbor][chunk] + arrived if adding else arrived
        states.append(after)
        sent.append(chunks)
    return states, sent


def ring_seconds(size, processes, bandwidth, latency):
    """Seconds that a ring all-reduce takes: 2(P - 1) * latency + 2 (P - 1)/P * size / bandwidth.

    2(P - 1) steps, each of which waits once and sends a chunk of size/P. All links are busy at the same time.

    Parameters
    ----------
    size : number or array, 0 or more, in bytes
    processes : int or array, 1 or more
        P. With one process there is nothing to send.
    bandwidth : number above 0, in bytes per second to the neighbor
    latency : number, 0 or more, in seconds until the first byte arrives

    TypeError or ValueError where one is no number, or outside its range.

    Source: Patarasuk and Yuan (2009), doi:10.1016/j.jpdc.2008.09.002.
    """
    size = _numbers(size, 0, "ring_seconds", "size")
    processes = _numbers(processes, 1, "ring_seconds", "processes")
    bandwidth = real_number(bandwidth, "ring_seconds", "bandwidth", above=0)
    latency = real_number(latency, "ring_seconds", "latency", least=0)
    seconds = 2 * (processes - 1) * latency + 2 * (processes - 1) / processes * (size / bandwidth)
    return seconds[()]


def amdahl_speedup(processes, serial):
    """How much faster P processes are if a share of the work can't be divided: 1 / (serial + (1 - serial)/P).

    `processes`, P, is an int or an array, 1 or more; `serial`, 0 to 1, the share of the time on one process that stays
    as it is. The speed-up never passes 1/serial. TypeError or ValueError where one is no number, or outside its range.

    Source: Amdahl (1967), doi:10.1145/1465482.1465560.
    """
    processes = _numbers(processes, 1, "amdahl_speedup", "processes")
    serial = real_number(serial, "amdahl_speedup", "serial", least=0, most=1)
    return (1 / (serial + (1 - serial) / processes))[()]


@dataclass(frozen=True)
class Machines:
    """What is assumed of the machines: all alike, joined in a ring."""

    flops: float  # per second that one process really computes, an addition or a multiplication counting as one
    bandwidth: float  # bytes per second to the neighbor
    latency: float  # seconds for each message
    memory: float = math.inf  # bytes that one process can hold
    bytes_per_number: int = 4  # 2 for 16-bit numbers, 4 for float32


def compute_seconds(parameters, examples, machines):
    """Seconds for forward and backward on one process: 6 * parameters * examples / flops.

    For each parameter and example, forward multiplies and adds once; backward does so twice, for the gradient of the
    weight and for that of the input. It holds where products of matrices are nearly all of the work.
    """
    return 6 * parameters * examples / machines.flops


def step_seconds(parameters, examples, processes, machines):
    """Seconds for one data parallel step: the computing of one slice, and then the ring.

    Nothing overlaps: first all compute, then all communicate. Libraries send the last layers' gradients while the
    first layers' are still being computed, so this is the worse case.

    The network has so many `parameters`, whose gradients travel in every step, and the whole batch, over all
    `processes` (an int or an array, 1 or more), so many `examples`.
    """
    size = parameters * machines.bytes_per_number
    talk = ring_seconds(size, processes, machines.bandwidth, machines.latency)
    return compute_seconds(parameters, examples, machines) / np.asarray(processes, dtype=float) + talk


def _numbers(value, least, owner, name):
    """A number, or an array of them, as floats that are not below the least."""
    numbers = np.asarray(as_value(value, owner, name), dtype=float)
    if not (numbers >= least).all():
        raise ValueError(f"{owner} expected {name} to be {least} or more, got {value}")
    return numbers
