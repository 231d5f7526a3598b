"""LayerNorm: by hand, what it does to each row, and its errors."""

import math

import numpy as np
import pytest

from backprop.layers import LayerNorm


def test_by_hand():
    """The row 0, 0, 3 has mean 1 and variance 2, so z is -1, -1, 2 over sqrt(2); an upstream gradient of 1, 0, 0.

    mean(g) = 1/3 and mean(g z) = -1 / (3 sqrt(2)), so dL/dx = (g - 1/3 + z / (3 sqrt(2))) / sqrt(2).
    """
    layer = LayerNorm([1.0, 1.0, 1.0], [0.0, 10.0, 0.0], eps=1e-15)
    root = math.sqrt(2)
    np.testing.assert_allclose(layer.forward([[0.0, 0.0, 3.0]]), [[-1 / root, 10 - 1 / root, 2 / root]])
    np.testing.assert_allclose(layer.backward([[1.0, 0.0, 0.0]]), [[0.5 / root, -0.5 / root, 0]], atol=1e-15)
    np.testing.assert_allclose(layer.grads["gamma"], [-1 / root, 0, 0])
    np.testing.assert_array_equal(layer.grads["beta"], [1, 0, 0])


def test_no_example_depends_on_the_others_and_a_constant_row_gives_beta():
    layer, x = LayerNorm([1.0, 2.0], [3.0, 4.0]), np.random.default_rng(0).normal(size=(3, 2))
    together = layer.forward(x)
    np.testing.assert_array_equal(layer.forward(x[1]), together[1])
    np.testing.assert_array_equal(layer.forward([7.0, 7.0]), [3, 4])
    assert np.isfinite(layer.backward([1.0, 2.0])).all()


@pytest.mark.parametrize("gamma, beta", [(1.0, 0.0), ([1.0, 1.0], [0.0]), ([[1.0]], [[0.0]]), ([], [])])
def test_parameters_that_do_not_fit(gamma, beta):
    with pytest.raises(ValueError, match=r"LayerNorm expected gamma and beta of the same shape \(D,\)"):
        LayerNorm(gamma, beta)


@pytest.mark.parametrize("x", [1.0, np.zeros((3, 2)), np.zeros((3, 1))], ids=np.shape)
def test_x_of_a_wrong_shape(x):
    with pytest.raises(ValueError, match=r"LayerNorm expected x of shape \(\.\.\., 3\), got"):
        LayerNorm(np.ones(3), np.zeros(3)).forward(x)


def test_eps_and_repr():
    assert repr(LayerNorm(np.ones(3), np.zeros(3))) == "LayerNorm(3)"
    with pytest.raises(ValueError, match="LayerNorm expected eps to be a number above 0"):
        LayerNorm(np.ones(3), np.zeros(3), eps=0)
