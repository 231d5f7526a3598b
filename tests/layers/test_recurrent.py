"""Recurrent: by hand, against its unrolled graph, what its steps have in common, and its errors."""

import numpy as np
import pytest
from helpers import upstream_like
from hypothesis import given
from hypothesis import strategies as st

from backprop import Variable
from backprop.layers import Recurrent

SIZES = st.integers(1, 4)


def layer_and_input(N=2, T=5, D=3, H=4, dtype=np.float64, seed=0):
    rng = np.random.default_rng(seed)
    parameters = rng.normal(size=(D, H)), rng.normal(size=(H, H)) / np.sqrt(H), rng.normal(size=H)
    return Recurrent(*(value.astype(dtype) for value in parameters)), rng.normal(size=(N, T, D)).astype(dtype)


def unrolled(layer, x):
    """The states as Variables, one for each step, and the parameters that all steps read."""
    Wx, Wh, b = (Variable(layer.params[name]) for name in ("Wx", "Wh", "b"))
    states = [Variable(np.zeros((len(x), len(b.data))))]
    for t in range(x.shape[1]):
        states.append((x[:, t] @ Wx + states[-1] @ Wh + b).tanh())
    return states[1:], {"Wx": Wx, "Wh": Wh, "b": b}


def test_by_hand():
    """One number as state. tanh(ln 2) = 3/5 and tanh(ln 3) = 4/5, so inputs are chosen to arrive at these sums."""
    layer = Recurrent([[1.0]], [[2.0]], [0.5])
    x = np.array([[[np.log(2) - 0.5], [np.log(3) - 0.5 - 2 * 0.6]]])
    np.testing.assert_allclose(layer.forward(x), [[[0.6], [0.8]]])
    gradient = layer.backward([[[10.0], [1.0]]])
    second = 1 - 0.8**2  # gradient of the second sum, for an upstream gradient of 1
    first = (10 + 2 * second) * (1 - 0.6**2)
    np.testing.assert_allclose(gradient, [[[first], [second]]])
    np.testing.assert_allclose(layer.grads["Wx"], [[x[0, 0, 0] * first + x[0, 1, 0] * second]])
    np.testing.assert_allclose(layer.grads["Wh"], [[0.6 * second]])  # the state before the first step is 0
    np.testing.assert_allclose(layer.grads["b"], [first + second])


@given(SIZES, st.integers(1, 6), SIZES, SIZES, st.integers(0, 99))
def test_agrees_with_the_unrolled_graph(N, T, D, H, seed):
    layer, x = layer_and_input(N, T, D, H, seed=seed)
    output = layer.forward(x)
    upstream = upstream_like(output)
    layer.backward(upstream)
    states, parameters = unrolled(layer, x)
    loss = sum((upstream[:, t] * state).sum() for t, state in enumerate(states))
    loss.backward()
    np.testing.assert_allclose(output, np.stack([state.data for state in states], axis=1), atol=1e-14)
    for name, variable in parameters.items():
        np.testing.assert_allclose(layer.grads[name], variable.grad, rtol=1e-10, atol=1e-12)


def test_any_number_of_steps_goes_through_the_same_layer():
    layer, _ = layer_and_input()
    for T in (1, 7, 3, 0):
        output = layer.forward(np.ones((2, T, 3)))
        assert output.shape == (2, T, 4) and layer.backward(output).shape == (2, T, 3)


def test_an_empty_batch():
    layer, _ = layer_and_input()
    assert layer.backward(layer.forward(np.zeros((0, 5, 3)))).shape == (0, 5, 3)
    assert not any(gradient.any() for gradient in layer.grads.values())


def test_repr():
    assert repr(layer_and_input()[0]) == "Recurrent(3 -> 4)"


# Errors


@pytest.mark.parametrize("shape", [(), (3,), (2, 3), (2, 5, 4), (2, 3, 5), (1, 2, 5, 3)])
def test_x_of_a_wrong_shape(shape):
    layer, _ = layer_and_input()
    with pytest.raises(ValueError) as error:
        layer.forward(np.zeros(shape)[()])
    assert f"Recurrent expected x of shape (N, T, 3), got {shape}" in str(error.value)


def test_a_single_sequence_is_told_to_be_a_batch():
    layer, x = layer_and_input()
    with pytest.raises(ValueError, match="a single sequence is a batch of one"):
        layer.forward(x[0])


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
