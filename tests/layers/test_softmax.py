"""Softmax: by hand, at extreme and masked scores, and what it says about wrong shapes."""

import math

import numpy as np
import pytest
from helpers import DTYPES, upstream_like

from backprop import Variable
from backprop.layers import Softmax

THIRDS = np.log([[1.0, 2.0, 3.0], [8.0, 1.0, 1.0]])  # exp of these: sixths, and tenths


def test_by_hand():
    layer, upstream = Softmax(), np.array([[6.0, 0.0, 0.0], [0.0, 10.0, 0.0]])
    np.testing.assert_allclose(layer.forward(THIRDS), [[1 / 6, 2 / 6, 3 / 6], [0.8, 0.1, 0.1]], rtol=1e-15)
    gradient = [[6 * 1 / 6 * 5 / 6, -6 * 1 / 6 * 2 / 6, -6 * 1 / 6 * 3 / 6], [-0.8, 0.9, -0.1]]
    np.testing.assert_allclose(layer.backward(upstream), gradient, rtol=1e-14)


@pytest.mark.parametrize("dtype", DTYPES)
def test_extreme_scores(dtype):
    x = np.array([[1e4, 0, -1e4], [-1e4, -1e4, -2e4], [1e4, 1e4, 1e4]], dtype)
    layer = Softmax()
    with np.errstate(all="raise", under="ignore"):
        y = layer.forward(x)
        gradient = layer.backward(np.array([[1, 2, 3], [1, 3, 5], [3, 0, 0]], dtype))
    np.testing.assert_allclose(y, [[1, 0, 0], [0.5, 0.5, 0], [1 / 3, 1 / 3, 1 / 3]], rtol=1e-6)
    np.testing.assert_allclose(gradient, [[0, 0, 0], [-0.5, 0.5, 0], [2 / 3, -1 / 3, -1 / 3]], rtol=1e-6)


def test_small_probabilities_keep_their_digits():
    assert Softmax().forward([-200.0, 0.0])[0] == pytest.approx(math.exp(-200), rel=1e-12, abs=0)


def test_masked_scores_as_in_torch():
    """A score of -infinity takes no part; a row of nothing else is 0 / 0."""
    torch = pytest.importorskip("torch")
    x = np.array([[-np.inf, 1.0, 2.0], [-np.inf, -np.inf, -3.0], 3 * [-np.inf]])
    layer, upstream = Softmax(), np.array([[5.0, 1.0, 2.0], [1.0, 2.0, 3.0], [1.0, 2.0, 3.0]])
    with np.errstate(invalid="ignore"):
        y, gradient = layer.forward(x), layer.backward(upstream)
    twin = torch.tensor(x, requires_grad=True)
    expected = twin.softmax(dim=-1)
    expected.backward(torch.tensor(upstream))
    np.testing.assert_allclose(y, expected.detach().numpy(), rtol=1e-14)
    np.testing.assert_allclose(gradient, twin.grad.numpy(), atol=1e-15)
    assert np.isnan(y[2]).all() and not y[0, 0] and not gradient[0, 0] and y[1].tolist() == [0, 0, 1]


@pytest.mark.parametrize("x", [1.0, np.float32(1), [], np.zeros((3, 0)), np.zeros((0, 0))], ids=str)
def test_no_classes(x):
    got = f"shape {np.shape(x)}" if np.ndim(x) else "a number"
    with pytest.raises(ValueError) as error:
        Softmax().forward(x)
    assert str(error.value) == f"Softmax expected x of shape (C,) or (..., C) with at least one class, got {got}"


def test_its_parts_give_the_same():
    layer, whole = Softmax(), Variable(THIRDS)
    parts = layer.parts(whole)
    np.testing.assert_allclose(parts.data, layer.forward(THIRDS), rtol=1e-14)
    upstream = upstream_like(THIRDS)
    (parts * upstream).sum().backward()
    np.testing.assert_allclose(whole.grad, layer.backward(upstream), rtol=1e-12, atol=1e-15)
