"""MaxPooling: by hand, where pixels are equal, and its errors."""

import numpy as np
import pytest
from helpers import DTYPES, assert_same_as_torch, upstream_like

from backprop.layers import MaxPooling


def test_by_hand():
    layer, x = MaxPooling(2), np.array([[[[1.0, 2.0, 5.0, 0.0], [4.0, 3.0, 1.0, 1.0]]]])
    np.testing.assert_array_equal(layer.forward(x), [[[[4, 5]]]])
    np.testing.assert_array_equal(layer.backward([[[[10.0, 20.0]]]]), [[[[0, 0, 20, 0], [10, 0, 0, 0]]]])


def test_overlapping_windows_add_up():
    layer = MaxPooling(2, stride=1)
    np.testing.assert_array_equal(layer.forward(np.array([[[[1.0, 9.0, 2.0], [3.0, 4.0, 5.0]]]])), [[[[9, 9]]]])
    np.testing.assert_array_equal(layer.backward([[[[10.0, 1.0]]]]), [[[[0, 11, 0], [0, 0, 0]]]])


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("size, stride", [(2, None), (3, 1), (2, 3), (1, 1), (3, 2)])
def test_equal_pixels_as_in_torch(size, stride, dtype):
    """Pixels of 0, 1 and 2: most windows have several greatest ones."""
    torch = pytest.importorskip("torch")
    layer, x = MaxPooling(size, stride), np.random.default_rng(0).integers(0, 3, (2, 3, 7, 8)).astype(dtype)
    tensor = torch.tensor(x, requires_grad=True)
    expected = torch.nn.functional.max_pool2d(tensor, size, stride)
    output = layer.forward(x)
    assert_same_as_torch(output, expected, dtype)
    upstream = upstream_like(output)
    expected.backward(torch.tensor(upstream))
    assert_same_as_torch(layer.backward(upstream), tensor.grad, dtype)


def test_an_empty_batch():
    layer = MaxPooling(2)
    assert layer.backward(layer.forward(np.zeros((0, 3, 4, 4)))).shape == (0, 3, 4, 4)


def test_repr():
    assert list(map(repr, [MaxPooling(2), MaxPooling(3, 1)])) == ["MaxPooling(2)", "MaxPooling(3, stride=1)"]


@pytest.mark.parametrize(
    "shape, words",
    [
        ((4, 4), r"expected x of shape \(N, C, H, W\), got \(4, 4\)"),
        ((2, 4, 4), "give it an axis for its one channel"),
        ((1, 1, 2, 4), "windows of 3 by 3 pixels, larger than an image of 2 by 4"),
    ],
)
def test_images_that_do_not_fit(shape, words):
    with pytest.raises(ValueError, match=words):
        MaxPooling(3).forward(np.zeros(shape))


@pytest.mark.parametrize("size, stride, name, error", [(2.5, 1, "size", TypeError), (2, 0, "stride", ValueError)])
def test_sizes_are_whole_numbers(size, stride, name, error):
    with pytest.raises(error, match=f"MaxPooling expected {name}"):
        MaxPooling(size, stride)
