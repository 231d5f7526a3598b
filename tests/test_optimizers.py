"""SGD: one step by hand, in place, and what it refuses."""

import math

import numpy as np
import pytest
from helpers import DTYPES

from backprop.networks import TwoLayerNet
from backprop.optimizers import SGD


@pytest.mark.parametrize("dtype", DTYPES)
def test_a_step_by_hand_changes_the_arrays_themselves(dtype):
    """Downhill: the gradient is taken off. The arrays keep their place and dtype; gradients stay as they are."""
    weights, bias = np.array([[1.0, 2.0]], dtype), np.array([3.0], dtype)
    grads = {"W": np.array([[10.0, -10.0]], dtype), "b": np.array([0.0], dtype)}
    params = {"W": weights, "b": bias}
    SGD(learning_rate=0.5).step(params, grads)
    assert params["W"] is weights and params["b"] is bias
    np.testing.assert_array_equal(weights, np.array([[-4.0, 7.0]], dtype), strict=True)
    np.testing.assert_array_equal(bias, np.array([3.0], dtype), strict=True)
    np.testing.assert_array_equal(grads["W"], [[10, -10]])


def test_a_step_updates_the_layers_of_a_network():
    net = TwoLayerNet(2, 3, 2, weight_init_std=1, rng=np.random.default_rng(0))
    weights = net.layers[0].params["W"]
    before = weights.copy()
    grads = net.gradient(np.ones((1, 2)), [0])
    SGD(0.1).step(net.params, grads)
    assert net.layers[0].params["W"] is weights
    np.testing.assert_allclose(weights, before - 0.1 * grads["W1"])
    assert grads["W1"].any()


def test_a_small_step_lowers_the_loss():
    net = TwoLayerNet(2, 8, 2, weight_init_std=1, rng=np.random.default_rng(0))
    x, t = np.array([[1.0, 0.0], [0.0, 1.0]]), [0, 1]
    loss, grads = net.loss_and_gradient(x, t)
    expected = loss - 1e-4 * sum((gradient**2).sum() for gradient in grads.values())  # to first order
    SGD(1e-4).step(net.params, grads)
    assert net.loss(x, t) == pytest.approx(expected, abs=1e-6)
    assert net.loss(x, t) < loss


@pytest.mark.parametrize("rate", [0, -0.1, math.inf, math.nan, "0.1", None])
def test_learning_rate_is_above_0(rate):
    with pytest.raises(ValueError, match=f"SGD expected a learning rate above 0, got {rate!r}"):
        SGD(learning_rate=rate)


@pytest.mark.parametrize("rate", [0.1, 1, np.float64(0.1), np.float32(0.1)])
def test_learning_rate_may_be_any_number(rate):
    assert SGD(learning_rate=rate).learning_rate == rate


@pytest.mark.parametrize("names", [{"W"}, {"W", "b", "c"}, {"W", "B"}, set()])
def test_gradients_of_other_arrays_are_refused_before_anything_changes(names):
    params = {"W": np.ones(2), "b": np.ones(2)}
    with pytest.raises(ValueError, match=r"params \['W', 'b'\] and grads .* don't name the same arrays"):
        SGD().step(params, {name: np.ones(2) for name in names})
    assert (params["W"] == 1).all() and (params["b"] == 1).all()


def test_repr():
    assert repr(SGD(learning_rate=0.1)) == "SGD(learning_rate=0.1)"
