"""Convolution: by hand, against plain loops, and what it says about wrong shapes."""

import numpy as np
import pytest
from helpers import upstream_like
from hypothesis import assume, given
from hypothesis import strategies as st

from backprop.layers import Convolution


def layer_and_input(x_shape=(2, 3, 5, 6), kernels=(4, 3, 3, 2), stride=1, padding=0, seed=0):
    rng = np.random.default_rng(seed)
    layer = Convolution(rng.normal(size=kernels), rng.normal(size=kernels[0]), stride, padding)
    return layer, rng.normal(size=x_shape)


def with_loops(x, kernels, bias, stride, padding, grad_output):
    """Output and gradients, window by window and number by number of the formula."""
    x = np.pad(x, [(0, 0), (0, 0), (padding, padding), (padding, padding)])
    y, grad_x, grad_kernels = np.zeros(grad_output.shape), np.zeros(x.shape), np.zeros(kernels.shape)
    for n, f, i, j in np.ndindex(grad_output.shape):
        down, across = (slice(k * stride, k * stride + size) for k, size in zip((i, j), kernels.shape[2:]))
        y[n, f, i, j] = (x[n, :, down, across] * kernels[f]).sum() + bias[f]
        grad_kernels[f] += grad_output[n, f, i, j] * x[n, :, down, across]
        grad_x[n, :, down, across] += grad_output[n, f, i, j] * kernels[f]
    inside = slice(padding, -padding or None)
    return y, grad_x[:, :, inside, inside], grad_kernels, grad_output.sum(axis=(0, 2, 3))


def test_by_hand():
    """One kernel of 2 by 2 on an image of 2 by 3: two windows, which share the middle column."""
    layer = Convolution([[[[1.0, 2.0], [3.0, 4.0]]]], [100.0])
    x = np.array([[[[1.0, 0.0, 2.0], [0.0, 1.0, 5.0]]]])
    np.testing.assert_array_equal(layer.forward(x), [[[[1 + 4 + 100, 4 + 3 + 20 + 100]]]])
    gradient = layer.backward([[[[1.0, 10.0]]]])
    np.testing.assert_array_equal(gradient, [[[[1, 2 + 10, 20], [3, 4 + 30, 40]]]])
    np.testing.assert_array_equal(layer.grads["kernels"], [[[[1 + 0, 0 + 20], [0 + 10, 1 + 50]]]])
    np.testing.assert_array_equal(layer.grads["bias"], [11])


sizes = st.integers(1, 3)


@given(
    sizes, sizes, sizes, st.integers(1, 6), st.integers(1, 6), sizes, sizes, sizes, st.integers(0, 2),
    st.integers(0, 99),
)  # fmt: skip
def test_agrees_with_loops(N, C, F, H, W, KH, KW, stride, padding, seed):
    assume(KH <= H + 2 * padding and KW <= W + 2 * padding)
    layer, x = layer_and_input((N, C, H, W), (F, C, KH, KW), stride, padding, seed)
    y = layer.forward(x)
    upstream = upstream_like(y)
    ours = [y, layer.backward(upstream), layer.grads["kernels"], layer.grads["bias"]]
    for value, looped in zip(ours, with_loops(x, *layer.params.values(), stride, padding, upstream), strict=True):
        np.testing.assert_allclose(value, looped, atol=1e-12)


def test_repr():
    assert repr(layer_and_input()[0]) == "Convolution(3 -> 4, 3x2)"
    assert repr(layer_and_input(stride=2, padding=1)[0]) == "Convolution(3 -> 4, 3x2, stride=2, padding=1)"


# Errors


@pytest.mark.parametrize("shape", [(), (90,), (3, 5, 6), (2, 5, 6), (2, 4, 5, 6), (2, 5, 6, 3), (1, 2, 3, 5, 6)])
def test_x_of_a_wrong_shape(shape):
    layer, _ = layer_and_input()
    with pytest.raises(ValueError) as error:
        layer.forward(np.zeros(shape)[()])
    assert str(error.value) == f"Convolution expected x of shape (N, 3, H, W), got {shape}"


def test_images_without_an_axis_of_channels_are_told_to_get_one():
    layer = Convolution(np.zeros((8, 1, 5, 5)), np.zeros(8))
    with pytest.raises(ValueError) as error:
        layer.forward(np.zeros((100, 28, 28)))
    assert str(error.value).endswith("(N, 1, H, W), got (100, 28, 28): give it an axis for its one channel")


def test_flat_images_are_told_to_get_their_shape_back():
    layer, _ = layer_and_input()
    with pytest.raises(ValueError, match=r"\(N, 3, H, W\), got \(2, 90\): give flat images their shape back"):
        layer.forward(np.zeros((2, 90)))


@pytest.mark.parametrize("side", [(2, 6), (5, 1), (0, 0)])
def test_an_image_smaller_than_the_window(side):
    layer, _ = layer_and_input()
    with pytest.raises(ValueError, match=rf"windows of 3 by 2 pixels, larger than an image of {side[0]} by {side[1]}"):
        layer.forward(np.zeros((1, 3, *side)))


@pytest.mark.parametrize(
    "shape", [(), (3,), (3, 2), (4, 3, 2), (1, 4, 3, 2, 2), (0, 1, 2, 2), (1, 0, 2, 2), (1, 1, 0, 2)]
)
def test_kernels_of_a_wrong_shape(shape):
    with pytest.raises(ValueError, match=r"Convolution expected kernels of shape \(F, C, KH, KW\)"):
        Convolution(np.zeros(shape), np.zeros(shape[:1] or 1))


@pytest.mark.parametrize("shape", [(), (1,), (3,), (1, 4), (4, 1)])
def test_a_bias_that_does_not_fit(shape):
    with pytest.raises(ValueError, match=r"a bias of shape \(4,\).*kernels \(4, 3, 3, 2\)"):
        Convolution(np.zeros((4, 3, 3, 2)), np.zeros(shape))


@pytest.mark.parametrize("name, least", [("stride", 1), ("padding", 0)])
def test_stride_and_padding_are_whole_numbers(name, least):
    kernels, bias = np.zeros((1, 1, 2, 2)), np.zeros(1)
    with pytest.raises(TypeError, match=f"Convolution expected {name} to be a whole number, got 1.0"):
        Convolution(kernels, bias, **{name: 1.0})
    with pytest.raises(ValueError, match=f"expected {name} to be {least} or more, got {least - 1}"):
        Convolution(kernels, bias, **{name: least - 1})
    Convolution(kernels, bias, **{name: np.int64(least)})
