"""The formulas against hand-worked numbers, and the ring against a plain sum."""

import numpy as np
import pytest

from backprop.scale.costs import (
    Machines,
    amdahl_speedup,
    compute_seconds,
    ring_all_reduce,
    ring_seconds,
    step_seconds,
)

MACHINES = Machines(flops=6e9, bandwidth=1e6, latency=0.001)


def test_ring_of_three_by_hand():
    states, sent = ring_all_reduce([[1, 2, 3], [10, 20, 30], [100, 200, 300]])
    assert sent == [[0, 1, 2], [2, 0, 1], [1, 2, 0], [0, 1, 2]]
    numbers = [[[int(chunk[0]) for chunk in row] for row in state] for state in states]
    assert numbers[1] == [[1, 2, 303], [11, 20, 30], [100, 220, 300]]
    assert numbers[2] == [[1, 222, 303], [11, 20, 333], [111, 220, 300]]
    assert numbers[3] == [[111, 222, 303], [11, 222, 333], [111, 220, 333]]
    assert numbers[4] == [[111, 222, 333]] * 3


@pytest.mark.parametrize("processes", [1, 2, 3, 4, 5, 8])
@pytest.mark.parametrize("size", [1, 7, 8, 40])
def test_the_ring_gives_everybody_the_sum(processes, size):
    arrays = [np.random.default_rng(rank).integers(-99, 99, size) for rank in range(processes)]
    before = [array.copy() for array in arrays]
    states, sent = ring_all_reduce(arrays)
    assert len(sent) == len(states) - 1 == 2 * (processes - 1)
    for row in states[-1]:
        np.testing.assert_array_equal(np.concatenate(row), sum(arrays))
    np.testing.assert_array_equal(arrays, before)
    for row, array in zip(states[0], arrays):
        np.testing.assert_array_equal(np.concatenate(row), array)


@pytest.mark.parametrize("processes", [2, 4, 8])
def test_what_each_process_sends_is_what_the_formula_counts(processes):
    size = 40
    states, sent = ring_all_reduce([np.ones(size)] * processes)
    for rank in range(processes):
        bytes_sent = sum(before[rank][chunks[rank]].nbytes for before, chunks in zip(states, sent))
        assert bytes_sent == ring_seconds(8 * size, processes, bandwidth=1.0, latency=0.0)


@pytest.mark.parametrize("arrays", [[], [[1, 2], [1, 2, 3]], [[[1]], [[2]]], [1, 2]])
def test_the_ring_refuses(arrays):
    with pytest.raises(ValueError, match="arrays of one shape"):
        ring_all_reduce(arrays)


def test_ring_seconds_by_hand():
    assert ring_seconds(1000, 1, 100.0, 0.5) == 0
    assert ring_seconds(1000, 2, 100.0, 0.5) == pytest.approx(2 * 0.5 + 10)
    assert ring_seconds(1000, 4, 100.0, 0.5) == pytest.approx(6 * 0.5 + 15)
    np.testing.assert_allclose(ring_seconds(1000, np.array([1, 2, 4]), 100.0, 0.5), [0, 11, 18])


@pytest.mark.parametrize(
    "arguments, words",
    [
        ((1, 0, 1, 0), "processes to be 1 or more, got 0"),
        ((1, [2, 0], 1, 0), r"processes to be 1 or more, got \[2, 0\]"),
        ((-1, 2, 1, 0), "size to be 0 or more"),
        ((1, 2, 0, 0), "bandwidth to be a number above 0, got 0"),
        ((1, 2, 1, -1), "latency to be a number of 0 or more"),
    ],
)
def test_ring_seconds_refuses(arguments, words):
    with pytest.raises(ValueError, match=f"ring_seconds expected {words}"):
        ring_seconds(*arguments)


def test_amdahl_by_hand():
    assert amdahl_speedup(4, 0) == 4
    assert amdahl_speedup(4, 1) == 1
    assert amdahl_speedup(4, 0.5) == pytest.approx(1.6)
    assert amdahl_speedup(1e12, 0.1) == pytest.approx(10)
    np.testing.assert_allclose(amdahl_speedup(np.array([1, 2]), 0.5), [1, 4 / 3])
    for arguments in ((0, 0.5), (2, 1.5), (2, -0.1)):
        with pytest.raises(ValueError):
            amdahl_speedup(*arguments)


def test_step_seconds_by_hand():
    assert compute_seconds(1000, 100, MACHINES) == pytest.approx(1e-4)
    assert step_seconds(1000, 100, 1, MACHINES) == pytest.approx(1e-4)
    assert step_seconds(1000, 100, 2, MACHINES) == pytest.approx(5e-5 + 2 * 0.001 + 4000 / 1e6)
    assert np.all(np.diff(step_seconds(1000, 1e9, np.array([1, 2, 4, 8]), MACHINES)) < 0)
