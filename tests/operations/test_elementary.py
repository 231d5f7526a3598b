"""Negate, Exp, Log, Reciprocal: by hand, by differences, and against PyTorch."""

import math

import numpy as np
import pytest
from helpers import (
    DTYPES,
    ELEMENTARY,
    all_shapes,
    assert_gradients_are_derivatives,
    assert_operation_agrees_with_torch,
)
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes

from backprop.operations import Add, Exp, Log, Multiply, Negate, Reciprocal

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


def test_four_steps_make_a_sigmoid():
    """1/(1 + exp(-x)) through x, exp, +, /: the gradient is y (1 - y)."""
    times, exp, add, divide = Multiply(), Exp(), Add(), Reciprocal()
    y = divide.forward(add.forward(exp.forward(times.forward(0.7, -1)), 1))
    grad_exp, _ = add.backward(divide.backward(1.0))
    grad_x, _ = times.backward(exp.backward(grad_exp))
    assert y == pytest.approx(1 / (1 + math.exp(-0.7)), rel=1e-15)
    assert grad_x == pytest.approx(y * (1 - y), rel=1e-14)


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


@pytest.mark.parametrize("rule", ELEMENTARY, ids=lambda rule: rule.name)
@given(shape=array_shapes(min_dims=0, max_dims=3, max_side=3), seed=st.integers(0, 99))
def test_backward_is_the_derivative(rule, shape, seed):
    assert_gradients_are_derivatives(lambda: rule.make(np.float64), rule.inputs((shape,), seed=seed), seed)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(**all_shapes(ELEMENTARY))
def test_agrees_with_torch(rule, shapes, dtype):
    torch = pytest.importorskip("torch")
    assert_operation_agrees_with_torch(torch, rule, shapes, dtype)
