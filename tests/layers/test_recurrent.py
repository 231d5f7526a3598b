"""Recurrent: by hand, and its errors; tests/helpers.py compares it with torch.nn.RNN."""

import numpy as np
import pytest

from backprop.layers import Recurrent


def layer():
    rng = np.random.default_rng(0)
    return Recurrent(rng.normal(size=(3, 4)), rng.normal(size=(4, 4)) / 2, rng.normal(size=4))


def test_by_hand():
    """One number as state. tanh(ln 2) = 3/5 and tanh(ln 3) = 4/5, so inputs are chosen to arrive at these sums."""
    recurrent = Recurrent([[1.0]], [[2.0]], [0.5])
    x = np.array([[[np.log(2) - 0.5], [np.log(3) - 0.5 - 2 * 0.6]]])
    np.testing.assert_allclose(recurrent.forward(x), [[[0.6], [0.8]]])
    gradient = recurrent.backward([[[10.0], [1.0]]])
    second = 1 - 0.8**2  # gradient of the second sum, for an upstream gradient of 1
    first = (10 + 2 * second) * (1 - 0.6**2)
    np.testing.assert_allclose(gradient, [[[first], [second]]])
    np.testing.assert_allclose(recurrent.grads["Wx"], [[x[0, 0, 0] * first + x[0, 1, 0] * second]])
    np.testing.assert_allclose(recurrent.grads["Wh"], [[0.6 * second]])  # the state before the first step is 0
    np.testing.assert_allclose(recurrent.grads["b"], [first + second])


@pytest.mark.parametrize("shape", [(2, 0, 3), (0, 5, 3)], ids=str)
def test_nothing_to_read(shape):
    recurrent = layer()
    assert recurrent.backward(recurrent.forward(np.zeros(shape))).shape == shape
    assert not any(gradient.any() for gradient in recurrent.grads.values())


def test_repr():
    assert repr(layer()) == "Recurrent(3 -> 4)"


# Errors


@pytest.mark.parametrize("shape", [(), (3,), (2, 3), (2, 5, 4), (2, 3, 5), (1, 2, 5, 3)])
def test_x_of_a_wrong_shape(shape):
    with pytest.raises(ValueError) as error:
        layer().forward(np.zeros(shape)[()])
    assert f"Recurrent expected x of shape (N, T, 3), got {shape}" in str(error.value)


def test_a_single_sequence_is_told_to_be_a_batch():
    with pytest.raises(ValueError, match="a single sequence is a batch of one"):
        layer().forward(np.zeros((5, 3)))


@pytest.mark.parametrize("shape", [(), (3,), (1, 2, 3)])
def test_Wx_that_is_no_matrix(shape):
    with pytest.raises(ValueError, match=r"Recurrent expected Wx of shape \(D, H\)"):
        Recurrent(np.zeros(shape), np.zeros((3, 3)), np.zeros(3))


@pytest.mark.parametrize(
    "name, shape", [("Wh", (3, 4)), ("Wh", (4,)), ("Wh", (3, 3)), ("b", (3,)), ("b", (1, 4)), ("b", ())]
)
def test_parameters_that_do_not_fit(name, shape):
    parameters = {"Wx": np.zeros((3, 4)), "Wh": np.zeros((4, 4)), "b": np.zeros(4), name: np.zeros(shape)}
    with pytest.raises(ValueError, match=rf"Recurrent expected {name} of shape \(4.*to fit Wx \(3, 4\), got"):
        Recurrent(**parameters)
