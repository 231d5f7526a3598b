"""LSTM: by hand, and its errors; tests/helpers.py compares it with torch.nn.LSTM."""

import math

import numpy as np
import pytest

from backprop.layers import LSTM

LOG_3 = math.log(3)


def layer_and_input(N=2, T=5, D=3, H=4, seed=0):
    rng = np.random.default_rng(seed)
    return LSTM(rng.normal(size=(D, 4 * H)), rng.normal(size=(H, 4 * H)), rng.normal(size=4 * H)), rng.normal(
        size=(N, T, D)
    )


def test_by_hand():
    """Gates from the biases alone: sigmoid(ln 3) = 3/4, sigmoid(-ln 3) = 1/4, tanh(ln 3) = 4/5.

    i = 3/4, f = 1/4, g = 4/5, o = 1/2, so c is 3/5 after the first step, and 3/5 / 4 + 3/5 = 3/4 after the second.
    """
    i, f, g, o = 3 / 4, 1 / 4, 4 / 5, 1 / 2
    layer = LSTM([[0.0] * 4], [[0.0] * 4], [LOG_3, -LOG_3, LOG_3, 0.0])
    np.testing.assert_allclose(layer.forward([[[5.0], [7.0]]]), [[[math.tanh(0.6) / 2], [math.tanh(0.75) / 2]]])
    np.testing.assert_allclose(layer.memory, [[[0.6], [0.75]]])
    assert not layer.backward([[[0.0], [1.0]]]).any()  # the inputs have weights of 0
    second = o * (1 - math.tanh(0.75) ** 2)  # of c after the second step
    first = second * f  # of c after the first
    np.testing.assert_allclose(
        layer.grads["b"],
        [
            (second + first) * g * i * (1 - i),
            second * 0.6 * f * (1 - f),
            (second + first) * i * (1 - g * g),
            math.tanh(0.75) * o * (1 - o),
        ],
    )
    np.testing.assert_allclose(layer.grads["Wx"][0, 3], 7 * math.tanh(0.75) * o * (1 - o))
    np.testing.assert_allclose(layer.grads["Wh"][0, 3], math.tanh(0.6) / 2 * math.tanh(0.75) * o * (1 - o))


@pytest.mark.parametrize("shape", [(2, 0, 3), (0, 5, 3)], ids=str)
def test_nothing_to_read(shape):
    layer, _ = layer_and_input()
    assert layer.backward(layer.forward(np.zeros(shape))).shape == shape
    assert not any(gradient.any() for gradient in layer.grads.values())


def test_large_pre_activations_do_not_overflow():
    layer, x = layer_and_input()
    with np.errstate(over="raise", invalid="raise"):
        y = layer.forward(1e4 * x)
        gradient = layer.backward(np.ones_like(y))
    assert np.isfinite(y).all() and np.isfinite(gradient).all()


@pytest.mark.parametrize(
    "name, shape, wanted", [("Wx", (3, 6), r"\(D, 4 H\)"), ("Wh", (8, 2), r"\(2, 8\)"), ("b", (2,), r"\(8,\)")]
)
def test_parameters_that_do_not_fit(name, shape, wanted):
    parameters = {"Wx": np.zeros((3, 8)), "Wh": np.zeros((2, 8)), "b": np.zeros(8), name: np.zeros(shape)}
    with pytest.raises(ValueError, match=f"LSTM expected {name} of shape {wanted}"):
        LSTM(**parameters)


@pytest.mark.parametrize("shape, hint", [((5, 3), "a single sequence is a batch of one"), ((2, 5, 4), "")])
def test_x_that_does_not_fit(shape, hint):
    with pytest.raises(ValueError, match=r"LSTM expected x of shape \(N, T, 3\), got .*" + hint):
        layer_and_input()[0].forward(np.zeros(shape))


def test_repr():
    assert repr(layer_and_input()[0]) == "LSTM(3 -> 4)"
