"""Affine and Linear: by hand, and what they say about wrong shapes; test_layer.py has images and single examples."""

import numpy as np
import pytest

from backprop.layers import Affine, Linear


def test_by_hand():
    """Two examples, two inputs, three outputs."""
    layer = Affine(np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]), np.array([10.0, 20.0, 30.0]))
    x, upstream = np.array([[1.0, 0.0], [2.0, -1.0]]), np.array([[1.0, 0.0, 2.0], [0.0, 3.0, 1.0]])
    np.testing.assert_array_equal(layer.forward(x), [[11, 22, 33], [8, 19, 30]])
    np.testing.assert_array_equal(layer.backward(upstream), [[1 + 6, 4 + 12], [6 + 3, 15 + 6]])
    np.testing.assert_array_equal(layer.grads["W"], [[1, 6, 2 + 2], [0, -3, -1]])
    np.testing.assert_array_equal(layer.grads["b"], [1, 3, 3])


# Parameters


def test_gradients_are_zero_before_the_first_backward():
    layer = Affine(np.ones((6, 4), np.float32), np.ones(4, np.float32))
    for name, shape in {"W": (6, 4), "b": (4,)}.items():
        np.testing.assert_array_equal(layer.grads[name], np.zeros(shape, np.float32), strict=True)


def test_repr():
    assert repr(Affine(np.zeros((784, 50)), np.zeros(50))) == "Affine(784 -> 50)"


# Errors


def test_a_single_image_is_told_to_be_flattened():
    layer = Affine(np.zeros((784, 50)), np.zeros(50))
    with pytest.raises(ValueError) as error:
        layer.forward(np.zeros((28, 28)))
    assert str(error.value) == "Affine expected x of shape (N, 784), got (28, 28): flatten each image first"


@pytest.mark.parametrize("shape", [(), (5,), (7,), (5, 7), (6, 5), (2, 2, 2), (6, 1)])
def test_x_of_a_wrong_shape(shape):
    with pytest.raises(ValueError) as error:
        Affine(np.zeros((6, 4)), np.zeros(4)).forward(np.zeros(shape)[()])
    assert f"Affine expected x of shape (N, 6), got {shape}" in str(error.value)


@pytest.mark.parametrize("W, b", [((3,), (3,)), ((), ()), ((2, 3, 4), (4,))])
def test_W_that_is_no_matrix(W, b):
    with pytest.raises(ValueError, match=r"Affine expected W of shape \(D, M\)"):
        Affine(np.zeros(W), np.zeros(b))


@pytest.mark.parametrize("shape", [(2,), (1, 3), (2, 3), (), (1,)])
def test_b_that_does_not_fit_W(shape):
    with pytest.raises(ValueError, match=r"Affine expected b of shape \(3,\).*W \(2, 3\)"):
        Affine(np.zeros((2, 3)), np.zeros(shape))


@pytest.mark.parametrize("name", ["W", "b"])
def test_parameters_that_are_no_numbers(name):
    with pytest.raises(TypeError, match=f"Affine expected {name} to be a number or an array of numbers, got 'weights'"):
        Affine(**{"W": np.zeros((2, 3)), "b": np.zeros(3), name: "weights"})


def test_linear_explains_and_repr():
    with pytest.raises(ValueError, match=r"Linear expected x of shape \(..., 3\), got shape \(2, 4\)"):
        Linear(np.ones((3, 2))).forward(np.ones((2, 4)))
    with pytest.raises(ValueError, match=r"Linear expected W of shape \(D, M\)"):
        Linear(np.ones(3))
    assert repr(Linear(np.ones((3, 2)))) == "Linear(3 -> 2)"
