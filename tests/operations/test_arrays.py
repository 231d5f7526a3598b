"""Sum, Broadcast, Reshape, Transpose, MatMul: by hand, and shapes that don't fit."""

import numpy as np
import pytest
from helpers import assert_gradients_are_derivatives
from hypothesis import given
from hypothesis import strategies as st

from backprop.operations import Broadcast, MatMul, Reshape, Sum, Transpose
from backprop.values import describe

X = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
ROW, COLUMN = np.array([10.0, 20.0, 30.0]), np.array([10.0, 20.0])
UPSTREAM = np.array([[1.0, 2.0, 3.0], [10.0, 20.0, 30.0]])

BY_HAND = [  # operation, output, upstream gradient, gradient
    (Sum(), 21.0, 10.0, np.full((2, 3), 10.0)),
    (Sum(axis=0), [5, 7, 9], ROW, [[10, 20, 30], [10, 20, 30]]),
    (Sum(axis=1), [6, 15], COLUMN, [[10, 10, 10], [20, 20, 20]]),
    (Sum(axis=-1, keepdims=True), [[6], [15]], COLUMN[:, None], [[10, 10, 10], [20, 20, 20]]),
    (Sum(axis=(0, 1)), 21.0, 10.0, np.full((2, 3), 10.0)),
    (Reshape((3, 2)), [[1, 2], [3, 4], [5, 6]], UPSTREAM.reshape(3, 2), UPSTREAM),
    (Transpose(), [[1, 4], [2, 5], [3, 6]], UPSTREAM.T, UPSTREAM),
]


@pytest.mark.parametrize("operation, output, upstream, gradient", BY_HAND)
def test_by_hand(operation, output, upstream, gradient):
    np.testing.assert_array_equal(operation.forward(X), output)
    np.testing.assert_array_equal(operation.backward(upstream), gradient)


def test_matmul_by_hand():
    x, y = np.array([[1.0, 2.0]]), np.array([[3.0, 4.0], [5.0, 6.0]])
    operation = MatMul()
    np.testing.assert_array_equal(operation.forward(x, y), [[13, 16]])
    grad_x, grad_y = operation.backward(np.array([[1.0, 10.0]]))
    np.testing.assert_array_equal(grad_x, [[1 * 3 + 10 * 4, 1 * 5 + 10 * 6]])
    np.testing.assert_array_equal(grad_y, [[1, 10], [2, 20]])


@pytest.mark.parametrize(
    "x, y",
    [((2, 3), (2, 3)), ((3,), (2,)), ((2, 3), (2,)), ((3,), (2, 3)), ((2, 4, 3), (5, 3, 1)), ((), (3,)), ((3,), ())],
)
def test_matmul_says_which_shapes_do_not_fit(x, y):
    with pytest.raises(ValueError) as error:
        MatMul().forward(np.ones(x), np.ones(y))
    assert f"MatMul got x of {describe(np.ones(x))}, y of {describe(np.ones(y))}: " in str(error.value)


@pytest.mark.parametrize(
    "operation, wanted",
    [(Broadcast((2, 2)), r"Broadcast.*\(2, 2\)"), (Reshape((2, 2)), r"Reshape.*\(2, 2\)"), (Sum(axis=5), r"Sum.*5")],
    ids=repr,
)
def test_shapes_that_do_not_fit_name_the_operation(operation, wanted):
    with pytest.raises(ValueError, match=wanted + r".*\(3,\)|\(3,\).*" + wanted):
        operation.forward(np.ones(3))


@given(st.data())
def test_sum_over_any_axes(data):
    shape = data.draw(st.lists(st.integers(1, 3), min_size=1, max_size=3).map(tuple))
    axes = st.integers(-len(shape), len(shape) - 1)
    unique = st.lists(axes, unique_by=lambda axis: axis % len(shape), max_size=len(shape)).map(tuple)
    axis, keepdims = data.draw(st.none() | axes | unique), data.draw(st.booleans())
    x = np.random.default_rng(0).normal(size=shape)
    assert_gradients_are_derivatives(lambda: Sum(axis, keepdims), [x])
    np.testing.assert_array_equal(Sum(axis, keepdims).forward(x), x.sum(axis=axis, keepdims=keepdims))
