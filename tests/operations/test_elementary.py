"""Negate, Exp, Log, Reciprocal: by hand, and at the edges of a domain."""

import math

import numpy as np
import pytest

from backprop.operations import Exp, Log, Negate, Reciprocal

BY_HAND = [
    (Negate(), 3, -3, 10, -10),
    (Exp(), 0, 1, 10, 10),
    (Log(), 1, 0, 10, 10),
    (Log(), 4, math.log(4), 10, 2.5),
    (Reciprocal(), 2, 0.5, 10, -2.5),
]


@pytest.mark.parametrize("operation, x, y, upstream, gradient", BY_HAND)
def test_by_hand(operation, x, y, upstream, gradient):
    assert operation.forward(x) == y
    assert operation.backward(upstream) == gradient


@pytest.mark.parametrize("wrap", [float, lambda number: np.array([number])], ids=["number", "array"])
@pytest.mark.parametrize(
    "operation, x, y, gradient",
    [
        (Log(), 0.0, -math.inf, math.inf),
        (Log(), -1.0, math.nan, -1.0),
        (Log(), math.inf, math.inf, 0.0),
        (Reciprocal(), 0.0, math.inf, -math.inf),
        (Exp(), 1000.0, math.inf, math.inf),
        (Exp(), -1000.0, 0.0, 0.0),
    ],
)
def test_edges_follow_ieee_754(operation, x, y, gradient, wrap):
    with np.errstate(all="ignore"):
        np.testing.assert_equal(operation.forward(wrap(x)), wrap(y))
        np.testing.assert_equal(operation.backward(wrap(1.0)), wrap(gradient))
