"""Add, Subtract, Multiply, Divide, Power, Maximum: by hand, at kinks, and at the edges of a domain."""

import math

import numpy as np
import pytest

from backprop.operations import Add, Divide, Maximum, Multiply, Power, Subtract

# By hand: (operation, inputs, output, upstream gradient, gradients)
BY_HAND = [
    (Add(), (2, 3), 5, 10, (10, 10)),
    (Subtract(), (2, 3), -1, 10, (10, -10)),
    (Multiply(), (2, 3), 6, 10, (30, 20)),
    (Divide(), (6, 2), 3, 10, (5, -15)),
    (Power(), (3, 2), 9, 10, (60, 90 * math.log(3))),
    (Maximum(), (2, 3), 3, 10, (0, 10)),
    (Maximum(), (3, 2), 3, 10, (10, 0)),
]


@pytest.mark.parametrize("operation, inputs, output, upstream, gradients", BY_HAND)
def test_by_hand(operation, inputs, output, upstream, gradients):
    assert operation.forward(*inputs) == output
    assert operation.backward(upstream) == gradients


# Conventions at kinks and at the edges of a domain


def test_equal_inputs_of_maximum_share_the_gradient():
    """As in torch."""
    operation = Maximum()
    operation.forward(np.array([1.0, 2.0, 3.0]), 2.0)
    grad_x, grad_y = operation.backward(np.array([10.0, 10.0, 10.0]))
    np.testing.assert_array_equal(grad_x, [0, 5, 10])
    assert grad_y == 10 + 5 + 0


POWERS = [  # x, y, x**y, derivative for x, derivative for y (0 where there is none)
    (0.0, 0.0, 1.0, 0.0, 0.0),
    (0.0, 1.0, 0.0, 1.0, 0.0),
    (0.0, 2.0, 0.0, 0.0, 0.0),
    (0.0, 0.5, 0.0, math.inf, 0.0),
    (0.0, -1.0, math.inf, -math.inf, 0.0),
    (-2.0, 2.0, 4.0, -4.0, 0.0),
    (-2.0, 3.0, -8.0, 12.0, 0.0),
    (-2.0, -1.0, -0.5, -0.25, 0.0),
    (-2.0, 0.0, 1.0, 0.0, 0.0),
    (-2.0, 0.5, math.nan, math.nan, 0.0),
    (1.0, 3.0, 1.0, 3.0, 0.0),
]


@pytest.mark.parametrize("wrap", [float, lambda number: np.array([number])], ids=["number", "array"])
@pytest.mark.parametrize("x, y, z, grad_x, grad_y", POWERS)
def test_powers_of_zero_and_of_negative_numbers(x, y, z, grad_x, grad_y, wrap):
    operation = Power()
    with np.errstate(all="ignore"):
        np.testing.assert_equal(operation.forward(wrap(x), wrap(y)), wrap(z))
        got_x, got_y = operation.backward(wrap(1.0))
    np.testing.assert_allclose(got_x, wrap(grad_x))
    np.testing.assert_allclose(got_y, wrap(grad_y))


@pytest.mark.parametrize("wrap", [float, lambda number: np.array([number])], ids=["number", "array"])
def test_division_by_zero_follows_ieee_754(wrap):
    operation = Divide()
    with np.errstate(all="ignore"):
        for x, expected in [(1.0, math.inf), (-1.0, -math.inf), (0.0, math.nan)]:
            np.testing.assert_equal(operation.forward(wrap(x), wrap(0.0)), wrap(expected))
        operation.forward(wrap(3.0), wrap(0.0))
        np.testing.assert_equal(operation.backward(wrap(1.0)), (wrap(math.inf), wrap(-math.inf)))
