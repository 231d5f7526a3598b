"""Identity, ReLU, Sigmoid, Tanh: by hand, by differences, against PyTorch, and at their edges."""

import math

import numpy as np
import pytest
from helpers import (
    ACTIVATIONS,
    DTYPES,
    all_shapes,
    assert_gradients_are_derivatives,
    assert_operation_agrees_with_torch,
)
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes

from backprop.layers import Identity, ReLU, Sigmoid, Tanh

BY_HAND = [  # layer, x, y, local derivative
    (Identity(), [-1.0, 0.0, 2.0], [-1.0, 0.0, 2.0], [1, 1, 1]),
    (ReLU(), [-1.0, 0.0, 2.0], [0.0, 0.0, 2.0], [0, 0, 1]),  # 0 at the kink, as in torch
    (Sigmoid(), [-math.log(3), 0.0, math.log(3)], [0.25, 0.5, 0.75], [3 / 16, 1 / 4, 3 / 16]),
    (Tanh(), [-math.log(2), 0.0, math.log(2)], [-0.6, 0.0, 0.6], [0.64, 1, 0.64]),
]


@pytest.mark.parametrize("layer, x, y, derivative", BY_HAND, ids=lambda value: type(value).__name__)
def test_by_hand(layer, x, y, derivative):
    upstream = np.array([10.0, -20.0, 30.0])
    np.testing.assert_allclose(layer.forward(np.array(x)), y, rtol=1e-15)
    np.testing.assert_allclose(layer.backward(upstream), upstream * derivative, rtol=1e-14)


@pytest.mark.parametrize("layer, x, y, derivative", BY_HAND, ids=lambda value: type(value).__name__)
def test_by_hand_on_python_numbers(layer, x, y, derivative):
    for number, value, slope in zip(x, y, derivative, strict=True):
        assert layer.forward(number) == pytest.approx(value)
        assert layer.backward(10.0) == pytest.approx(10 * slope)


def test_relu_masks_the_input_not_the_upstream_gradient():
    """A negative upstream gradient passes, and comes out unchanged in the caller's own array."""
    layer, upstream = ReLU(), np.array([[-5.0, -6.0], [7.0, 8.0]])
    layer.forward(np.array([[1.0, -0.5], [-2.0, 3.0]]))
    np.testing.assert_array_equal(layer.backward(upstream), [[-5, 0], [0, 8]])
    np.testing.assert_array_equal(upstream, [[-5, -6], [7, 8]])


def test_relu_does_not_turn_a_masked_infinity_into_nan():
    layer = ReLU()
    layer.forward(np.array([-1.0, 1.0]))
    np.testing.assert_array_equal(layer.backward(np.array([np.inf, np.inf])), [0, np.inf])


def test_identity_returns_an_array_of_its_own():
    x = np.ones(3)
    assert not np.may_share_memory(Identity().forward(x), x)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("x, y", [(-1e4, 0.0), (-1000.0, 0.0), (1000.0, 1.0), (1e4, 1.0)])
def test_sigmoid_does_not_overflow(x, y, dtype):
    layer = Sigmoid()
    with np.errstate(over="raise", invalid="raise"):
        assert layer.forward(np.array([x], dtype)) == [y]
        assert layer.backward(np.ones(1, dtype)) == [0]


def test_sigmoid_keeps_its_digits_where_it_is_small():
    """exp(-40) is far below the rounding error of 1: 1 - 1/(1 + exp(-40)) would have none left."""
    assert Sigmoid().forward(-40.0) == pytest.approx(math.exp(-40), rel=1e-14, abs=0)


@pytest.mark.parametrize("layer, low, high", [(Sigmoid(), 0, 1), (Tanh(), -1, 1)], ids=["sigmoid", "tanh"])
@given(x=st.floats(-50, 50))
def test_range_and_symmetry(layer, low, high, x):
    y = layer.forward(x)
    assert low <= y <= high
    assert y + layer.forward(-x) == pytest.approx(low + high, abs=1e-15)


@pytest.mark.parametrize("rule", ACTIVATIONS, ids=lambda rule: rule.name)
@given(shape=array_shapes(min_dims=0, max_dims=3, max_side=3), seed=st.integers(0, 99))
def test_backward_is_the_derivative(rule, shape, seed):
    assert_gradients_are_derivatives(lambda: rule.make(np.float64), rule.inputs((shape,), seed=seed), seed)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(**all_shapes(ACTIVATIONS))
def test_agrees_with_torch(rule, shapes, dtype):
    torch = pytest.importorskip("torch")
    assert_operation_agrees_with_torch(torch, rule, shapes, dtype)
